/* SPDX-License-Identifier: MIT */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

/*
 * What a bench has found, in three forms: for a terminal, as JSON, and as a page of HTML. Each
 * is appended to a buffer; numbers and sentences are the same in all.
 *
 * The JSON is one object. Times are in nanoseconds, shares and ratios are decimals:
 *
 *     version      1; members may be added under the same version
 *     target       "api.users"; null for a model without one
 *     model        as given to --simulate; null for a real server
 *     items, rounds, warmup, seed, interrupted
 *     variants     for each: name, options, plan; items_per_s (geometric mean of the rounds),
 *                  wall_ns (median), total (of all rounds: items that succeeded, failed, were
 *                  cancelled; attempts, retries, and limited, those with a 429), latency_ns of
 *                  attempts, first_failure (null: none), rounds: as total, for each, with its
 *                  wall_ns
 *     comparisons  of each further variant with the first: variant, with, verdict
 *                  ("faster", "slower", "no_difference", "too_few_rounds", "nothing_done"),
 *                  ratio, low, high, chance (null where unknown), sentence
 */

#include "base/buffer.h"
#include "bench/record.h"
#include "bench/statistics.h"

#define BENCH_MOST_VARIANTS 8

struct bench_variant {
    const char *name;      /* of letters, digits and . _ + - alone */
    const char *options;   /* as given */
    struct buffer plan;    /* "pool:concurrency=10 + pushback, retry none" */
    struct record *record; /* of all whole rounds */
    struct comparison against_first;
};

struct bench_report {
    const char *target; /* NULL: none */
    const char *model;  /* NULL: a real server */
    uint64_t items;     /* each variant, each round */
    uint64_t rounds;    /* that were finished */
    uint64_t warmup;
    uint64_t seed;
    bool interrupted;
    const char *version; /* of ovrmnd */
    struct bench_variant variants[BENCH_MOST_VARIANTS];
    size_t variant_count;
};

/* Compares each variant with the first. */
void bench_compare(struct bench_report *report);

void bench_text(const struct bench_report *report, struct buffer *out);
void bench_json(const struct bench_report *report, struct buffer *out);
void bench_html(const struct bench_report *report, struct buffer *out);

/* ---- words that the three share (words.c) ---- */

/* Did an item succeed in each of its rounds? */
bool bench_succeeded_in_all(const struct bench_variant *v);

/* Which of two is faster, by how much, how sure; without full stop. */
void bench_sentence(const struct bench_report *report, size_t variant, struct buffer *out);

/* "1,000 items, 10 rounds after 1 to warm up, seed 7, against the model slow". */
void bench_setting(const struct bench_report *report, struct buffer *out);

/* Things to know beside the sentences: failures, many comparisons. The `at`th, from 0; false:
 * there is none. */
bool bench_note(const struct bench_report *report, size_t at, struct buffer *out);

double bench_speed(const struct bench_variant *variant);     /* items/s, geometric mean */
uint64_t bench_wall_ns(const struct bench_variant *variant); /* median */

void bench_put_count(uint64_t count, struct buffer *out); /* 1,234,567 */
void bench_put_time(uint64_t ns, struct buffer *out);     /* 12.3 ms */
void bench_put_latency(const struct histogram *h, double percent,
                       struct buffer *out);             /* or - */
void bench_put_speed(double per_s, struct buffer *out); /* 19.8 */

#endif
