/* SPDX-License-Identifier: MIT */

/* How often a bench is wrong, over many seeds: rounds as a noisy machine would give them. */

#include "base/random.h"
#include "bench/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MOST_ROUNDS 64

static double uniform(struct random *r)
{
    return ((double)(random_u64(r) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(struct random *r)
{
    return sqrt(-2 * log(uniform(r))) * cos(2 * acos(-1) * uniform(r));
}

/* How a run's speed strays: a little, as an exponential does, or now and then by half. */
static double stray(unsigned kind, struct random *r)
{
    if (kind == 0)
        return exp(0.05 * normal(r));
    if (kind == 1)
        return 1 / (1 - 0.1 * log(uniform(r)));
    return (uniform(r) < 0.1 ? 0.5 : 1) * exp(0.02 * normal(r));
}

struct tally {
    unsigned differences, missed, runs;
};

static struct tally compare_often(unsigned kind, size_t rounds, double truth, unsigned runs)
{
    struct tally tally = {.runs = runs};
    double first[MOST_ROUNDS], second[MOST_ROUNDS];
    for (unsigned seed = 1; seed <= runs; seed++) {
        struct random r = random_seeded(seed * 1000 + kind * 100 + rounds);
        for (size_t i = 0; i < rounds; i++) {
            double weather = exp(0.3 * normal(&r)); /* of the whole round */
            first[i] = weather * stray(kind, &r);
            second[i] = weather * stray(kind, &r) * truth;
        }
        struct comparison c = statistics_compare(first, second, rounds, seed);
        tally.differences += c.verdict == VERDICT_FASTER || c.verdict == VERDICT_SLOWER;
        tally.missed += c.low > truth || c.high < truth;
    }
    return tally;
}

/* 100 seeds each, 900 in all: 5 % are 45, and 65 are three standard deviations above. */
static void the_same_twice_is_seldom_told_apart(void **state)
{
    (void)state;
    static const size_t rounds[] = {6, 10, 20};
    unsigned differences = 0;
    for (unsigned kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < 3; i++)
            differences += compare_often(kind, rounds[i], 1, 100).differences;
    if (differences > 65)
        fail_msg("%u of 900", differences);
}

static void the_interval_holds_the_truth_about_as_often_as_it_says(void **state)
{
    (void)state;
    struct tally tally = compare_often(0, 10, 1.5, 400);
    if (tally.missed < 4 || tally.missed > 40) /* 20, give or take four standard deviations */
        fail_msg("missed %u of %u", tally.missed, tally.runs);
}

static void a_tenth_faster_is_found(void **state)
{
    (void)state;
    struct tally tally = compare_often(0, 10, 1.1, 100);
    if (tally.differences < 90)
        fail_msg("%u of %u", tally.differences, tally.runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_twice_is_seldom_told_apart),
        cmocka_unit_test(the_interval_holds_the_truth_about_as_often_as_it_says),
        cmocka_unit_test(a_tenth_faster_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
