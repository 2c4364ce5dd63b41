/* SPDX-License-Identifier: MIT */
#ifndef CLI_CACHE_TEXT_H
#define CLI_CACHE_TEXT_H

/*
 * What `ovrmnd cache` prints: compact JSON, times in milliseconds since 1970 or as ISO text as
 * the original has them; or text for people.
 */

#include "base/buffer.h"
#include "journal/cache_store.h"

/* ---- stats ---- */

struct cache_totals {
    uint64_t entries, bytes;
    int64_t oldest_ms, newest_ms; /* meaningful with entries */
    struct cache_service {
        char *name;
        uint64_t entries, bytes;
    } * services;
    size_t service_count;
};

/* For cache_store_sums; `totals` is a struct cache_totals. */
void cache_totals_add(void *totals, const struct cache_sum *sum);
void cache_totals_json(const struct cache_totals *t, struct buffer *out);
void cache_totals_pretty(const struct cache_totals *t, bool verbose, struct buffer *out);
void cache_totals_fini(struct cache_totals *t);

/* ---- list ---- */

struct cache_list {
    int64_t now_ms;
    bool pretty, verbose;
    uint64_t count;
    struct buffer text; /* elements of a JSON array, or with `verbose` lines for people */
};

/* For cache_store_each; `list` is a struct cache_list. */
void cache_list_add(void *list, const struct cache_entry *entry);
void cache_list_end(const struct cache_list *l, const char *part, struct buffer *out);
void cache_list_fini(struct cache_list *l);

/* ---- clear ---- */

void cache_cleared(const char *prefix, uint64_t count, bool pretty, struct buffer *out);

#endif
