/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_OUTCOME_H
#define TRANSPORT_OUTCOME_H

/*
 * From what libcurl knows at a transfer's end to an outcome: facts for plugins, a body of a
 * kind, and a phrase for people when something is wrong.
 */

#include "flow/attempt.h"
#include "transport/slot.h"

/* Empties the outcome of an attempt that starts, but for when it did; keeps the body's memory.
 */
void outcome_begin(struct attempt *attempt);

/* Fills it from a transfer that ended with `code`. */
void outcome_finish(struct slot *slot, CURLcode code);

/* A GraphQL server answers 200 to what failed: takes the response apart, so that the body is
 * its `data`; or, where there are `errors`, the failure has the whole response as its details,
 * with whatever data came beside them. For a checked JSON body. */
void outcome_graphql(struct attempt *attempt);

/* Puts an error over whatever the outcome says; returns -1. No longer a success. */
__attribute__((format(printf, 3, 4))) int outcome_fail(struct attempt *attempt, uint32_t error,
                                                       const char *format, ...);

#endif
