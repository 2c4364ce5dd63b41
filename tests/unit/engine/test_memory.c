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
};

static bool recall(struct memo *self, const struct item *item, const struct request *request,
                   struct recalled *out)
{
    struct notebook *n = (struct notebook *)self;
    assert_non_null(request->shape);
    n->asked++;
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
}

static void finished(struct memo *self, const struct request *request,
                     const struct result *result)
{
    struct notebook *n = (struct notebook *)self;
    (void)request;
    n->finished++;
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
    n->port = (struct memo){recall, started, finished, settle, UINT64_MAX};
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
        cmocka_unit_test(the_loop_turns_when_a_memo_wants_to_settle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
