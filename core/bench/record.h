/* SPDX-License-Identifier: MIT */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

/*
 * What is kept of a variant's runs, and of one run: an observer of results and attempts. Beside
 * counts and latencies there is what a report draws: how many results and how many attempts on
 * the wire over time, and some attempts of one run, from start to end. Memory is fixed whatever
 * the number of attempts: time is cut into slices that grow wider, and of the attempts to be
 * drawn every second item's are dropped when there are too many.
 *
 * Each run has a record of its own, which counts only when the whole round is over: then it is
 * added to its variant's.
 */

#include "flow/ports.h"
#include "output/histogram.h"

#define RECORD_SLICES 256
#define RECORD_BARS   300
#define RECORD_REASON 200

/* An attempt; times are counted from the run's start. */
struct record_bar {
    uint64_t item;
    uint64_t from_ns, until_ns;
    uint32_t number; /* of the item's attempts, from 1 */
    bool success;
    bool limited; /* by a 429 */
};

struct record_counts {
    uint64_t wall_ns;
    uint64_t succeeded, failed, cancelled; /* items */
    uint64_t attempts, retries, limited;
};

struct record {
    struct observer observer; /* first: an observer can be cast back */
    uint64_t began_ns;        /* on the engine's clock */
    struct record_counts total;
    struct record_counts *rounds; /* of a variant; a run has none */
    size_t round_count;

    struct histogram latency;   /* of all attempts */
    char reason[RECORD_REASON]; /* of the first failure; secrets hidden, else as it came */

    /* By the time since a run's start, summed over the rounds. */
    uint64_t slice_ns;
    uint64_t done[RECORD_SLICES];    /* attempts that brought an item's data */
    uint64_t busy_ns[RECORD_SLICES]; /* of attempts on the wire */

    struct record_bar bars[RECORD_BARS]; /* of the first run */
    size_t bar_count;
    uint64_t bar_every; /* items from one that is drawn to the next */
};

/* Large; the caller calls record_free. */
struct record *record_new(void);
void record_free(struct record *r);

/* A run begins: forgets what was recorded. It ends. */
void record_begin(struct record *r, uint64_t now_ns);
void record_end(struct record *r, uint64_t now_ns);

/* Adds a run to its variant. */
void record_add(struct record *variant, struct record *run);

/* A run's speed: items that succeeded in a second. */
double record_speed(const struct record_counts *run);

#endif
