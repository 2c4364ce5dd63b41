/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "unit/plugins/under_test.h"

#include <stdio.h>
#include <string.h>

#define START UINT64_C(1000000000000)
#define DAY   (86400 * NS_PER_S)

static struct ovrmnd_verdict decide(struct under_test *t, uint64_t item, uint32_t number)
{
    struct ovrmnd_attempt attempt = {
        .size = sizeof attempt, .number = number, .item = item, .cost = 1, .first_ns = START};
    struct ovrmnd_outcome outcome = {.size = sizeof outcome, .status = 503};
    return t->instance.retry->decide(t->instance.self, START, &attempt, &outcome);
}

static uint64_t delay(struct under_test *t, uint64_t item, uint32_t number)
{
    struct ovrmnd_verdict verdict = decide(t, item, number);
    assert_int_equal(verdict.action, OVRMND_AGAIN);
    assert_true(verdict.at_ns >= START);
    return verdict.at_ns - START;
}

static void delays_double_up_to_the_cap(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "exponential:attempts=10,jitter=none");
    static const uint64_t ms[] = {200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000, 20000};
    for (uint32_t k = 1; k <= 10; k++)
        assert_int_equal(delay(&t, 0, k), ms[k - 1] * NS_PER_MS);
    assert_int_equal(decide(&t, 0, 11).action, OVRMND_GIVE_UP);
    under_test_close(&t);
}

static void three_further_attempts_unless_told(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "exponential");
    assert_int_equal(decide(&t, 0, 3).action, OVRMND_AGAIN);
    assert_int_equal(decide(&t, 0, 4).action, OVRMND_GIVE_UP);
    under_test_close(&t);
    under_test_open(&t, "retry", "exponential:attempts=0");
    assert_int_equal(decide(&t, 0, 1).action, OVRMND_GIVE_UP);
    under_test_close(&t);
}

static void factors_need_not_be_whole(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "exponential:base=1s,factor=1.5,jitter=none");
    assert_int_equal(delay(&t, 0, 3), 2250 * NS_PER_MS);
    under_test_close(&t);
    under_test_open(&t, "retry", "exponential:base=1s,factor=1,jitter=none,attempts=1000");
    assert_int_equal(delay(&t, 0, 1000), NS_PER_S);
    under_test_close(&t);
}

static void nothing_overflows(void **state)
{
    (void)state;
    static const char *const jitters[] = {"none", "full", "equal", "decorrelated"};
    for (size_t i = 0; i < sizeof jitters / sizeof *jitters; i++) {
        struct under_test t;
        char spec[128];
        snprintf(spec, sizeof spec,
                 "exponential:attempts=1000,base=366d,cap=366d,factor=1000,jitter=%s",
                 jitters[i]);
        under_test_open(&t, "retry", spec);
        for (uint32_t k = 1; k <= 1000; k++)
            assert_true(delay(&t, UINT64_MAX, k) <= 366 * DAY); /* rule R2 */
        struct ovrmnd_attempt attempt = {.size = sizeof attempt, .number = 1};
        struct ovrmnd_outcome outcome = {.size = sizeof outcome};
        uint64_t late = UINT64_MAX - 7;
        assert_true(t.instance.retry->decide(t.instance.self, late, &attempt, &outcome).at_ns >=
                    late);
        assert_int_equal(decide(&t, 0, UINT32_MAX).action, OVRMND_GIVE_UP);
        assert_int_equal(decide(&t, 0, 0).action, OVRMND_GIVE_UP);
        under_test_close(&t);
    }
}

static void a_base_of_nothing_or_above_the_cap_is_taken_as_it_is(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "exponential:base=0s,jitter=decorrelated");
    assert_int_equal(delay(&t, 0, 3), 0);
    under_test_close(&t);
    under_test_open(&t, "retry", "exponential:base=1m,cap=2s,jitter=none");
    assert_int_equal(delay(&t, 0, 1), 2 * NS_PER_S);
    under_test_close(&t);
    under_test_open(&t, "retry", "exponential:base=1m,cap=2s,jitter=decorrelated");
    assert_int_equal(delay(&t, 0, 2), 2 * NS_PER_S);
    under_test_close(&t);
}

static struct ovrmnd_verdict decide_late(struct under_test *t, uint64_t now_ns,
                                         uint64_t not_before_ns)
{
    struct ovrmnd_attempt attempt = {.size = sizeof attempt, .number = 1, .first_ns = START};
    struct ovrmnd_outcome outcome = {.size = sizeof outcome,
                                     .flags = not_before_ns ? OVRMND_OUTCOME_RETRY_AFTER : 0,
                                     .not_before_ns = not_before_ns};
    return t->instance.retry->decide(t->instance.self, now_ns, &attempt, &outcome);
}

static void an_item_is_given_up_when_it_would_start_past_its_deadline(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "exponential:base=1s,jitter=none,deadline=10s");
    uint64_t last = START + 9 * NS_PER_S;
    assert_int_equal(decide_late(&t, last, 0).action, OVRMND_AGAIN);
    assert_int_equal(decide_late(&t, last + 1, 0).action, OVRMND_GIVE_UP);
    /* The server's word counts as much as its own delay. */
    assert_int_equal(decide_late(&t, START, last).action, OVRMND_AGAIN);
    assert_int_equal(decide_late(&t, START, last + NS_PER_S + 1).action, OVRMND_GIVE_UP);
    under_test_close(&t);
}

/* ---- jitter ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* Kolmogorov and Smirnov's distance of values in [0, 1] from the uniform distribution. */
static double distance_from_uniform(double *values, size_t count)
{
    double most = 0;
    qsort(values, count, sizeof *values, compare);
    for (size_t i = 0; i < count; i++) {
        most = larger(most, values[i] - (double)i / (double)count);
        most = larger(most, (double)(i + 1) / (double)count - values[i]);
    }
    return most;
}

#define SEEDS    2000
#define FARTHEST 0.0436 /* 1.95 / sqrt(2000): farther apart in 1 of 1,000 cases */

/* One draw for each seed: the delay before further attempt `number` lies within least..most and
 * is uniform there. */
static void assert_uniform(const char *spec, uint32_t number, double least, double most)
{
    static double values[SEEDS];
    for (size_t i = 0; i < SEEDS; i++) {
        struct under_test t;
        under_test_open_seed(&t, "retry", spec, i + 1);
        double ms = (double)delay(&t, 0, number) / NS_PER_MS;
        assert_true(ms >= least && ms <= most);
        values[i] = (ms - least) / (most - least);
        under_test_close(&t);
    }
    assert_true(distance_from_uniform(values, SEEDS) < FARTHEST);
}

static void delays_are_uniform_in_their_interval_over_seeds(void **state)
{
    (void)state;
    assert_uniform("exponential:jitter=full", 1, 0, 200);
    assert_uniform("exponential:jitter=full", 3, 0, 800);
    assert_uniform("exponential:jitter=equal", 2, 200, 400);
    assert_uniform("exponential:jitter=decorrelated", 1, 200, 600);
}

/* Of two in a row, the second lies between base and three times the first, and there it is
 * uniform: so what it draws again for the first is the delay that it gave. */
static void decorrelated_follows_the_delay_before(void **state)
{
    (void)state;
    static double values[SEEDS];
    struct under_test t;
    under_test_open(&t, "retry", "exponential:jitter=decorrelated,attempts=5,cap=1h");
    for (uint32_t number = 2; number <= 5; number++) {
        for (size_t i = 0; i < SEEDS; i++) {
            uint64_t least = 200 * NS_PER_MS, most = 3 * delay(&t, i, number - 1);
            uint64_t given = delay(&t, i, number);
            assert_in_range(given, least, most);
            values[i] = (double)(given - least) / (double)(most - least);
        }
        assert_true(distance_from_uniform(values, SEEDS) < FARTHEST);
    }
    under_test_close(&t);
}

static void the_same_seed_gives_the_same_delays(void **state)
{
    (void)state;
    static const char *const specs[] = {"exponential", "exponential:jitter=decorrelated"};
    for (size_t i = 0; i < 2; i++) {
        struct under_test a, b, c;
        under_test_open_seed(&a, "retry", specs[i], 5);
        under_test_open_seed(&b, "retry", specs[i], 5);
        under_test_open_seed(&c, "retry", specs[i], 6);
        uint64_t first = delay(&a, 1, 1);
        assert_int_equal(first, delay(&b, 1, 1));
        assert_int_not_equal(first, delay(&c, 1, 1));
        under_test_close(&a);
        under_test_close(&b);
        under_test_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_double_up_to_the_cap),
        cmocka_unit_test(three_further_attempts_unless_told),
        cmocka_unit_test(factors_need_not_be_whole),
        cmocka_unit_test(nothing_overflows),
        cmocka_unit_test(a_base_of_nothing_or_above_the_cap_is_taken_as_it_is),
        cmocka_unit_test(an_item_is_given_up_when_it_would_start_past_its_deadline),
        cmocka_unit_test(delays_are_uniform_in_their_interval_over_seeds),
        cmocka_unit_test(decorrelated_follows_the_delay_before),
        cmocka_unit_test(the_same_seed_gives_the_same_delays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
