/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_MOCK_BEHAVIOUR_H
#define SUPPORT_MOCK_BEHAVIOUR_H

/*
 * How the mock API misbehaves. The same names are options of the command line, for all
 * requests, and query parameters, for one. Holds borrowed text only, so that a copy is cheap.
 */

#include "base/buffer.h"
#include "base/units.h"

#include <stdbool.h>

struct behaviour {
    uint64_t delay_ns;     /* before the answer starts */
    uint64_t slow_body_ns; /* the body drips for so long; 0: at once */
    double error_rate;     /* share of requests that fail, drawn from seed, item and try */
    uint64_t seed;
    struct slice fail_ids;    /* "10,20": these fail */
    uint64_t fail_first;      /* the first so many deliveries of each request fail */
    uint64_t fail_status;     /* of all those failures: 500 */
    struct rate max_rate;     /* 429 above it; count 0: no limit */
    struct slice retry_after; /* the header's value in errors; empty: none, or "1" with 429 */
};

/* What never changes unless asked for. */
struct behaviour behaviour_default(void);

/* Is this the name of a behaviour? */
bool behaviour_knows(struct slice name);

/* Sets one by name; -1 if the value is wrong. `value` must live as long as `b`. */
int behaviour_set(struct behaviour *b, struct slice name, struct slice value);

/* Does this delivery fail? `id` is the item, `key` the whole request, `delivery` counts from 1.
 * Depends on nothing else: the same batch fails in the same places at any concurrency. */
bool behaviour_fails(const struct behaviour *b, struct slice id, struct slice key,
                     uint64_t delivery);

/* The names, for --help. */
extern const char behaviour_help[];

#endif
