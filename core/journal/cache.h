/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_CACHE_H
#define JOURNAL_CACHE_H

/*
 * Responses of an endpoint with a `cacheTTL`, kept for the next call: a memo for the engine. It
 * recalls a response whose request was the same in all that the server gets to see, credentials
 * included, and keeps successes with status 200 and a body, as they came: what is made of a
 * body happens at output.
 *
 * Nothing that goes wrong here fails a call: it is told in one warning, and the call goes on
 * without the cache. Where the responses lie, and who may read them: cache_place.h,
 * cache_store.h.
 */

#include "flow/ports.h"

#define CACHE_MAX_BYTES       (UINT64_C(64) << 20) /* of all entries */
#define CACHE_MAX_ENTRY_BYTES (4u << 20)           /* a larger body is not kept */

struct cache_options {
    const char *service, *endpoint;                              /* borrowed */
    uint64_t ttl_ns;                                             /* above 0 */
    struct fingerprint (*digest)(const struct request *request); /* of all that is sent */
    uint64_t max_bytes;                                          /* 0: CACHE_MAX_BYTES */
    int64_t (*wall_ms)(void);                                    /* NULL: clock_wall_ms */
};

struct cache;

/* NULL: there is none to be had, which a warning says. [setup] */
struct cache *cache_open(const struct cache_options *options);
struct memo *cache_memo(struct cache *c);

/* Stores what has not been, for which it may wait a few seconds for others that write. NULL is
 * allowed. */
void cache_close(struct cache *c);

#endif
