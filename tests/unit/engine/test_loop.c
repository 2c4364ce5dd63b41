/* SPDX-License-Identifier: MIT */

/* What the engine promises whatever happens, in a world of virtual time. */

#include "support/world.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- schedulers and policies, written here so that the engine is tested alone ---- */

static uint32_t pool_width;

static struct ovrmnd_verdict pool_may_start(const void *self, uint64_t now_ns,
                                            const struct ovrmnd_load *load,
                                            const struct ovrmnd_attempt *next)
{
    (void)self;
    (void)now_ns;
    (void)next;
    return (struct ovrmnd_verdict){.action = load->running < pool_width ? OVRMND_START
                                                                        : OVRMND_WAIT_FINISH};
}

static const struct ovrmnd_scheduler pool_functions = {.size = sizeof pool_functions,
                                                       .may_start = pool_may_start};

static void use_pool(struct world *w, uint32_t width)
{
    static struct engine_scheduler pool = {.name = "pool", .functions = &pool_functions};
    pool_width = width;
    w->settings.schedulers = &pool;
    w->settings.scheduler_count = 1;
}

static struct ovrmnd_verdict again_in_a_second(void *self, uint64_t now_ns,
                                               const struct ovrmnd_attempt *attempt,
                                               const struct ovrmnd_outcome *outcome)
{
    (void)self;
    (void)outcome;
    if (attempt->number > 3)
        return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
    return (struct ovrmnd_verdict){.action = OVRMND_AGAIN, .at_ns = now_ns + NS_PER_S};
}

static const struct ovrmnd_retry retry_functions = {.size = sizeof retry_functions,
                                                    .decide = again_in_a_second};

static void use_retry(struct world *w)
{
    static const unsigned statuses[] = {429, 503};
    w->settings.retry = (struct engine_retry){.name = "fixed", .functions = &retry_functions};
    w->settings.retry_rules = (struct engine_retry_rules){
        .statuses = statuses, .status_count = 2, .budget_floor = UINT32_MAX};
}

/* ---- servers ---- */

/* Later items are quicker, so that they finish in the wrong order. */
static uint64_t serve_backwards(struct world *w, const struct attempt *a, struct outcome *o)
{
    world_serve_well(w, a, o);
    return (w->items - a->facts.item) * NS_PER_MS;
}

static uint64_t serve_tenth_badly(struct world *w, const struct attempt *a, struct outcome *o)
{
    if (a->facts.item != 9)
        return world_serve_well(w, a, o) + a->facts.item * NS_PER_MS;
    o->facts.status = 500;
    return 10 * NS_PER_MS;
}

static uint64_t serve_busy_twice(struct world *w, const struct attempt *a, struct outcome *o)
{
    if (a->facts.number > 2)
        return world_serve_well(w, a, o);
    o->facts.status = 503;
    return NS_PER_MS;
}

static uint64_t serve_busy_until_told(struct world *w, const struct attempt *a,
                                      struct outcome *o)
{
    if (a->facts.number > 1)
        return world_serve_well(w, a, o);
    o->facts.status = 429;
    o->facts.flags = OVRMND_OUTCOME_RETRY_AFTER | OVRMND_OUTCOME_UNAPPLIED;
    o->facts.not_before_ns = w->clock.virtual_ns + 7 * NS_PER_S;
    return NS_PER_MS;
}

static uint64_t serve_with_silence(struct world *w, const struct attempt *a, struct outcome *o)
{
    (void)w;
    (void)a;
    o->facts.error = OVRMND_ERROR_RECEIVE;
    snprintf(o->reason, sizeof o->reason, "the server closed the connection without answering");
    return NS_PER_MS;
}

static uint64_t serve_slowly(struct world *w, const struct attempt *a, struct outcome *o)
{
    world_serve_well(w, a, o);
    return 60 * NS_PER_S;
}

/* ---- every item gets one result, in order ---- */

static void assert_results_in_order(const struct world *w)
{
    assert_int_equal(w->results, w->items);
    for (size_t i = 0; i < w->results; i++)
        assert_int_equal(w->result_index[i], i);
}

static void results_come_in_input_order_whatever_finishes_first(void **state)
{
    (void)state;
    struct world *w = world_new(500);
    w->server = serve_backwards;
    use_pool(w, 50);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_COMPLETE);
    assert_int_equal(w->report.totals.succeeded, 500);
    free(w);
}

static void unordered_results_come_as_they_finish(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->server = serve_backwards;
    w->settings.ordered = false;
    world_run(w);
    assert_int_equal(w->results, 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(w->result_index[i], 9 - i);
    free(w);
}

static void a_batch_of_nothing_ends_at_once(void **state)
{
    (void)state;
    struct world *w = world_new(0);
    world_run(w);
    assert_int_equal(w->results, 0);
    assert_int_equal(w->starts, 0);
    free(w);
}

static void no_more_run_at_once_than_the_pool_allows(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    use_pool(w, 7);
    world_run(w);
    assert_int_equal(w->peak_flying, 7);
    free(w);
}

static void a_hundred_at_ten_wide_take_a_tenth_of_the_time(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    use_pool(w, 10);
    world_run(w);
    assert_int_equal(w->report.totals.now_ns - w->report.totals.started_ns, 100 * NS_PER_MS);
    free(w);
}

static void input_is_read_only_as_far_as_the_window_has_room(void **state)
{
    (void)state;
    struct world *w = world_new(1000);
    w->settings.window = 20;
    w->server = serve_backwards;
    world_run(w);
    assert_results_in_order(w);
    assert_in_range(w->most_between, 1, 20);
    free(w);
}

static uint64_t serve_stale(struct world *w, const struct attempt *a, struct outcome *o)
{
    if (a->facts.item != 5 && a->facts.number > 1)
        return world_serve_well(w, a, o);
    o->facts.error = OVRMND_ERROR_RECEIVE;
    o->stale = true;
    return NS_PER_MS;
}

static void
what_a_stale_connection_lost_is_repeated_without_a_policy_but_not_for_ever(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->server = serve_stale;
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.totals.succeeded, 9);
    assert_int_equal(w->result_attempts[0], 2);
    assert_int_equal(w->result_attempts[5], 6);
    free(w);
}

/* The third fails at once and ends the batch; what the others lose later is not repeated. */
static uint64_t serve_stale_late(struct world *w, const struct attempt *a, struct outcome *o)
{
    (void)w;
    o->facts.error = OVRMND_ERROR_RECEIVE;
    o->stale = a->facts.item != 2;
    return a->facts.item == 2 ? NS_PER_MS : 2 * NS_PER_MS;
}

static void what_is_lost_while_the_batch_ends_is_cancelled(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->settings.max_failures = 1;
    w->server = serve_stale_late;
    use_pool(w, 5);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->result_code[0], ERROR_CANCELLED);
    assert_int_equal(w->result_code[2], ERROR_API_REQUEST_FAILED);
    assert_int_equal(w->result_code[4], ERROR_CANCELLED);
    assert_int_equal(w->starts, 5);
    free(w);
}

static void what_may_not_be_sent_twice_is_not_repeated_as_stale(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->shape.idempotent = false;
    w->server = serve_stale;
    world_run(w);
    assert_int_equal(w->starts, 10);
    assert_int_equal(w->result_code[0], ERROR_OUTCOME_UNKNOWN);
    free(w);
}

/* The first is slow, and all others wait for it with a large body. */
static uint64_t serve_much(struct world *w, const struct attempt *a, struct outcome *o)
{
    world_serve_well(w, a, o);
    memset(buffer_reserve(&o->body, 1000), 'x', 1000);
    o->body.length = 1000;
    return a->facts.item ? NS_PER_MS : NS_PER_S;
}

static void input_is_read_only_while_what_waits_is_not_too_large(void **state)
{
    (void)state;
    struct world *w = world_new(1000);
    w->settings.window_bytes = 20000;
    w->server = serve_much;
    use_pool(w, 5);
    world_run(w);
    assert_results_in_order(w);
    assert_in_range(w->most_between, 20, 25);
    free(w);
}

static uint64_t serve_all_slowly(struct world *w, const struct attempt *a, struct outcome *o)
{
    world_serve_well(w, a, o);
    return NS_PER_S;
}

static void what_runs_is_no_reason_to_read_no_more(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    w->settings.window_bytes = 1;
    w->url_bytes = 100;
    w->server = serve_all_slowly;
    use_pool(w, 5);
    world_run(w);
    assert_int_equal(w->peak_flying, 5);
    free(w);
}

static void a_flush_that_makes_room_lets_the_next_item_in(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->sink_fills = true;
    use_pool(w, 1);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.totals.succeeded, 10);
    free(w);
}

static void a_broken_record_gets_its_own_result_and_the_batch_goes_on(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->broken_item = 3;
    w->unbound_item = 6;
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->result_code[3], ERROR_INPUT_INVALID);
    assert_int_equal(w->result_code[6], ERROR_PARAM_REQUIRED);
    assert_int_equal(w->result_attempts[6], 0);
    assert_int_equal(w->report.totals.succeeded, 8);
    assert_int_equal(w->starts, 8);
    free(w);
}

/* ---- retries ---- */

static void a_failed_attempt_is_tried_again_after_its_delay(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->server = serve_busy_twice;
    use_retry(w);
    world_run(w);
    assert_int_equal(w->result_code[0], ERROR_NONE);
    assert_int_equal(w->result_attempts[0], 3);
    assert_int_equal(w->start_ns[1] - w->start_ns[0], NS_PER_S + NS_PER_MS);
    free(w);
}

static void a_waiting_retry_holds_no_place(void **state)
{
    (void)state;
    struct world *w = world_new(50);
    w->server = serve_busy_twice;
    use_pool(w, 1);
    use_retry(w);
    world_run(w);
    /* All 50 first attempts go while the first retries wait. */
    assert_int_equal(w->start_item[49], 49);
    assert_results_in_order(w);
    assert_int_equal(w->report.totals.retries, 100);
    free(w);
}

static void a_server_that_names_a_time_is_not_asked_before_it(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->server = serve_busy_until_told;
    use_retry(w);
    world_run(w);
    assert_true(w->start_ns[1] - w->start_ns[0] >= 7 * NS_PER_S);
    free(w);
}

static uint64_t serve_busy_for_ever(struct world *w, const struct attempt *a, struct outcome *o)
{
    serve_busy_until_told(w, a, o);
    o->facts.not_before_ns = UINT64_MAX;
    return NS_PER_MS;
}

static void a_server_that_names_no_time_that_comes_is_not_asked_again(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->server = serve_busy_for_ever;
    use_retry(w);
    world_run(w);
    assert_int_equal(w->starts, 1);
    assert_int_equal(w->result_code[0], ERROR_RATE_LIMITED);
    assert_true(w->report.totals.now_ns < 2 * NS_PER_S);
    free(w);
}

static void an_unsafe_request_whose_answer_is_lost_is_not_sent_again(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->shape.method = "POST";
    w->shape.idempotent = false;
    w->server = serve_with_silence;
    use_retry(w);
    world_run(w);
    assert_int_equal(w->starts, 1);
    assert_int_equal(w->result_code[0], ERROR_OUTCOME_UNKNOWN);
    free(w);
}

static uint64_t serve_silence_then_refuse(struct world *w, const struct attempt *a,
                                          struct outcome *o)
{
    if (a->facts.number == 1)
        return serve_with_silence(w, a, o);
    o->facts.error = OVRMND_ERROR_CONNECT;
    o->facts.flags = OVRMND_OUTCOME_UNAPPLIED;
    return NS_PER_MS;
}

static void that_the_server_may_have_acted_is_not_forgotten(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->shape.idempotent = false;
    w->server = serve_silence_then_refuse;
    use_retry(w);
    w->settings.retry_rules.unsafe = true;
    world_run(w);
    assert_int_equal(w->starts, 4);
    assert_int_equal(w->result_code[0], ERROR_OUTCOME_UNKNOWN);
    free(w);
}

static void an_unsafe_request_that_was_turned_away_is_sent_again(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->shape.idempotent = false;
    w->server = serve_busy_until_told;
    use_retry(w);
    world_run(w);
    assert_int_equal(w->starts, 2);
    assert_int_equal(w->result_code[0], ERROR_NONE);
    free(w);
}

static void a_safe_request_whose_answer_is_lost_is_sent_again(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->server = serve_with_silence;
    use_retry(w);
    world_run(w);
    assert_int_equal(w->starts, 4);
    assert_int_equal(w->result_code[0], ERROR_API_REQUEST_FAILED);
    free(w);
}

/* ---- endings ---- */

static void fail_fast_cancels_what_runs_and_what_waits(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    w->server = serve_tenth_badly;
    w->settings.fail_fast = true;
    use_pool(w, 10);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_FAIL_FAST);
    assert_int_equal(w->result_code[9], ERROR_API_REQUEST_FAILED);
    assert_int_equal(w->result_code[10], ERROR_CANCELLED);
    assert_int_equal(w->result_code[99], ERROR_CANCELLED);
    assert_string_equal(w->result_message[99], "Operation cancelled");
    assert_int_equal(w->report.totals.failed, 1);
    assert_true(w->cancels > 0);
    free(w);
}

static void fail_fast_starts_nothing_after_the_failure(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    w->server = serve_tenth_badly;
    w->settings.fail_fast = true;
    use_pool(w, 10);
    world_run(w);
    uint64_t failure_ns = w->start_ns[9] + 10 * NS_PER_MS;
    for (size_t i = 0; i < w->starts; i++)
        assert_true(w->start_ns[i] <= failure_ns);
    free(w);
}

static uint64_t serve_nothing_but_503(struct world *w, const struct attempt *a,
                                      struct outcome *o)
{
    (void)w;
    (void)a;
    o->facts.status = 503;
    return NS_PER_MS;
}

static void an_outage_is_not_answered_with_a_flood(void **state)
{
    (void)state;
    struct world *w = world_new(1000);
    w->server = serve_nothing_but_503;
    use_retry(w);
    w->settings.retry_rules.budget_percent = 20;
    w->settings.retry_rules.budget_floor = 10;
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->starts, 1000 + 200 + 10);
    assert_non_null(strstr(w->result_message[999], "retry budget is spent"));
    free(w);
}

static void a_retry_that_the_server_asked_for_costs_no_budget(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    w->server = serve_busy_until_told;
    use_retry(w);
    w->settings.retry_rules.budget_floor = 0;
    world_run(w);
    assert_int_equal(w->report.totals.succeeded, 100);
    free(w);
}

static void the_batch_is_over_at_its_deadline(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->server = serve_slowly;
    use_pool(w, 4);
    w->settings.deadline_ns = w->clock.virtual_ns + 7 * NS_PER_S;
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_DEADLINE);
    assert_int_equal(w->clock.virtual_ns, w->settings.deadline_ns);
    assert_int_equal(w->result_code[3], ERROR_DEADLINE_EXCEEDED);
    assert_int_equal(w->result_code[4], ERROR_CANCELLED);
    free(w);
}

static void a_retry_that_would_come_after_the_deadline_is_none(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->server = serve_busy_until_told;
    use_retry(w);
    w->settings.deadline_ns = w->clock.virtual_ns + 5 * NS_PER_S;
    world_run(w);
    assert_int_equal(w->starts, 1);
    assert_int_equal(w->result_code[0], ERROR_RATE_LIMITED);
    assert_int_equal(w->report.ending, ENGINE_COMPLETE);
    free(w);
}

static void as_many_failures_as_allowed_end_the_batch_and_let_the_rest_finish(void **state)
{
    (void)state;
    struct world *w = world_new(1000);
    w->server = serve_nothing_but_503;
    w->settings.max_failures = 5;
    use_pool(w, 3);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_MAX_FAILURES);
    assert_int_equal(w->cancels, 0);
    assert_in_range(w->report.totals.failed, 5, 7);
    free(w);
}

static void a_share_of_failures_counts_after_twenty_results(void **state)
{
    (void)state;
    struct world *w = world_new(1000);
    w->server = serve_nothing_but_503;
    w->settings.max_failure_percent = 50;
    use_pool(w, 1);
    world_run(w);
    assert_int_equal(w->report.ending, ENGINE_MAX_FAILURES);
    assert_int_equal(w->report.totals.failed, 20);
    free(w);
}

/* Signals that arrive at given times. */
static struct world *signal_world;
static uint64_t signal_at_ns[2];
static int signal_next(struct interrupt *self)
{
    (void)self;
    for (int i = 0; i < 2; i++) {
        if (signal_at_ns[i] && signal_world->clock.virtual_ns >= signal_at_ns[i]) {
            signal_at_ns[i] = 0;
            return SIGINT;
        }
    }
    return 0;
}

static void use_signals(struct world *w, uint64_t first_ns, uint64_t second_ns)
{
    static struct interrupt interrupt = {.next = signal_next, .fd = -1};
    signal_world = w;
    signal_at_ns[0] = first_ns;
    signal_at_ns[1] = second_ns;
    w->settings.interrupt = &interrupt;
}

static void a_first_signal_lets_what_runs_finish(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    use_pool(w, 4);
    use_signals(w, NS_PER_S + 1, 0);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_SIGNAL);
    assert_int_equal(w->report.signal, SIGINT);
    assert_int_equal(w->cancels, 0);
    assert_int_equal(w->report.totals.succeeded + w->report.totals.cancelled, 100);
    assert_true(w->report.totals.succeeded >= 4);
    free(w);
}

static void a_signal_ends_the_wait_for_an_endless_input_whatever_halted_before(void **state)
{
    (void)state;
    struct world *w = world_new(20);
    w->server = serve_tenth_badly;
    w->settings.fail_fast = true;
    w->source.endless = w->source_stalls = true;
    w->wake_ns = 60 * NS_PER_S;
    use_pool(w, 1);
    use_signals(w, w->wake_ns, 0);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_FAIL_FAST);
    free(w);
}

static void a_first_signal_while_failures_drain_the_batch_cancels_nothing(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    w->server = serve_tenth_badly;
    w->settings.max_failures = 1;
    use_pool(w, 10);
    use_signals(w, NS_PER_S + 12 * NS_PER_MS, 0);
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_MAX_FAILURES);
    assert_int_equal(w->cancels, 0);
    free(w);
}

static void what_still_runs_five_seconds_after_a_signal_is_cancelled(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    w->server = serve_slowly;
    use_pool(w, 4);
    /* The world has no descriptor that wakes the engine: the signal is there from the start of
     * the second turn. */
    use_signals(w, NS_PER_S, 0);
    world_run(w);
    assert_results_in_order(w);
    assert_true(w->report.totals.now_ns - w->report.totals.started_ns <= 5 * NS_PER_S);
    assert_int_equal(w->report.totals.cancelled, 10);
    free(w);
}

static void an_unsafe_request_cancelled_under_way_has_an_unknown_outcome(void **state)
{
    (void)state;
    struct world *w = world_new(20);
    w->shape.idempotent = false;
    w->server = serve_tenth_badly;
    w->settings.fail_fast = true;
    use_pool(w, 20);
    world_run(w);
    assert_int_equal(w->result_code[19], ERROR_OUTCOME_UNKNOWN);
    free(w);
}

static void an_unsafe_request_given_up_while_it_waits_has_an_unknown_outcome(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    w->shape.idempotent = false;
    w->server = serve_with_silence;
    use_retry(w);
    w->settings.retry_rules.unsafe = true;
    use_signals(w, NS_PER_S + 500 * NS_PER_MS, 0);
    w->wake_ns = signal_at_ns[0];
    world_run(w);
    assert_int_equal(w->report.ending, ENGINE_SIGNAL);
    assert_int_equal(w->starts, 1);
    assert_int_equal(w->result_code[0], ERROR_OUTCOME_UNKNOWN);
    free(w);
}

static void a_sink_that_fails_ends_the_batch(void **state)
{
    (void)state;
    struct world *w = world_new(1000);
    w->sink_fails_at = 5;
    use_pool(w, 10);
    world_run(w);
    assert_int_equal(w->report.ending, ENGINE_BROKEN);
    assert_true(w->report.sink_failed);
    assert_in_range(w->starts, 5, 30);
    free(w);
}

/* ---- plugins that break their word ---- */

static struct ovrmnd_verdict bad_verdict;
static struct ovrmnd_verdict bad_may_start(const void *self, uint64_t now_ns,
                                           const struct ovrmnd_load *load,
                                           const struct ovrmnd_attempt *next)
{
    (void)self;
    (void)load;
    (void)next;
    struct ovrmnd_verdict v = bad_verdict;
    if (v.action == OVRMND_WAIT_UNTIL)
        v.at_ns += now_ns;
    return v;
}

static void assert_broken(struct ovrmnd_verdict verdict, const char *rule)
{
    static const struct ovrmnd_scheduler functions = {.size = sizeof functions,
                                                      .may_start = bad_may_start};
    struct engine_scheduler bad = {.name = "drip", .functions = &functions};
    struct world *w = world_new(10);
    bad_verdict = verdict;
    w->settings.schedulers = &bad;
    w->settings.scheduler_count = 1;
    world_run(w);
    assert_results_in_order(w);
    assert_int_equal(w->report.ending, ENGINE_BROKEN);
    assert_int_equal(w->report.error.code, ERROR_PLUGIN_ERROR);
    assert_non_null(strstr(w->report.error.message, rule));
    assert_non_null(strstr(w->report.error.message, "'drip'"));
    assert_int_equal(w->result_code[0], ERROR_CANCELLED);
    free(w);
}

static void waiting_for_a_time_that_is_past_ends_the_batch(void **state)
{
    (void)state;
    assert_broken((struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL}, "S1");
}

static void waiting_for_ever_ends_the_batch(void **state)
{
    (void)state;
    assert_broken((struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL, .at_ns = UINT64_MAX / 2},
                  "S1");
}

static void waiting_for_nobody_to_finish_ends_the_batch(void **state)
{
    (void)state;
    assert_broken((struct ovrmnd_verdict){.action = OVRMND_WAIT_FINISH}, "S2");
}

static void an_answer_that_is_none_ends_the_batch(void **state)
{
    (void)state;
    assert_broken((struct ovrmnd_verdict){.action = 77}, "S3");
}

static void putting_off_without_end_ends_the_batch(void **state)
{
    (void)state;
    assert_broken((struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL, .at_ns = 1}, "S4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_come_in_input_order_whatever_finishes_first),
        cmocka_unit_test(unordered_results_come_as_they_finish),
        cmocka_unit_test(a_batch_of_nothing_ends_at_once),
        cmocka_unit_test(no_more_run_at_once_than_the_pool_allows),
        cmocka_unit_test(a_hundred_at_ten_wide_take_a_tenth_of_the_time),
        cmocka_unit_test(input_is_read_only_as_far_as_the_window_has_room),
        cmocka_unit_test(
            what_a_stale_connection_lost_is_repeated_without_a_policy_but_not_for_ever),
        cmocka_unit_test(what_is_lost_while_the_batch_ends_is_cancelled),
        cmocka_unit_test(what_may_not_be_sent_twice_is_not_repeated_as_stale),
        cmocka_unit_test(input_is_read_only_while_what_waits_is_not_too_large),
        cmocka_unit_test(what_runs_is_no_reason_to_read_no_more),
        cmocka_unit_test(a_flush_that_makes_room_lets_the_next_item_in),
        cmocka_unit_test(a_broken_record_gets_its_own_result_and_the_batch_goes_on),
        cmocka_unit_test(a_failed_attempt_is_tried_again_after_its_delay),
        cmocka_unit_test(a_waiting_retry_holds_no_place),
        cmocka_unit_test(a_server_that_names_a_time_is_not_asked_before_it),
        cmocka_unit_test(a_server_that_names_no_time_that_comes_is_not_asked_again),
        cmocka_unit_test(an_unsafe_request_whose_answer_is_lost_is_not_sent_again),
        cmocka_unit_test(that_the_server_may_have_acted_is_not_forgotten),
        cmocka_unit_test(an_unsafe_request_that_was_turned_away_is_sent_again),
        cmocka_unit_test(a_safe_request_whose_answer_is_lost_is_sent_again),
        cmocka_unit_test(fail_fast_cancels_what_runs_and_what_waits),
        cmocka_unit_test(fail_fast_starts_nothing_after_the_failure),
        cmocka_unit_test(an_outage_is_not_answered_with_a_flood),
        cmocka_unit_test(a_retry_that_the_server_asked_for_costs_no_budget),
        cmocka_unit_test(the_batch_is_over_at_its_deadline),
        cmocka_unit_test(a_retry_that_would_come_after_the_deadline_is_none),
        cmocka_unit_test(as_many_failures_as_allowed_end_the_batch_and_let_the_rest_finish),
        cmocka_unit_test(a_share_of_failures_counts_after_twenty_results),
        cmocka_unit_test(a_first_signal_lets_what_runs_finish),
        cmocka_unit_test(a_signal_ends_the_wait_for_an_endless_input_whatever_halted_before),
        cmocka_unit_test(a_first_signal_while_failures_drain_the_batch_cancels_nothing),
        cmocka_unit_test(what_still_runs_five_seconds_after_a_signal_is_cancelled),
        cmocka_unit_test(an_unsafe_request_cancelled_under_way_has_an_unknown_outcome),
        cmocka_unit_test(an_unsafe_request_given_up_while_it_waits_has_an_unknown_outcome),
        cmocka_unit_test(a_sink_that_fails_ends_the_batch),
        cmocka_unit_test(waiting_for_a_time_that_is_past_ends_the_batch),
        cmocka_unit_test(waiting_for_ever_ends_the_batch),
        cmocka_unit_test(waiting_for_nobody_to_finish_ends_the_batch),
        cmocka_unit_test(an_answer_that_is_none_ends_the_batch),
        cmocka_unit_test(putting_off_without_end_ends_the_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
