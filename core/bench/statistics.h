/* SPDX-License-Identifier: MIT */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

/*
 * Which of two is faster, by how much, and how sure that is. Each round has measured both, so
 * what slows a whole round down (a busy machine, a server's bad minute) drops out of the ratio
 * of its pair. The ratio of all rounds is the geometric mean of these, as fits ratios: twice
 * and half as fast are equally far from 1.
 *
 * The interval is a bootstrap's: rounds are drawn again, with replacement, from those that
 * were, and the middle 95 % of the means are taken. Taken as they are they would be too narrow
 * for few rounds (of ten, they would miss the truth in 8 to 10 % of cases instead of 5). So the
 * percentiles are moved out as far as Student's t lies beyond the normal distribution: the
 * "expanded percentile interval" of Hesterberg, "What teachers should know about the
 * bootstrap", The American Statistician 69 (2015), section 4.3.2.
 *
 * Even so it leaves out the truth more often than it says when there are few rounds, or when
 * now and then one is quite different. So a difference has to stand a second test before it is
 * told: if both were the same, each round's ratio could as well have come the other way up. Of
 * all ways to turn rounds over, at most 5 % may give as large a mean as was seen (a sign-flip
 * test, exact whatever the distribution). With 5 rounds, the least there can be is 1 in 16.
 *
 * Pure: the same numbers and seed give the same answer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATISTICS_LEAST_ROUNDS 6 /* with fewer nothing is said */
#define STATISTICS_RESAMPLES    10000
#define STATISTICS_CHANCE       0.05 /* how often a difference may be told where there is none */

enum verdict {
    VERDICT_TOO_FEW,       /* rounds */
    VERDICT_NOTHING_DONE,  /* a round in which nothing was done has no speed */
    VERDICT_NO_DIFFERENCE, /* the interval holds 1, chance does as much, or the ratio is within
                              a thousandth of 1 */
    VERDICT_FASTER,        /* the second is */
    VERDICT_SLOWER,
};

struct comparison {
    enum verdict verdict;
    double ratio;     /* the second's speed over the first's; 0 if nothing can be said of it */
    double low, high; /* 95 %; 0 if too few rounds */
    double chance;    /* how often a mean as far from 1 comes where there is no difference */
    size_t rounds;
};

/* `first` and `second` hold a speed for each round. */
struct comparison statistics_compare(const double *first, const double *second, size_t rounds,
                                     uint64_t seed);

/* 0 if there are none. */
double statistics_geometric_mean(const double *values, size_t count);
double statistics_median(const double *values, size_t count);

/* Where `share` (0 to 1) of the normal distribution lies below, and of Student's with so many
 * degrees of freedom. */
double statistics_normal_share(double z);
double statistics_student_quantile(double share, size_t freedom);

#endif
