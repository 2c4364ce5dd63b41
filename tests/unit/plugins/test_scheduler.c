/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "unit/plugins/under_test.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define START UINT64_C(1000000000000)

static struct ovrmnd_verdict ask_running(struct under_test *t, uint32_t running)
{
    struct ovrmnd_load load = {.size = sizeof load, .running = running};
    struct ovrmnd_attempt next = {.size = sizeof next, .number = 1, .cost = 1};
    return t->instance.scheduler->may_start(t->instance.self, START, &load, &next);
}

static void sequential_starts_only_when_nothing_runs(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "sequential");
    assert_int_equal(ask_running(&t, 0).action, OVRMND_START);
    assert_int_equal(ask_running(&t, 1).action, OVRMND_WAIT_FINISH);
    under_test_close(&t);
}

static void pool_starts_up_to_its_concurrency(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pool:concurrency=3");
    assert_int_equal(ask_running(&t, 0).action, OVRMND_START);
    assert_int_equal(ask_running(&t, 2).action, OVRMND_START);
    assert_int_equal(ask_running(&t, 3).action, OVRMND_WAIT_FINISH);
    under_test_close(&t);
}

static void pool_has_five_places_unless_told(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pool");
    assert_int_equal(ask_running(&t, 4).action, OVRMND_START);
    assert_int_equal(ask_running(&t, 5).action, OVRMND_WAIT_FINISH);
    under_test_close(&t);
}

static void pool_refuses_a_width_out_of_its_range(void **state)
{
    (void)state;
    struct under_test t;
    struct error err = {0};
    assert_int_equal(under_test_try(&t, "scheduler", "pool:concurrency=0", &err), -1);
    assert_string_equal(err.message, "--plugin: pool: concurrency must be a whole number from "
                                     "1 to 10000, not '0'");
    under_test_close(&t);
}

/* ---- token-bucket ---- */

/* How many start at this one moment. */
static uint64_t start_all(struct under_test *t, uint64_t now_ns, uint64_t cost)
{
    uint64_t count = 0;
    while (count < 100000 && ask(t, now_ns, cost).action == OVRMND_START) {
        tell_started(t, now_ns, cost);
        count++;
    }
    return count;
}

/* Starts what it can from `now_ns`, and checks that the next one comes just then and no sooner.
 */
static void assert_next_at(struct under_test *t, uint64_t now_ns, uint64_t cost, uint64_t at_ns)
{
    struct ovrmnd_verdict verdict = ask(t, now_ns, cost);
    assert_int_equal(verdict.action, OVRMND_WAIT_UNTIL);
    assert_int_equal(verdict.at_ns, at_ns);
    assert_int_equal(ask(t, at_ns - 1, cost).action, OVRMND_WAIT_UNTIL);
    assert_int_equal(ask(t, at_ns, cost).action, OVRMND_START);
}

static void a_bucket_begins_with_its_burst_and_no_more(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=600/m,burst=7");
    assert_int_equal(start_all(&t, START, 1), 7);
    assert_next_at(&t, START, 1, START + 100 * NS_PER_MS);
    under_test_close(&t);
}

static void the_default_burst_is_one_and_ten_milliseconds_worth(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        uint64_t burst;
    } cases[] = {{"token-bucket:rate=1", 2},
                 {"token-bucket:rate=100", 2},
                 {"token-bucket:rate=101", 3},
                 {"token-bucket:rate=10000", 101},
                 {"token-bucket:rate=1/d", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct under_test t;
        under_test_open(&t, "scheduler", cases[i].spec);
        assert_int_equal(start_all(&t, START, 1), cases[i].burst);
        under_test_close(&t);
    }
}

static void the_time_it_names_is_exact_for_odd_rates(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        uint64_t wait_ns;
    } cases[] = {{"token-bucket:rate=3,burst=1", 333333334},    /* a third of a second, up */
                 {"token-bucket:rate=0.5,burst=1", 2000000000}, /* */
                 {"token-bucket:rate=7/m,burst=1", 8571428572}, /* 60/7 s, up */
                 {"token-bucket:rate=0.3/m,burst=1", 200 * NS_PER_S}, /* */
                 {"token-bucket:rate=2000000000,burst=1", 1}, /* faster than the clock ticks */
                 {"token-bucket:rate=5000/h,burst=1", 720 * NS_PER_MS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct under_test t;
        under_test_open(&t, "scheduler", cases[i].spec);
        tell_started(&t, START, 1);
        assert_next_at(&t, START, 1, START + cases[i].wait_ns);
        under_test_close(&t);
    }
}

static void thirds_of_a_second_add_up_to_whole_seconds(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=3,burst=1");
    uint64_t now = START;
    tell_started(&t, now, 1);
    for (int i = 0; i < 3000; i++) {
        now = ask(&t, now, 1).at_ns;
        tell_started(&t, now, 1);
    }
    /* Each start comes at most one nanosecond late, and being late is never made up for. */
    assert_in_range(now - START, 1000 * NS_PER_S, 1000 * NS_PER_S + 3000);
    under_test_close(&t);
}

static void a_long_pause_saves_up_no_more_than_the_burst(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=1000,burst=4");
    assert_int_equal(start_all(&t, START, 1), 4);
    assert_int_equal(start_all(&t, START + 3600 * NS_PER_S, 1), 4);
    under_test_close(&t);
}

static void being_asked_changes_nothing(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=10,burst=1");
    for (int i = 0; i < 1000; i++)
        assert_int_equal(ask(&t, START + (uint64_t)i, 1).action, OVRMND_START);
    tell_started(&t, START + 1000, 1);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(ask(&t, START + 2000, 1).at_ns, START + 1000 + 100 * NS_PER_MS);
    under_test_close(&t);
}

static void a_late_start_is_charged_when_it_happens(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=10,burst=1");
    tell_started(&t, START, 1);
    uint64_t late = START + 100 * NS_PER_MS + 50 * NS_PER_MS;
    tell_started(&t, late, 1);
    assert_next_at(&t, late, 1, late + 100 * NS_PER_MS);
    under_test_close(&t);
}

static void a_clock_that_stands_still_or_runs_backwards_gives_nothing(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=10,burst=2");
    assert_int_equal(start_all(&t, START, 1), 2);
    assert_int_equal(start_all(&t, START, 1), 0);
    assert_int_equal(start_all(&t, START - NS_PER_S, 1), 0);
    assert_int_equal(start_all(&t, START + 100 * NS_PER_MS, 1), 1);
    under_test_close(&t);
}

static void the_end_of_time_overflows_nothing(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler",
                    "token-bucket:rate=9000000000000000000,burst=9000000000000000000");
    tell_started(&t, 0, UINT64_MAX);
    assert_int_equal(ask(&t, 0, 1).action, OVRMND_WAIT_UNTIL);
    assert_int_equal(ask(&t, UINT64_MAX, 1).action, OVRMND_START);
    under_test_close(&t);
    under_test_open(&t, "scheduler", "token-bucket:rate=1/d,burst=1");
    tell_started(&t, UINT64_MAX - 5, 1);
    assert_int_equal(ask(&t, UINT64_MAX - 5, 1).at_ns, UINT64_MAX);
    under_test_close(&t);
}

/* Rule S1 of scheduler.h. */
static void no_wait_is_longer_than_366_days(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=0.001/d,burst=1");
    tell_started(&t, START, 1);
    uint64_t limit = START + 366 * 86400 * NS_PER_S;
    assert_int_equal(ask(&t, START, 1).at_ns, limit);
    assert_true(ask(&t, limit, 1).at_ns > limit);
    under_test_close(&t);
}

static void an_attempt_pays_its_cost(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=10,burst=10");
    tell_started(&t, START, 4);
    assert_int_equal(ask(&t, START, 6).action, OVRMND_START);
    assert_next_at(&t, START, 7, START + 100 * NS_PER_MS);
    assert_int_equal(ask(&t, START, 0).action, OVRMND_START);
    under_test_close(&t);
}

static void a_cost_above_the_burst_starts_from_empty_and_is_owed(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=10,burst=5");
    assert_int_equal(ask(&t, START, 25).action, OVRMND_START);
    tell_started(&t, START, 25);
    assert_next_at(&t, START, 1, START + 2100 * NS_PER_MS);
    assert_next_at(&t, START, 25, START + 2500 * NS_PER_MS);
    under_test_close(&t);
}

static void strict_holds_each_window_to_the_number(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=100/m,burst=100,strict=true");
    assert_int_equal(start_all(&t, START, 1), 100);
    /* Not strict, the next would come after 600 ms. */
    assert_next_at(&t, START, 1, START + 60 * NS_PER_S);
    under_test_close(&t);
}

static void strict_still_keeps_to_the_burst(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=100/m,burst=3,strict=true");
    assert_int_equal(start_all(&t, START, 1), 3);
    assert_next_at(&t, START, 1, START + 600 * NS_PER_MS);
    under_test_close(&t);
}

static void strict_counts_cost(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "token-bucket:rate=10,burst=10,strict=on");
    tell_started(&t, START, 6);
    tell_started(&t, START + 500 * NS_PER_MS, 3);
    assert_int_equal(ask(&t, START + 500 * NS_PER_MS, 1).action, OVRMND_START);
    assert_next_at(&t, START + 900 * NS_PER_MS, 2, START + NS_PER_S);
    assert_next_at(&t, START + 900 * NS_PER_MS, 8, START + 1500 * NS_PER_MS);
    under_test_close(&t);
}

static void strict_refuses_a_window_it_cannot_remember(void **state)
{
    (void)state;
    struct under_test t;
    struct error err = {0};
    assert_int_equal(
        under_test_try(&t, "scheduler", "token-bucket:rate=1000001,strict=yes", &err), -1);
    assert_string_equal(err.message,
                        "--plugin: token-bucket refused: strict remembers each start within "
                        "the rate's window, at most 1000000 of them, not 1000001; give the "
                        "rate for a shorter window");
    under_test_close(&t);
}

static void a_bucket_needs_its_rate(void **state)
{
    (void)state;
    struct under_test t;
    struct error err = {0};
    assert_int_equal(under_test_try(&t, "scheduler", "token-bucket", &err), -1);
    assert_string_equal(err.message, "--plugin: token-bucket needs rate, a rate such as 20, "
                                     "0.5, 600/m or 5000/h");
    under_test_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequential_starts_only_when_nothing_runs),
        cmocka_unit_test(pool_starts_up_to_its_concurrency),
        cmocka_unit_test(pool_has_five_places_unless_told),
        cmocka_unit_test(pool_refuses_a_width_out_of_its_range),
        cmocka_unit_test(a_bucket_begins_with_its_burst_and_no_more),
        cmocka_unit_test(the_default_burst_is_one_and_ten_milliseconds_worth),
        cmocka_unit_test(the_time_it_names_is_exact_for_odd_rates),
        cmocka_unit_test(thirds_of_a_second_add_up_to_whole_seconds),
        cmocka_unit_test(a_long_pause_saves_up_no_more_than_the_burst),
        cmocka_unit_test(being_asked_changes_nothing),
        cmocka_unit_test(a_late_start_is_charged_when_it_happens),
        cmocka_unit_test(a_clock_that_stands_still_or_runs_backwards_gives_nothing),
        cmocka_unit_test(the_end_of_time_overflows_nothing),
        cmocka_unit_test(no_wait_is_longer_than_366_days),
        cmocka_unit_test(an_attempt_pays_its_cost),
        cmocka_unit_test(a_cost_above_the_burst_starts_from_empty_and_is_owed),
        cmocka_unit_test(strict_holds_each_window_to_the_number),
        cmocka_unit_test(strict_still_keeps_to_the_burst),
        cmocka_unit_test(strict_counts_cost),
        cmocka_unit_test(strict_refuses_a_window_it_cannot_remember),
        cmocka_unit_test(a_bucket_needs_its_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
