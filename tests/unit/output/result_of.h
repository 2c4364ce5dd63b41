/* SPDX-License-Identifier: MIT */
#ifndef UNIT_OUTPUT_RESULT_OF_H
#define UNIT_OUTPUT_RESULT_OF_H

/* Results made up for tests of the output. */

#include "flow/result.h"

static inline struct result success_of(uint64_t index, enum body_kind kind, const char *body)
{
    return (struct result){
        .index = index,
        .success = true,
        .status = 200,
        .attempts = 1,
        .duration_ns = 12300000,
        .request_id = "b-0.1",
        .body_kind = kind,
        .body = slice_of(body),
    };
}

static inline struct result failure_of(uint64_t index, unsigned status, enum body_kind kind,
                                       const char *body, const struct error *error)
{
    struct result r = success_of(index, kind, body);
    r.success = false;
    r.status = status;
    r.error = error;
    return r;
}

#endif
