/* SPDX-License-Identifier: MIT */

/* What the engine promises with memos: what they know is not sent, and nothing is sent before
 * they have settled that it starts. */

#include "support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A memo that knows the even items, or none, and remembers what it is told. */
struct notebook {
    struct memo port;
    bool knows_even;
    enum error_code even_fail; /* the even ones are known to have failed so */
    bool breaks;               /* at the first settle after a start */
    bool wants_time;           /* asks for a settle 3 s after each finish */
    size_t asked, started, unsettled, finished;
    uint64_t settled_ns; /* the last time */
    uint64_t late_ns;    /* how late the settle was that was asked for */
    bool told[WORLD_ITEMS];
    bool told_recalled[WORLD_ITEMS];
    bool acted;      /* says of what it does not know that the server may have acted on it */
    char events[32]; /* of all items: a letter for each call below */
    size_t event_count;
};

static void note(struct notebook *n, char event)
{
    if (n->event_count + 1 < sizeof n->events)
        n->events[n->event_count++] = event;
}

static bool recall(struct memo *self, const struct item *item, const struct request *request,
                   struct recalled *out)
{
    struct notebook *n = (struct notebook *)self;
    assert_non_null(request->shape);
    n->asked++;
    out->acted = n->acted;
    if (!n->knows_even || item->index % 2)
        return false;
    if (n->even_fail)
        error_set(&out->error, n->even_fail, "known to fail");
    out->status = 200;
    out->attempts = 3;
    out->body_kind = BODY_TEXT;
    return buffer_append_text(out->body, "known") == 0;
}

static void started(struct memo *self, const struct attempt *attempt)
{
    struct notebook *n = (struct notebook *)self;
    assert_non_null(attempt->request);
    n->started++;
    n->unsettled++;
    note(n, 's');
}

static void waits(struct memo *self, const struct attempt *attempt)
{
    assert_non_null(attempt->request);
    note((struct notebook *)self, 'w');
}

static void finished(struct memo *self, const struct request *request,
                     const struct result *result)
{
    struct notebook *n = (struct notebook *)self;
    (void)request;
    n->finished++;
    note(n, 'f');
    n->told[result->index] = true;
    n->told_recalled[result->index] = result->recalled;
    if (n->wants_time)
        n->port.settle_at_ns = n->settled_ns + 3 * NS_PER_S;
}

static int settle(struct memo *self, uint64_t now_ns, struct error *err)
{
    struct notebook *n = (struct notebook *)self;
    if (n->breaks && n->unsettled)
        return error_set(err, ERROR_JOURNAL_ERROR, "run.db: the disk is full");
    n->unsettled = 0;
    n->settled_ns = now_ns;
    if (now_ns >= n->port.settle_at_ns) {
        n->late_ns = now_ns - n->port.settle_at_ns;
        n->port.settle_at_ns = UINT64_MAX;
    }
    return 0;
}

static struct notebook *notebook_new(void)
{
    struct notebook *n = memory_new(1, sizeof *n);
    n->port = (struct memo){recall, started, waits, finished, settle, UINT64_MAX};
    return n;
}

static struct memo *memos[2];

static void use(struct world *w, struct notebook *first, struct notebook *second)
{
    memos[0] = &first->port;
    memos[1] = second ? &second->port : NULL;
    w->settings.memos = memos;
    w->settings.memo_count = second ? 2 : 1;
}

static void what_is_known_is_not_sent_and_keeps_its_place(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    struct notebook *n = notebook_new();
    n->knows_even = true;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(w->results, 100);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(w->result_index[i], i);
        assert_int_equal(w->result_attempts[i], i % 2 ? 1 : 3);
    }
    assert_int_equal(w->starts, 50);
    assert_int_equal(w->report.totals.recalled, 50);
    assert_int_equal(w->report.totals.succeeded, 100);
    assert_int_equal(w->report.totals.attempts, 50);
    free(n);
    free(w);
}

static void a_batch_known_as_a_whole_passes_in_a_small_window(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    struct notebook *n = notebook_new();
    n->knows_even = true;
    w->settings.window = 1;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(w->starts, 0);
    assert_int_equal(w->results, 1);
    assert_int_equal(w->report.ending, ENGINE_COMPLETE);
    free(n);
    free(w);
}

static uint64_t limited_server(struct world *w, const struct attempt *a, struct outcome *o)
{
    (void)w, (void)a;
    o->body.limit = 4;
    o->facts.status = 200;
    o->facts.flags = OVRMND_OUTCOME_SUCCESS;
    return NS_PER_MS;
}

/* Of three items the first and the last are known; between them the one job there is has
 * carried an attempt whose response had to be small. */
static void the_limit_of_a_response_is_none_of_what_a_memo_knows(void **state)
{
    (void)state;
    struct world *w = world_new(3);
    struct notebook *n = notebook_new();
    n->knows_even = true;
    w->server = limited_server;
    w->settings.window = 1;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(w->starts, 1);
    assert_int_equal(w->report.totals.recalled, 2);
    free(n);
    free(w);
}

static void a_known_failure_is_the_result_and_is_not_sent(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    struct notebook *n = notebook_new();
    n->knows_even = true;
    n->even_fail = ERROR_OUTCOME_UNKNOWN;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(w->result_code[0], ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(w->result_attempts[0], 3);
    assert_int_equal(w->result_code[1], ERROR_NONE);
    assert_int_equal(w->starts, 1);
    free(n);
    free(w);
}

static void with_fail_fast_a_known_failure_ends_the_batch_in_its_turn(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    struct notebook *n = notebook_new();
    n->knows_even = true;
    n->even_fail = ERROR_API_REQUEST_FAILED;
    w->settings.fail_fast = true;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(w->report.ending, ENGINE_FAIL_FAST);
    assert_int_equal(w->results, 10);
    assert_int_equal(w->result_code[0], ERROR_API_REQUEST_FAILED);
    assert_int_equal(w->result_code[1], ERROR_CANCELLED);
    free(n);
    free(w);
}

static void a_memo_is_told_of_all_results_but_its_own(void **state)
{
    (void)state;
    struct world *w = world_new(10);
    struct notebook *first = notebook_new(), *second = notebook_new();
    first->knows_even = true;
    use(w, first, second);
    world_run(w);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(first->told[i], i % 2);
        assert_true(second->told[i]);
        assert_int_equal(second->told_recalled[i], i % 2 == 0);
    }
    assert_int_equal(second->asked, 5); /* only for what the first did not know */
    free(first);
    free(second);
    free(w);
}

static void an_item_that_makes_no_request_is_nothing_to_remember(void **state)
{
    (void)state;
    struct world *w = world_new(3);
    struct notebook *n = notebook_new();
    w->broken_item = 0;
    w->unbound_item = 1;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(n->asked, 1);
    assert_int_equal(n->finished, 1);
    assert_true(n->told[2]);
    free(n);
    free(w);
}

static struct notebook *watched;

static int wait_only_when_settled(struct transport *self, uint64_t until_ns,
                                  struct pollfd *extra, unsigned count, struct error *err)
{
    assert_int_equal(watched->unsettled, 0);
    return world_wait(self, until_ns, extra, count, err);
}

static void nothing_is_on_the_wire_before_its_start_has_settled(void **state)
{
    (void)state;
    struct world *w = world_new(200);
    watched = notebook_new();
    w->transport.wait = wait_only_when_settled;
    w->settings.max_running = 7;
    use(w, watched, NULL);
    world_run(w);
    assert_int_equal(watched->started, 200);
    assert_int_equal(w->results, 200);
    free(watched);
    free(w);
}

static int wait_with_nothing_in_flight(struct transport *self, uint64_t until_ns,
                                       struct pollfd *extra, unsigned count, struct error *err)
{
    const struct world *w = (const struct world *)((const char *)self -
                                                   offsetof(struct world, transport));
    assert_int_equal(w->flying, 0);
    return world_wait(self, until_ns, extra, count, err);
}

static void a_memo_that_breaks_ends_the_batch_before_anything_is_sent(void **state)
{
    (void)state;
    struct world *w = world_new(20);
    struct notebook *n = notebook_new();
    n->breaks = true;
    w->transport.wait = wait_with_nothing_in_flight;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(w->report.ending, ENGINE_BROKEN);
    assert_int_equal(w->report.error.code, ERROR_JOURNAL_ERROR);
    assert_false(w->report.sink_failed);
    assert_int_equal(w->results, 20);
    free(n);
    free(w);
}

/* ---- what waits for its next attempt ---- */

static struct ovrmnd_verdict again_in_a_second(void *self, uint64_t now_ns,
                                               const struct ovrmnd_attempt *attempt,
                                               const struct ovrmnd_outcome *outcome)
{
    (void)self;
    (void)outcome;
    return attempt->number < 3
               ? (struct ovrmnd_verdict){.action = OVRMND_AGAIN, .at_ns = now_ns + NS_PER_S}
               : (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
}

static uint64_t serve_refusals(struct world *w, const struct attempt *a, struct outcome *o)
{
    (void)w;
    (void)a;
    o->facts.status = 429;
    o->facts.flags = OVRMND_OUTCOME_UNAPPLIED;
    return NS_PER_MS;
}

static uint64_t serve_silence_then_refusals(struct world *w, const struct attempt *a,
                                            struct outcome *o)
{
    if (a->facts.number > 1)
        return serve_refusals(w, a, o);
    o->facts.error = OVRMND_ERROR_RECEIVE;
    return NS_PER_MS;
}

static uint64_t serve_a_503_then_refusals(struct world *w, const struct attempt *a,
                                          struct outcome *o)
{
    if (a->facts.number > 1)
        return serve_refusals(w, a, o);
    o->facts.status = 503;
    return NS_PER_MS;
}

/* What a memo hears of one request that is tried three times, if it may be. */
static void hears(world_server *server, bool retry_unsafe, bool acted, const char *events)
{
    static const struct ovrmnd_retry policy = {.size = sizeof policy,
                                               .decide = again_in_a_second};
    static const unsigned statuses[] = {429, 503};
    struct world *w = world_new(1);
    struct notebook *n = notebook_new();
    n->acted = acted;
    w->shape.idempotent = false;
    w->server = server;
    w->settings.retry = (struct engine_retry){.name = "test", .functions = &policy};
    w->settings.retry_rules = (struct engine_retry_rules){.statuses = statuses,
                                                          .status_count = 2,
                                                          .unsafe = retry_unsafe,
                                                          .budget_floor = UINT32_MAX};
    use(w, n, NULL);
    world_run(w);
    assert_string_equal(n->events, events);
    free(n);
    free(w);
}

static void between_two_attempts_a_memo_hears_that_nothing_is_in_flight(void **state)
{
    (void)state;
    hears(serve_refusals, false, false, "swswsf");
}

static void but_not_of_an_attempt_that_the_server_may_have_acted_on(void **state)
{
    (void)state;
    hears(serve_silence_then_refusals, false, false, "sf");
    hears(serve_silence_then_refusals, true, false, "sssf");
    hears(serve_a_503_then_refusals, true, false, "sssf");
}

static void nor_of_a_request_that_an_earlier_run_left_unknown(void **state)
{
    (void)state;
    hears(serve_refusals, false, true, "sssf");
}

static void the_loop_turns_when_a_memo_wants_to_settle(void **state)
{
    (void)state;
    struct world *w = world_new(1);
    struct notebook *n = notebook_new();
    n->wants_time = true;
    w->source_stalls = true;
    w->source.endless = true;
    w->settings.deadline_ns = 50 * NS_PER_S;
    use(w, n, NULL);
    world_run(w);
    assert_int_equal(n->port.settle_at_ns, UINT64_MAX);
    assert_int_equal(n->late_ns, 0);
    free(n);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_is_not_sent_and_keeps_its_place),
        cmocka_unit_test(a_batch_known_as_a_whole_passes_in_a_small_window),
        cmocka_unit_test(the_limit_of_a_response_is_none_of_what_a_memo_knows),
        cmocka_unit_test(a_known_failure_is_the_result_and_is_not_sent),
        cmocka_unit_test(with_fail_fast_a_known_failure_ends_the_batch_in_its_turn),
        cmocka_unit_test(a_memo_is_told_of_all_results_but_its_own),
        cmocka_unit_test(an_item_that_makes_no_request_is_nothing_to_remember),
        cmocka_unit_test(nothing_is_on_the_wire_before_its_start_has_settled),
        cmocka_unit_test(a_memo_that_breaks_ends_the_batch_before_anything_is_sent),
        cmocka_unit_test(between_two_attempts_a_memo_hears_that_nothing_is_in_flight),
        cmocka_unit_test(but_not_of_an_attempt_that_the_server_may_have_acted_on),
        cmocka_unit_test(nor_of_a_request_that_an_earlier_run_left_unknown),
        cmocka_unit_test(the_loop_turns_when_a_memo_wants_to_settle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
