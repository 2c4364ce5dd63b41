/* SPDX-License-Identifier: MIT */
#include "output/histogram.h"

#define HALF_BITS 10 /* 2^10 is HISTOGRAM_HALF */

/* The percentile's parts: percent with four decimals. */
#define PARTS UINT64_C(1000000)

/* ---- where a value is counted ----
 *
 * From 2048 on, a value is shifted right until 11 bits are left: these say which of 1024
 * buckets (their top bit is always set), and the shift says of which doubling. Below, the value
 * is the bucket. Both meet without a gap, since 2048 shifted once is 1024 and 1024 + 1024 is
 * 2048.
 */

static uint32_t bucket_of(uint64_t ns)
{
    if (ns < 2 * HISTOGRAM_HALF)
        return (uint32_t)ns;
    uint32_t shift = 63 - (uint32_t)__builtin_clzll(ns) - HALF_BITS;
    uint64_t bucket = shift * HISTOGRAM_HALF + (ns >> shift);
    return bucket < HISTOGRAM_BUCKETS ? (uint32_t)bucket : HISTOGRAM_BUCKETS - 1;
}

static uint32_t shift_of(uint32_t bucket)
{
    return bucket < 2 * HISTOGRAM_HALF ? 0 : bucket / HISTOGRAM_HALF - 1;
}

static uint64_t first_of(uint32_t bucket)
{
    uint32_t shift = shift_of(bucket);
    return (uint64_t)(bucket - shift * HISTOGRAM_HALF) << shift;
}

static uint64_t last_of(uint32_t bucket)
{
    return first_of(bucket) + (UINT64_C(1) << shift_of(bucket)) - 1;
}

/* ---- counting ---- */

static void widen(struct histogram *h, uint64_t min_ns, uint64_t max_ns)
{
    if (h->count == 0 || min_ns < h->min_ns)
        h->min_ns = min_ns;
    if (max_ns > h->max_ns)
        h->max_ns = max_ns;
}

void histogram_record(struct histogram *h, uint64_t ns)
{
    widen(h, ns, ns);
    h->count++;
    h->sum_ns += ns;
    h->counts[bucket_of(ns)]++;
}

void histogram_merge(struct histogram *h, const struct histogram *from)
{
    if (from->count == 0)
        return;
    widen(h, from->min_ns, from->max_ns);
    h->count += from->count;
    h->sum_ns += from->sum_ns;
    uint32_t last = bucket_of(from->max_ns);
    for (uint32_t i = bucket_of(from->min_ns); i <= last; i++)
        h->counts[i] += from->counts[i];
}

/* ---- asking ---- */

/* Which value in order, from 1, is the percentile. Whole numbers, since 99.9 / 100 * 1000 is
 * not 999 in a double. */
static uint64_t rank_of(const struct histogram *h, double percent)
{
    uint64_t parts = (uint64_t)(percent * (double)(PARTS / 100) + 0.5);
    uint64_t rank = (uint64_t)(((unsigned __int128)h->count * parts + PARTS - 1) / PARTS);
    if (rank == 0)
        return 1;
    return rank < h->count ? rank : h->count;
}

uint64_t histogram_percentile(const struct histogram *h, double percent)
{
    if (h->count == 0)
        return 0;
    uint64_t rank = rank_of(h, percent), passed = 0;
    if (rank == h->count)
        return h->max_ns;
    struct histogram_bucket bucket = {0};
    for (uint32_t at = 0; passed < rank && histogram_next(h, &at, &bucket);)
        passed += bucket.count;
    return bucket.last_ns < h->max_ns ? bucket.last_ns : h->max_ns;
}

uint64_t histogram_mean(const struct histogram *h)
{
    return h->count > 0 ? (uint64_t)(h->sum_ns / h->count) : 0;
}

bool histogram_next(const struct histogram *h, uint32_t *at, struct histogram_bucket *bucket)
{
    for (uint32_t i = *at; i < HISTOGRAM_BUCKETS; i++) {
        if (h->counts[i] == 0)
            continue;
        *bucket = (struct histogram_bucket){first_of(i), last_of(i), h->counts[i]};
        *at = i + 1;
        return true;
    }
    *at = HISTOGRAM_BUCKETS;
    return false;
}
