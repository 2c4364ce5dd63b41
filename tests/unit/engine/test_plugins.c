/* SPDX-License-Identifier: MIT */

/* Plugins that crash, and what the others and the batch see of it; what plugins may look at. */

#include "base/guard.h"
#include "support/world.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char bad_name[] = "bad", other_name[] = "other";

/* The bad one crashes in `where` at the item `at`. */
enum place { NOWHERE, MAY_START, STARTED, FINISHED, DECIDE, BEGIN, UPDATE, END };
static enum place where;
static uint64_t at;
static unsigned calls_since; /* of any of its functions, after the crash */
static bool crashed;
static int64_t open_attempts; /* as the other one counts them */

static void pass(enum place place, uint64_t item)
{
    calls_since += crashed;
    crashed = crashed || (place == where && item == at);
    if (place == where && item == at)
        raise(SIGSEGV);
}

static struct ovrmnd_verdict bad_may_start(const void *self, uint64_t now_ns,
                                           const struct ovrmnd_load *load,
                                           const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns;
    pass(MAY_START, next->item);
    return (struct ovrmnd_verdict){.action = load->running < 3 ? OVRMND_START
                                                               : OVRMND_WAIT_FINISH};
}

static void bad_started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                        const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load;
    pass(STARTED, attempt->item);
}

static void bad_finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                         const struct ovrmnd_attempt *attempt,
                         const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)load, (void)outcome;
    pass(FINISHED, attempt->item);
}

static struct ovrmnd_verdict other_may_start(const void *self, uint64_t now_ns,
                                             const struct ovrmnd_load *load,
                                             const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

static void other_started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                          const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    open_attempts++;
}

static void other_finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                           const struct ovrmnd_attempt *attempt,
                           const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)load, (void)attempt, (void)outcome;
    open_attempts--;
}

static struct ovrmnd_verdict bad_decide(void *self, uint64_t now_ns,
                                        const struct ovrmnd_attempt *attempt,
                                        const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)outcome;
    pass(DECIDE, attempt->item);
    return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
}

static void bad_begin(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
    pass(BEGIN, at);
}

static void bad_update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
    pass(UPDATE, at);
}

static void bad_end(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
    pass(END, at);
}

static const struct ovrmnd_scheduler bad_scheduler = {.size = sizeof bad_scheduler,
                                                      .may_start = bad_may_start,
                                                      .started = bad_started,
                                                      .finished = bad_finished};
static const struct ovrmnd_scheduler other_scheduler = {.size = sizeof other_scheduler,
                                                        .may_start = other_may_start,
                                                        .started = other_started,
                                                        .finished = other_finished};
static const struct ovrmnd_retry bad_retry = {.size = sizeof bad_retry, .decide = bad_decide};
static const struct ovrmnd_progress bad_progress = {
    .size = sizeof bad_progress, .begin = bad_begin, .update = bad_update, .end = bad_end};

static uint64_t serve_fifth_badly(struct world *w, const struct attempt *a, struct outcome *o)
{
    if (a->facts.item != 5)
        return world_serve_well(w, a, o);
    o->facts.status = 503;
    return NS_PER_MS;
}

static struct world *world_with_bad(enum place place)
{
    static const struct engine_scheduler schedulers[] = {{bad_name, &bad_scheduler, NULL},
                                                         {other_name, &other_scheduler, NULL}};
    static const unsigned statuses[] = {503};
    struct world *w = world_new(20);
    w->server = serve_fifth_badly;
    w->settings.schedulers = schedulers;
    w->settings.scheduler_count = 2;
    if (place == DECIDE)
        w->settings.retry = (struct engine_retry){bad_name, &bad_retry, NULL};
    w->settings.retry_rules = (struct engine_retry_rules){
        .statuses = statuses, .status_count = 1, .budget_floor = UINT32_MAX};
    if (place >= BEGIN)
        w->settings.progress = (struct engine_progress){bad_name, &bad_progress, NULL};
    where = place;
    at = 5;
    crashed = false;
    calls_since = 0;
    open_attempts = 0;
    return w;
}

static void assert_survives(enum place place, const char *kind, const char *function)
{
    struct world *w = world_with_bad(place);
    char message[128];
    guard_open(3600 * NS_PER_S);
    guard_watch();
    world_run(w);
    guard_close();
    snprintf(message, sizeof message, "the %s 'bad' crashed in %s (segmentation fault)", kind,
             function);
    assert_int_equal(w->report.ending, ENGINE_BROKEN);
    assert_string_equal(w->report.error.message, message);
    assert_int_equal(w->results, 20);
    for (size_t i = 0; i < w->results; i++)
        assert_int_equal(w->result_index[i], i);
    assert_int_equal(calls_since, 0);
    assert_int_equal(open_attempts, 0);
    assert_int_equal(w->report.totals.running, 0);
    free(w);
}

static void a_batch_in_which_a_scheduler_crashes_is_whole(void **state)
{
    (void)state;
    assert_survives(MAY_START, "scheduler", "may_start");
    assert_survives(STARTED, "scheduler", "started");
    assert_survives(FINISHED, "scheduler", "finished");
}

static void a_batch_in_which_a_policy_crashes_is_whole(void **state)
{
    (void)state;
    assert_survives(DECIDE, "retry policy", "decide");
}

static void a_batch_in_which_a_reporter_crashes_is_whole(void **state)
{
    (void)state;
    assert_survives(BEGIN, "progress reporter", "begin");
    assert_survives(UPDATE, "progress reporter", "update");
    assert_survives(END, "progress reporter", "end");
}

static void an_attempt_that_crashed_a_scheduler_is_not_sent(void **state)
{
    (void)state;
    struct world *w = world_with_bad(STARTED);
    guard_open(3600 * NS_PER_S);
    guard_watch();
    world_run(w);
    guard_close();
    for (size_t i = 0; i < w->starts; i++)
        assert_int_not_equal(w->start_item[i], 5);
    assert_int_equal(w->result_code[5], ERROR_CANCELLED);
    free(w);
}

static uint64_t serve_by_redirect(struct world *w, const struct attempt *a, struct outcome *o)
{
    o->turned = true;
    return world_serve_well(w, a, o);
}

static bool acted_on_fifth;

static void note_fifth(struct observer *self, const struct result *result)
{
    (void)self;
    if (result->index == 5)
        acted_on_fifth = result->acted;
}

/* The job that carries it has carried requests that a redirect answered. */
static void an_attempt_that_was_not_sent_has_not_been_acted_on(void **state)
{
    (void)state;
    struct world *w = world_with_bad(STARTED);
    struct observer observer = {.result = note_fifth};
    struct observer *observers[] = {&observer};
    w->server = serve_by_redirect;
    w->shape.idempotent = false;
    w->settings.window = 1;
    w->settings.observers = observers;
    w->settings.observer_count = 1;
    acted_on_fifth = true;
    guard_open(3600 * NS_PER_S);
    world_run(w);
    guard_close();
    assert_int_equal(w->starts, 5);
    assert_int_equal(w->result_code[5], ERROR_CANCELLED);
    assert_false(acted_on_fifth);
    free(w);
}

/* ---- the witness ---- */

static unsigned looks;

static int look_and_find(struct witness *self, struct error *err)
{
    (void)self;
    return ++looks == 2 ? error_set(err, ERROR_PLUGIN_ERROR, "seen") : 0;
}

static void what_the_witness_saw_ends_the_batch_even_at_its_end(void **state)
{
    (void)state;
    struct witness witness = {look_and_find};
    struct world *w = world_with_bad(NOWHERE);
    looks = 0;
    w->settings.witness = &witness;
    world_run(w);
    assert_int_equal(w->results, 20);
    assert_int_equal(w->report.ending, ENGINE_BROKEN);
    assert_string_equal(w->report.error.message, "seen");
    free(w);
}

/* ---- looking at bodies, and successes that are tried again ---- */

static struct response seen_through;
static unsigned decisions, bodies_in_finished;

/* Not yet, until the third answer. */
static uint64_t serve_not_yet(struct world *w, const struct attempt *a, struct outcome *o)
{
    (void)buffer_append_text(&o->body, a->facts.number < 3 ? "busy" : "done");
    return world_serve_well(w, a, o);
}

static bool body_is(const char *text)
{
    uint64_t length;
    const char *body = seen_through.base.text(&seen_through.base, &length);
    return body && length == strlen(text) && memcmp(body, text, length) == 0;
}

static struct ovrmnd_verdict decide_by_body(void *self, uint64_t now_ns,
                                            const struct ovrmnd_attempt *attempt,
                                            const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)attempt, (void)outcome;
    decisions++;
    return (struct ovrmnd_verdict){.action = body_is("busy") ? OVRMND_AGAIN : OVRMND_GIVE_UP};
}

static void see_finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                         const struct ovrmnd_attempt *attempt,
                         const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)load, (void)attempt, (void)outcome;
    bodies_in_finished += body_is("busy") || body_is("done");
}

static struct world *world_not_yet(unsigned status)
{
    static const struct ovrmnd_scheduler scheduler = {
        .size = sizeof scheduler, .may_start = other_may_start, .finished = see_finished};
    static const struct engine_scheduler schedulers[] = {{other_name, &scheduler, NULL}};
    static const struct ovrmnd_retry functions = {.size = sizeof functions,
                                                  .decide = decide_by_body};
    static unsigned statuses[1];
    statuses[0] = status;
    struct world *w = world_new(1);
    response_init(&seen_through);
    decisions = bodies_in_finished = 0;
    w->server = serve_not_yet;
    w->settings.schedulers = schedulers;
    w->settings.scheduler_count = 1;
    w->settings.response = &seen_through;
    w->settings.retry = (struct engine_retry){"by-body", &functions, NULL};
    w->settings.retry_rules = (struct engine_retry_rules){
        .statuses = statuses, .status_count = 1, .budget_floor = UINT32_MAX};
    return w;
}

static void a_success_that_the_user_lists_is_tried_again_by_its_body(void **state)
{
    (void)state;
    struct world *w = world_not_yet(200);
    world_run(w);
    assert_int_equal(w->starts, 3);
    assert_int_equal(decisions, 3);
    assert_int_equal(bodies_in_finished, 3);
    assert_int_equal(w->result_code[0], ERROR_NONE); /* the policy gave up: it stands */
    assert_int_equal(w->report.totals.succeeded, 1);
    free(w);
}

static void a_success_that_nobody_lists_stands(void **state)
{
    (void)state;
    struct world *w = world_not_yet(503);
    world_run(w);
    assert_int_equal(w->starts, 1);
    assert_int_equal(decisions, 0);
    free(w);
}

static void a_success_that_must_not_be_repeated_stands(void **state)
{
    (void)state;
    struct world *w = world_not_yet(200);
    w->shape.idempotent = false;
    world_run(w);
    assert_int_equal(w->starts, 1);
    assert_int_equal(w->result_code[0], ERROR_NONE);
    free(w);
}

static void a_success_for_which_the_budget_has_no_retry_stands(void **state)
{
    (void)state;
    struct world *w = world_not_yet(200);
    w->settings.retry_rules.budget_floor = 1;
    world_run(w);
    assert_int_equal(w->starts, 2);
    assert_int_equal(w->result_code[0], ERROR_NONE);
    free(w);
}

static void there_is_no_body_to_look_at_between_calls(void **state)
{
    (void)state;
    uint64_t length = 7;
    struct world *w = world_not_yet(200);
    assert_null(seen_through.base.text(&seen_through.base, &length));
    assert_int_equal(length, 0);
    world_run(w);
    assert_null(seen_through.base.text(&seen_through.base, &length));
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_in_which_a_scheduler_crashes_is_whole),
        cmocka_unit_test(a_batch_in_which_a_policy_crashes_is_whole),
        cmocka_unit_test(a_batch_in_which_a_reporter_crashes_is_whole),
        cmocka_unit_test(an_attempt_that_crashed_a_scheduler_is_not_sent),
        cmocka_unit_test(an_attempt_that_was_not_sent_has_not_been_acted_on),
        cmocka_unit_test(what_the_witness_saw_ends_the_batch_even_at_its_end),
        cmocka_unit_test(a_success_that_the_user_lists_is_tried_again_by_its_body),
        cmocka_unit_test(a_success_that_nobody_lists_stands),
        cmocka_unit_test(a_success_that_must_not_be_repeated_stands),
        cmocka_unit_test(a_success_for_which_the_budget_has_no_retry_stands),
        cmocka_unit_test(there_is_no_body_to_look_at_between_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
