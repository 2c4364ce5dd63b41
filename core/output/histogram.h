/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HISTOGRAM_H
#define OUTPUT_HISTOGRAM_H

/*
 * Durations counted in buckets whose width grows with the value, laid out as HdrHistogram does
 * it (Gil Tene, hdrhistogram.org; its C library is not in Debian 12):
 *
 *     value      0 ... 2047    2048 ... 4095    4096 ... 8191    ...  up to 2^47 (39 hours)
 *     buckets    2048 of 1 ns  1024 of 2 ns     1024 of 4 ns     ...  1024 of 2^36 ns
 *
 * So every value from 1 us to 24 h is known to three significant digits: no bucket is wider
 * than 1/1024 of what it holds. Memory is fixed (304 KiB, of which a batch touches little), and
 * recording neither allocates nor fails. A value beyond the last bucket is counted in it;
 * minimum, maximum and mean are exact for all.
 */

#include <stdbool.h>
#include <stdint.h>

#define HISTOGRAM_HALF    1024 /* buckets for each doubling of the value */
#define HISTOGRAM_BUCKETS (38 * HISTOGRAM_HALF)

/* Zeroed is empty. Large: put it on the heap, where untouched pages take no memory. */
struct histogram {
    uint64_t count;
    uint64_t min_ns, max_ns;  /* 0 while empty */
    unsigned __int128 sum_ns; /* 64 bits would hold 584 years in all */
    uint64_t counts[HISTOGRAM_BUCKETS];
};

void histogram_record(struct histogram *h, uint64_t ns);

/* Adds all that `from` has counted. */
void histogram_merge(struct histogram *h, const struct histogram *from);

/* The value that `percent` of all values (0 to 100, exact to four decimals) do not exceed, by
 * the nearest rank: with 1,000 values, 99.9 is the 999th in order. The upper end of its bucket,
 * and so at most 0.1 % above the true one, never below it; 100 is exact. 0 when empty. */
uint64_t histogram_percentile(const struct histogram *h, double percent);

/* 0 when empty. */
uint64_t histogram_mean(const struct histogram *h);

struct histogram_bucket {
    uint64_t first_ns, last_ns; /* both included */
    uint64_t count;
};

/* The first bucket from `*at` on that holds anything, ascending; moves `*at` behind it. Start
 * with 0. False: there are no more. */
bool histogram_next(const struct histogram *h, uint32_t *at, struct histogram_bucket *bucket);

#endif
