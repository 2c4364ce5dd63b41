/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "unit/plugins/under_test.h"

#define START UINT64_C(1000000000000)

/* How many it lets run at once. */
static uint32_t limit(struct under_test *t)
{
    struct ovrmnd_attempt next = {.size = sizeof next, .number = 1, .cost = 1};
    struct ovrmnd_load load = {.size = sizeof load};
    while (t->instance.scheduler->may_start(t->instance.self, START, &load, &next).action ==
           OVRMND_START)
        load.running++;
    return load.running;
}

static void finish(struct under_test *t, uint64_t now_ns, uint64_t from_ns, uint32_t status)
{
    struct ovrmnd_outcome outcome = {.size = sizeof outcome,
                                     .status = status,
                                     .error = status ? OVRMND_ERROR_NONE : OVRMND_ERROR_TIMEOUT,
                                     .flags = status == 200 ? OVRMND_OUTCOME_SUCCESS : 0,
                                     .started_ns = from_ns,
                                     .finished_ns = now_ns};
    tell_finished(t, now_ns, &outcome);
}

/* `count` at once from `now_ns` on, all of which end `length_ns` later. */
static uint64_t flight(struct under_test *t, uint64_t now_ns, uint32_t count,
                       uint64_t length_ns, uint32_t status)
{
    for (uint32_t i = 0; i < count; i++)
        tell_started(t, now_ns, 1);
    for (uint32_t i = 0; i < count; i++)
        finish(t, now_ns + length_ns, now_ns, status);
    return now_ns + length_ns;
}

/* Full flights of successes. */
static uint64_t flights(struct under_test *t, uint64_t now_ns, uint32_t count,
                        uint64_t length_ns)
{
    for (uint32_t i = 0; i < count; i++)
        now_ns = flight(t, now_ns, limit(t), length_ns, 200);
    return now_ns;
}

static void it_begins_with_start_within_min_and_max(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        uint32_t limit;
    } cases[] = {
        {"adaptive", 4}, {"adaptive:start=9", 9}, {"adaptive:max=3", 3}, {"adaptive:min=7", 7}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct under_test t;
        under_test_open(&t, "scheduler", cases[i].spec);
        assert_int_equal(limit(&t), cases[i].limit);
        under_test_close(&t);
    }
}

static void it_refuses_a_min_above_max(void **state)
{
    (void)state;
    struct under_test t;
    struct error err = {0};
    assert_int_equal(under_test_try(&t, "scheduler", "adaptive:min=9,max=5", &err), -1);
    assert_string_equal(err.message,
                        "--plugin: adaptive refused: min is 9, which is above max, 5");
    under_test_close(&t);
}

static void it_doubles_each_round_up_to_max(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:max=50");
    uint64_t now = flights(&t, START, 1, NS_PER_MS);
    assert_int_equal(limit(&t), 8);
    now = flights(&t, now, 1, NS_PER_MS);
    assert_int_equal(limit(&t), 16);
    flights(&t, now, 10, NS_PER_MS);
    assert_int_equal(limit(&t), 50);
    under_test_close(&t);
}

static void it_does_not_grow_when_something_else_holds_back(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive");
    uint64_t now = START;
    for (int i = 0; i < 100; i++)
        now = flight(&t, now, 3, NS_PER_MS, 200);
    assert_int_equal(limit(&t), 4);
    under_test_close(&t);
}

static void congestion_cuts_to_seven_tenths_once_a_flight(void **state)
{
    (void)state;
    static const uint32_t statuses[] = {429, 503, 0 /* timeout */};
    for (size_t i = 0; i < 3; i++) {
        struct under_test t;
        under_test_open(&t, "scheduler", "adaptive:start=40");
        uint64_t now = flight(&t, START, 40, NS_PER_MS, statuses[i]);
        assert_int_equal(limit(&t), 28);
        flight(&t, now + 1, 28, NS_PER_MS, statuses[i]);
        assert_int_equal(limit(&t), 19); /* 19.6 */
        under_test_close(&t);
    }
}

static void other_failures_cut_nothing(void **state)
{
    (void)state;
    static const uint32_t statuses[] = {400, 404, 500, 502, 504};
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:start=40,max=40");
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        flight(&t, START, 40, NS_PER_MS, statuses[i]);
    assert_int_equal(limit(&t), 40);
    under_test_close(&t);
}

static void after_a_cut_it_grows_by_one_a_round(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:start=40");
    uint64_t now = flight(&t, START, 40, NS_PER_MS, 429) + 1;
    for (uint32_t round = 1; round <= 20; round++) {
        now = flights(&t, now, 1, NS_PER_MS);
        assert_in_range(limit(&t), 28 + round - 1, 28 + round);
    }
    under_test_close(&t);
}

static void well_beyond_the_last_cut_it_grows_fast_again(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:start=40");
    uint64_t now = START;
    for (int i = 0; i < 30; i++)
        now = flight(&t, now, limit(&t), NS_PER_MS, 503) + 1;
    assert_int_equal(limit(&t), 1);
    flights(&t, now, 12, NS_PER_MS);
    assert_int_equal(limit(&t), 100);
    under_test_close(&t);
}

static void it_never_falls_below_min(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:min=3");
    uint64_t now = START;
    for (int i = 0; i < 100; i++)
        now = flight(&t, now, 3, NS_PER_MS, 429) + 1;
    assert_int_equal(limit(&t), 3);
    under_test_close(&t);
}

static void it_waits_for_an_end_only_when_something_runs(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive");
    tell_started(&t, START, 1);
    for (int i = 0; i < 100; i++) /* more ends than starts */
        finish(&t, START + (uint64_t)i, START + (uint64_t)i, 429);
    assert_int_equal(ask(&t, START, 1).action, OVRMND_START);
    under_test_close(&t);
}

static void growing_latency_holds_and_then_cuts(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:start=20,max=40");
    uint64_t now = flights(&t, START, 8, 10 * NS_PER_MS);
    assert_int_equal(limit(&t), 40);
    for (int i = 0; i < 40; i++) { /* from now on there is room for 20, and the others wait */
        uint32_t count = limit(&t) > 20 ? limit(&t) : 20;
        now = flights(&t, now, 1, count * 10 * NS_PER_MS / 20);
    }
    assert_in_range(limit(&t), 20, 35);
    under_test_close(&t);
}

/* Latency that does not fall with the limit is not made by it. */
static void a_server_that_became_slower_does_not_pin_it_down(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:start=20,max=40");
    uint64_t now = flights(&t, START, 20, 10 * NS_PER_MS);
    now = flights(&t, now, 40, 300 * NS_PER_MS);
    assert_int_equal(limit(&t), 40);
    flights(&t, now, 40, 10 * NS_PER_MS);
    assert_int_equal(limit(&t), 40);
    under_test_close(&t);
}

static void refusals_that_come_fast_are_no_good_latency(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:start=20,max=20");
    uint64_t now = flights(&t, START, 10, 10 * NS_PER_MS);
    for (int i = 0; i < 20; i++)
        now = flight(&t, now, 20, 1, 404);
    flights(&t, now, 20, 11 * NS_PER_MS);
    assert_int_equal(limit(&t), 20);
    under_test_close(&t);
}

static void odd_times_do_no_harm(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "adaptive:max=10000,start=10000");
    for (int i = 0; i < 2000; i++) { /* a clock that stands still */
        tell_started(&t, 0, 1);
        finish(&t, 0, 0, 200);
    }
    for (int i = 0; i < 2000; i++) {
        tell_started(&t, UINT64_MAX, 1);
        finish(&t, UINT64_MAX, 0, 200); /* the longest latency */
        finish(&t, 0, UINT64_MAX, 200); /* and one below zero */
    }
    assert_in_range(limit(&t), 1, 10000);
    under_test_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_with_start_within_min_and_max),
        cmocka_unit_test(it_refuses_a_min_above_max),
        cmocka_unit_test(it_doubles_each_round_up_to_max),
        cmocka_unit_test(it_does_not_grow_when_something_else_holds_back),
        cmocka_unit_test(congestion_cuts_to_seven_tenths_once_a_flight),
        cmocka_unit_test(other_failures_cut_nothing),
        cmocka_unit_test(after_a_cut_it_grows_by_one_a_round),
        cmocka_unit_test(well_beyond_the_last_cut_it_grows_fast_again),
        cmocka_unit_test(it_never_falls_below_min),
        cmocka_unit_test(it_waits_for_an_end_only_when_something_runs),
        cmocka_unit_test(growing_latency_holds_and_then_cuts),
        cmocka_unit_test(a_server_that_became_slower_does_not_pin_it_down),
        cmocka_unit_test(refusals_that_come_fast_are_no_good_latency),
        cmocka_unit_test(odd_times_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
