/* SPDX-License-Identifier: MIT */

/*
 * What the engine promises whatever happens, over thousands of drawn batches (trial.h): one
 * sweep over the seeds runs each batch and looks at every step; then each promise is a test
 * that says with which seed it was first broken, and how. See seeds.h for how to repeat one.
 */

#include "property/seeds.h"
#include "property/trial.h"

#include <stdio.h>
#include <string.h>

/* The first seed with which each promise was broken. */
static struct {
    uint64_t seed;
    char how[160];
    char what[512];
} broken[PROMISES];

/* That a sweep is worth something: how often each kind of ending and event came. */
static struct {
    uint64_t attempts, retries, complete, fail_fast, signalled;
} seen;

static void collect(const struct trial *t)
{
    for (size_t i = 0; i < PROMISES; i++) {
        if (!t->broken[i][0] || broken[i].how[0])
            continue;
        broken[i].seed = t->seed;
        memcpy(broken[i].how, t->broken[i], sizeof broken[i].how);
        trial_describe(t, broken[i].what, sizeof broken[i].what);
    }
    seen.attempts += t->start_count;
    seen.retries += t->retry_starts;
    seen.complete += t->report.ending == ENGINE_COMPLETE;
    seen.fail_fast += t->report.ending == ENGINE_FAIL_FAST;
    seen.signalled += t->report.ending == ENGINE_SIGNAL;
}

static int sweep(void **state)
{
    (void)state;
    static struct trial t;
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed++) {
        trial_draw(&t, seed);
        trial_run(&t);
        collect(&t);
        trial_free(&t);
    }
    return 0;
}

static int forget(void **state)
{
    (void)state;
    trial_forget_plugins();
    return 0;
}

static void assert_kept(enum promise promise)
{
    if (broken[promise].how[0])
        fail_msg("%s\n  %s\n  again with OVRMND_SEED=%" PRIu64, broken[promise].how,
                 broken[promise].what, broken[promise].seed);
}

#define PROMISE_TEST(name, promise)                                                            \
    static void name(void **state)                                                             \
    {                                                                                          \
        (void)state;                                                                           \
        assert_kept(promise);                                                                  \
    }

PROMISE_TEST(every_item_gets_exactly_one_result, ONE_RESULT)
PROMISE_TEST(results_come_in_input_order_unless_told_otherwise, IN_ORDER)
PROMISE_TEST(no_window_holds_more_than_rate_times_its_length_and_the_burst, RATE_BOUND)
PROMISE_TEST(no_strict_window_holds_more_than_its_number, STRICT_WINDOW)
PROMISE_TEST(no_slot_is_idle_while_schedulers_agree_and_an_item_waits, WORK_CONSERVED)
PROMISE_TEST(a_pool_is_never_wider_than_it_says, POOL_WIDTH)
PROMISE_TEST(a_retry_never_starts_before_its_delay_nor_before_retry_after, NO_EARLY_RETRY)
PROMISE_TEST(what_waits_to_be_tried_again_holds_no_slot, NO_SLOT_WAITING)
PROMISE_TEST(no_item_is_starved_by_retries_and_no_retry_by_fresh_items, BOUNDED_WAIT)
PROMISE_TEST(an_unsafe_request_takes_effect_at_most_once, UNSAFE_ONCE)
PROMISE_TEST(fail_fast_starts_nothing_after_the_failing_outcome, FAIL_FAST)
PROMISE_TEST(nothing_starts_after_a_signal, SIGNALLED)
PROMISE_TEST(nothing_starts_after_one_failure_too_many, FAILURES_STOP)
PROMISE_TEST(the_batch_is_over_at_its_deadline, IN_TIME)
PROMISE_TEST(retries_stay_within_their_budget, RETRY_BUDGET)
PROMISE_TEST(pushback_lets_no_attempt_of_the_batch_start_before_retry_after, HELD_BACK)
PROMISE_TEST(every_batch_ends_whole, BATCH_ENDS)

/* A sweep in which nothing much happens would prove nothing. */
static void the_sweep_has_seen_enough(void **state)
{
    (void)state;
    uint64_t seeds = seeds_last() - seeds_first() + 1;
    if (seeds < 1000)
        skip();
    assert_true(seen.attempts > 50 * seeds);
    assert_true(seen.retries > 5 * seeds);
    assert_true(seen.complete > seeds / 4);
    assert_true(seen.fail_fast > seeds / 50);
    assert_true(seen.signalled > seeds / 50);
}

/* ---- the same seed, the same history ---- */

static uint64_t history_of(uint64_t seed, uint64_t server_seed, bool *long_enough)
{
    static struct trial t;
    trial_draw(&t, seed);
    if (server_seed) {
        t.server.seed = server_seed;
        t.server.latency.shape = MODEL_EXPONENTIAL;
        t.server.latency.scale_ns = NS_PER_S;
    }
    trial_run(&t);
    uint64_t history = t.history;
    *long_enough = t.start_count >= 10 && t.completion_count > 0;
    trial_free(&t);
    return history;
}

static void the_same_seed_gives_the_same_history(void **state)
{
    (void)state;
    bool any;
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed++)
        if (history_of(seed, 0, &any) != history_of(seed, 0, &any))
            fail_msg("two histories of one seed\n  again with OVRMND_SEED=%" PRIu64, seed);
}

static void another_seed_gives_another_history(void **state)
{
    (void)state;
    bool long_enough, other_long_enough;
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed += 5) {
        uint64_t one = history_of(seed, 1, &long_enough);
        uint64_t other = history_of(seed, 2, &other_long_enough);
        if (long_enough && other_long_enough && one == other)
            fail_msg("one history of two seeds\n  again with OVRMND_SEED=%" PRIu64, seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_gets_exactly_one_result),
        cmocka_unit_test(results_come_in_input_order_unless_told_otherwise),
        cmocka_unit_test(no_window_holds_more_than_rate_times_its_length_and_the_burst),
        cmocka_unit_test(no_strict_window_holds_more_than_its_number),
        cmocka_unit_test(no_slot_is_idle_while_schedulers_agree_and_an_item_waits),
        cmocka_unit_test(a_pool_is_never_wider_than_it_says),
        cmocka_unit_test(a_retry_never_starts_before_its_delay_nor_before_retry_after),
        cmocka_unit_test(what_waits_to_be_tried_again_holds_no_slot),
        cmocka_unit_test(no_item_is_starved_by_retries_and_no_retry_by_fresh_items),
        cmocka_unit_test(an_unsafe_request_takes_effect_at_most_once),
        cmocka_unit_test(fail_fast_starts_nothing_after_the_failing_outcome),
        cmocka_unit_test(nothing_starts_after_a_signal),
        cmocka_unit_test(nothing_starts_after_one_failure_too_many),
        cmocka_unit_test(the_batch_is_over_at_its_deadline),
        cmocka_unit_test(retries_stay_within_their_budget),
        cmocka_unit_test(pushback_lets_no_attempt_of_the_batch_start_before_retry_after),
        cmocka_unit_test(every_batch_ends_whole),
        cmocka_unit_test(the_sweep_has_seen_enough),
        cmocka_unit_test(the_same_seed_gives_the_same_history),
        cmocka_unit_test(another_seed_gives_another_history),
    };
    return cmocka_run_group_tests(tests, sweep, forget);
}
