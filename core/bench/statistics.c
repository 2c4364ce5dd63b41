/* SPDX-License-Identifier: MIT */
#include "bench/statistics.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OUTSIDE    0.025 /* of the truth, on either side of the interval */
#define TOO_CLOSE  0.001 /* to 1, to be a difference to anybody */
#define ALL_FLIPS  13    /* up to so many rounds every way is tried; beyond, some at random */
#define MOST_FLIPS 10000
#define ROUNDING   1e-9

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

double statistics_geometric_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i] <= 0)
            return 0;
        sum += log(values[i]);
    }
    return count ? exp(sum / (double)count) : 0;
}

double statistics_median(const double *values, size_t count)
{
    if (!count)
        return 0;
    double *sorted = memory_new(count, sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, ascending);
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    free(sorted);
    return median;
}

/* ---- two distributions ---- */

double statistics_normal_share(double z)
{
    return erfc(-z / sqrt(2)) / 2;
}

/* Student's density, integrated from 0 by Simpson's rule; the substitution t = sqrt(n) tan(a)
 * makes it a power of a cosine over a stretch below pi/2, which is smooth. */
static double student_share(double t, size_t freedom)
{
    enum { STEPS = 200 };
    double n = (double)freedom, end = atan(t / sqrt(n)), step = end / STEPS, sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        double weight = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
        sum += weight * pow(cos(step * i), n - 1);
    }
    double scale = exp(lgamma((n + 1) / 2) - lgamma(n / 2)) / sqrt(acos(-1));
    return 0.5 + scale * sum * step / 3;
}

double statistics_student_quantile(double share, size_t freedom)
{
    double low = -1e3, high = 1e3;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (student_share(middle, freedom) < share)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* ---- the interval ---- */

/* Which share of the bootstrap's means to leave out on either side. */
static double outside(size_t rounds)
{
    double n = (double)rounds;
    double t = statistics_student_quantile(1 - OUTSIDE, rounds - 1);
    return statistics_normal_share(-sqrt(n / (n - 1)) * t);
}

/* The value that `share` of the sorted ones do not exceed, between neighbours. */
static double quantile(const double *sorted, size_t count, double share)
{
    double at = share * (double)(count - 1);
    size_t before = (size_t)at;
    if (before + 1 >= count)
        return sorted[count - 1];
    return sorted[before] + (at - (double)before) * (sorted[before + 1] - sorted[before]);
}

static void bootstrap(const double *logs, size_t count, uint64_t seed, struct comparison *to)
{
    struct random random = random_seeded(seed);
    double *means = memory_new(STATISTICS_RESAMPLES, sizeof *means);
    for (size_t i = 0; i < STATISTICS_RESAMPLES; i++) {
        double sum = 0;
        for (size_t j = 0; j < count; j++)
            sum += logs[random_below(&random, count)];
        means[i] = sum / (double)count;
    }
    qsort(means, STATISTICS_RESAMPLES, sizeof *means, ascending);
    double share = outside(count);
    to->low = exp(quantile(means, STATISTICS_RESAMPLES, share));
    to->high = exp(quantile(means, STATISTICS_RESAMPLES, 1 - share));
    free(means);
}

/* ---- chance ---- */

/* Does turning over the rounds that `flips` names leave the sum as far from 0 as `seen`? */
static bool as_far(const double *logs, size_t count, const uint64_t *flips, double seen)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += flips[i / 64] >> (i % 64) & 1 ? -logs[i] : logs[i];
    return fabs(sum) >= seen * (1 - ROUNDING);
}

static double chance_of(const double *logs, size_t count, uint64_t seed)
{
    struct random random = random_seeded(seed);
    size_t words = count / 64 + 1, hits = 0;
    bool all = count <= ALL_FLIPS;
    size_t tries = all ? (size_t)1 << count : MOST_FLIPS;
    uint64_t *flips = memory_new(words, sizeof *flips);
    double seen = fabs(mean(logs, count) * (double)count);
    for (size_t i = 0; i < tries; i++) {
        for (size_t j = 0; j < words; j++)
            flips[j] = all ? i : random_u64(&random);
        hits += as_far(logs, count, flips, seen);
    }
    free(flips);
    /* Of ways drawn at random, the one that was seen is one more. */
    return all ? (double)hits / (double)tries : (double)(hits + 1) / (double)(tries + 1);
}

static enum verdict judge(const struct comparison *c)
{
    if (c->rounds < STATISTICS_LEAST_ROUNDS)
        return VERDICT_TOO_FEW;
    if (c->chance > STATISTICS_CHANCE)
        return VERDICT_NO_DIFFERENCE;
    if (c->low > 1 && c->ratio >= 1 + TOO_CLOSE)
        return VERDICT_FASTER;
    if (c->high < 1 && c->ratio <= 1 - TOO_CLOSE)
        return VERDICT_SLOWER;
    return VERDICT_NO_DIFFERENCE;
}

struct comparison statistics_compare(const double *first, const double *second, size_t rounds,
                                     uint64_t seed)
{
    struct comparison c = {.rounds = rounds, .verdict = VERDICT_TOO_FEW};
    double *logs = memory_new(rounds + 1, sizeof *logs);
    bool done = true;
    for (size_t i = 0; i < rounds; i++) {
        done = done && first[i] > 0 && second[i] > 0;
        logs[i] = done ? log(second[i] / first[i]) : 0;
    }
    if (!done) {
        c.verdict = VERDICT_NOTHING_DONE;
    } else if (rounds) {
        c.ratio = exp(mean(logs, rounds));
        if (rounds >= STATISTICS_LEAST_ROUNDS)
            bootstrap(logs, rounds, seed, &c);
        c.chance = chance_of(logs, rounds, seed);
        c.verdict = judge(&c);
    }
    free(logs);
    return c;
}
