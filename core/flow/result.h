/* SPDX-License-Identifier: MIT */
#ifndef FLOW_RESULT_H
#define FLOW_RESULT_H

#include "base/buffer.h"
#include "base/error.h"
#include "flow/attempt.h"

#include <stdint.h>

/* The one final record of an item. Lives for the call it is passed to; borrowed from the
 * engine. */
struct result {
    uint64_t index;
    bool success;
    unsigned status;   /* of the last attempt; 0: none came */
    unsigned attempts; /* 0: never sent */
    bool recalled;     /* a memo knew it: no attempt of this batch brought it */
    uint64_t
        duration_ns; /* from the first attempt's start to the last one's end; 0: never sent */
    const char *request_id; /* of the last attempt; "" when never sent */

    /* The server has acted, or may have, on a request that must not be sent twice: the item
     * must not simply be run again. */
    bool acted;

    /* success: the data. failure: the response body as the error's details, if one came. */
    enum body_kind body_kind;
    struct slice body; /* checked JSON for BODY_JSON */

    const struct error *error; /* of a failure; NULL on success */
    const struct item *item;   /* the input record */
};

#endif
