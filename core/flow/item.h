/* SPDX-License-Identifier: MIT */
#ifndef FLOW_ITEM_H
#define FLOW_ITEM_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdint.h>

/* One input record: its index and its parameters, as the text of a JSON object. A source fills
 * it; whoever holds the struct owns its buffer. */
struct item {
    uint64_t index;     /* from 0, in input order */
    struct buffer json; /* a checked JSON object, source text */
    bool broken;        /* the record could not be read: `error` says why, `json` is empty */
    struct error error; /* INPUT_INVALID, with file, line and column in the message */
};

#endif
