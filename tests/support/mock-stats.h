/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_MOCK_STATS_H
#define SUPPORT_MOCK_STATS_H

/*
 * What the server saw, so that tests need not believe the client. Requests to /stats itself do
 * not count. One thread uses it.
 */

#include "base/buffer.h"

#include <stdbool.h>

/* Text to count, growing; open addressing. {0} is empty. */
struct tally {
    struct tally_entry {
        char *key; /* owned; NULL: free */
        size_t length;
        uint64_t count;
    } * entries;
    size_t used, capacity;
};

/* Adds one and returns the new count. */
uint64_t tally_add(struct tally *tally, struct slice key);

struct stats {
    uint64_t requests;    /* arrived */
    uint64_t completed;   /* answered to the last byte */
    uint64_t aborted;     /* the client went away first */
    uint64_t connections; /* ever accepted */
    uint64_t running, peak_running;
    uint64_t started_ns; /* since when it counts */
    uint64_t *arrivals;  /* monotonic ns of every request line */
    size_t arrival_capacity;
    struct tally by_method, by_path, by_status;
    struct tally deliveries; /* by Idempotency-Key, else method, URL and body */
};

void stats_init(struct stats *stats, uint64_t now_ns);
void stats_fini(struct stats *stats);

/* Back to nothing, except for what runs at this moment. */
void stats_reset(struct stats *stats, uint64_t now_ns);

void stats_arrived(struct stats *stats, uint64_t now_ns, struct slice method,
                   struct slice path);
void stats_left(struct stats *stats, bool answered);

/* What /stats shows besides the totals. */
struct stats_view {
    bool arrivals, paths, deliveries;
};

/* Appends the JSON object. */
void stats_write(const struct stats *stats, struct stats_view view, struct buffer *out);

/* Appends text as a JSON string; bytes above 0x7f stay as they are. */
void stats_quote(struct buffer *out, struct slice text);

#endif
