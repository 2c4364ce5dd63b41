/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/units.h"
#include "unit/plugins/under_test.h"

#define START UINT64_C(1000000000000)
#define S     NS_PER_S

static void finish(struct under_test *t, uint64_t now_ns, struct ovrmnd_outcome outcome)
{
    outcome.size = sizeof outcome;
    outcome.finished_ns = now_ns;
    tell_finished(t, now_ns, &outcome);
}

/* One attempt from `from_ns` to `now_ns`. */
static void refused(struct under_test *t, uint64_t from_ns, uint64_t now_ns)
{
    tell_started(t, from_ns, 1);
    finish(t, now_ns, (struct ovrmnd_outcome){.status = 429, .started_ns = from_ns});
}

static void succeeded(struct under_test *t, uint64_t from_ns, uint64_t now_ns)
{
    tell_started(t, from_ns, 1);
    finish(t, now_ns,
           (struct ovrmnd_outcome){
               .status = 200, .flags = OVRMND_OUTCOME_SUCCESS, .started_ns = from_ns});
}

static struct ovrmnd_outcome retry_after(uint32_t status, uint64_t not_before_ns)
{
    return (struct ovrmnd_outcome){
        .status = status, .flags = OVRMND_OUTCOME_RETRY_AFTER, .not_before_ns = not_before_ns};
}

static struct ovrmnd_outcome limit(uint64_t remaining, uint64_t reset_ns)
{
    return (struct ovrmnd_outcome){.status = 200,
                                   .flags = OVRMND_OUTCOME_LIMIT | OVRMND_OUTCOME_SUCCESS,
                                   .limit_remaining = remaining,
                                   .limit_reset_ns = reset_ns};
}

static void assert_free(struct under_test *t, uint64_t now_ns)
{
    assert_int_equal(ask(t, now_ns, 1).action, OVRMND_START);
}

static void assert_held_until(struct under_test *t, uint64_t now_ns, uint64_t at_ns)
{
    assert_int_equal(ask(t, now_ns, 1).action, OVRMND_WAIT_UNTIL);
    assert_int_equal(ask(t, now_ns, 1).at_ns, at_ns);
    assert_int_equal(ask(t, at_ns - 1, 1).action, OVRMND_WAIT_UNTIL);
    assert_int_equal(ask(t, at_ns, 1).action, OVRMND_START);
}

/* How many start at this one moment. */
static uint64_t start_all(struct under_test *t, uint64_t now_ns)
{
    uint64_t count = 0;
    for (; count < 1000 && ask(t, now_ns, 1).action == OVRMND_START; count++)
        tell_started(t, now_ns, 1);
    return count;
}

static void without_a_word_from_the_server_all_may_start(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    assert_int_equal(start_all(&t, START), 1000);
    succeeded(&t, START, START + S);
    assert_free(&t, START + S);
    under_test_close(&t);
}

/* ---- holds ---- */

static void retry_after_of_a_429_or_503_holds_all(void **state)
{
    (void)state;
    static const uint32_t statuses[] = {429, 503};
    for (size_t i = 0; i < 2; i++) {
        struct under_test t;
        under_test_open(&t, "scheduler", "pushback");
        finish(&t, START, retry_after(statuses[i], START + 7 * S));
        assert_held_until(&t, START, START + 7 * S);
        under_test_close(&t);
    }
}

static void other_statuses_hold_nothing(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, retry_after(202, START + 7 * S));
    finish(&t, START, retry_after(301, START + 7 * S));
    finish(&t, START, retry_after(500, START + 7 * S));
    finish(&t, START, (struct ovrmnd_outcome){.status = 503});
    finish(&t, START, (struct ovrmnd_outcome){.error = OVRMND_ERROR_TIMEOUT});
    assert_free(&t, START);
    under_test_close(&t);
}

static void the_latest_time_named_counts(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, retry_after(429, START + 9 * S));
    finish(&t, START + S, retry_after(429, START + 3 * S));
    finish(&t, START + S, retry_after(429, 0));
    assert_held_until(&t, START + S, START + 9 * S);
    under_test_close(&t);
}

static void count_line(void *context, const char *line)
{
    (void)line;
    ++*(int *)context;
}

static void a_longer_wait_is_told_once(void **state)
{
    (void)state;
    struct under_test t;
    int lines = 0;
    log_set_writer(count_line, &lines);
    under_test_open(&t, "scheduler", "pushback:max-wait=90s");
    finish(&t, START, limit(500, UINT64_MAX)); /* nothing waits for it */
    finish(&t, START, retry_after(429, START + 90 * S));
    assert_int_equal(lines, 0);
    finish(&t, START, retry_after(429, START + 91 * S));
    finish(&t, START, retry_after(503, START + 3600 * S));
    assert_int_equal(lines, 1);
    under_test_close(&t);
    log_set_writer(NULL, NULL);
}

static void a_longer_wait_is_cut_to_max_wait(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback:max-wait=90s");
    finish(&t, START, retry_after(429, UINT64_MAX));
    assert_held_until(&t, START, START + 90 * S);
    finish(&t, START + 90 * S, limit(0, UINT64_MAX));
    assert_held_until(&t, START + 90 * S, START + 180 * S);
    under_test_close(&t);
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, retry_after(503, START + 7200 * S));
    assert_held_until(&t, START, START + 3600 * S);
    under_test_close(&t);
}

static void a_429_without_a_time_holds_for_a_second(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    refused(&t, START, START + S);
    assert_held_until(&t, START + S, START + 2 * S);
    under_test_close(&t);
}

static void a_time_that_is_past_is_none(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, retry_after(429, START));
    assert_held_until(&t, START, START + S);
    under_test_close(&t);
}

static void each_further_429_doubles_the_hold_up_to_a_minute(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    static const uint64_t holds[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    uint64_t now = START;
    for (size_t i = 0; i < sizeof holds / sizeof *holds; i++) {
        refused(&t, now, now + 1);
        assert_held_until(&t, now + 1, now + 1 + holds[i] * S);
        now += 1 + holds[i] * S;
    }
    under_test_close(&t);
}

static void the_429s_of_one_flight_count_once(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    for (uint64_t i = 0; i < 20; i++)
        refused(&t, START, START + i);
    assert_held_until(&t, START + 20, START + S);
    under_test_close(&t);
}

static void a_success_after_the_hold_makes_the_next_short_again(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    refused(&t, START, START + 1);
    refused(&t, START + 2 * S, START + 2 * S + 1); /* held for 2 s */
    succeeded(&t, START, START + 3 * S);           /* from before: tells nothing */
    refused(&t, START + 5 * S, START + 5 * S + 1);
    assert_held_until(&t, START + 6 * S, START + 9 * S + 1);
    succeeded(&t, START + 10 * S, START + 11 * S);
    refused(&t, START + 11 * S, START + 12 * S);
    assert_held_until(&t, START + 12 * S, START + 13 * S);
    under_test_close(&t);
}

/* ---- windows ---- */

static void nothing_left_holds_all_until_the_reset(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(0, START + 30 * S));
    assert_held_until(&t, START, START + 30 * S);
    assert_int_equal(start_all(&t, START + 30 * S), 1000);
    under_test_close(&t);
}

static void so_many_start_as_are_left(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(5, START + 30 * S));
    assert_int_equal(start_all(&t, START), 5);
    assert_held_until(&t, START, START + 30 * S);
    under_test_close(&t);
}

static void what_is_on_the_wire_is_taken_off(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    assert_int_equal(start_all(&t, START), 1000);
    for (int i = 0; i < 996; i++)
        finish(&t, START, (struct ovrmnd_outcome){.status = 200});
    finish(&t, START, limit(5, START + 30 * S)); /* 3 still run */
    assert_int_equal(start_all(&t, START), 2);
    /* They come back with what is left after them, and nothing of it is lost. */
    finish(&t, START, limit(4, START + 30 * S));
    assert_int_equal(start_all(&t, START), 0);
    finish(&t, START, limit(4, START + 30 * S));
    assert_int_equal(start_all(&t, START), 1);
    under_test_close(&t);
}

static void one_that_ends_without_saying_is_taken_off(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(5, START + 30 * S));
    tell_started(&t, START, 1);
    tell_started(&t, START, 1);
    finish(&t, START, (struct ovrmnd_outcome){.error = OVRMND_ERROR_TIMEOUT});
    finish(&t, START,
           (struct ovrmnd_outcome){.error = OVRMND_ERROR_CONNECT,
                                   .flags = OVRMND_OUTCOME_UNAPPLIED});
    assert_int_equal(start_all(&t, START), 4);
    under_test_close(&t);
}

static void an_attempt_takes_its_cost(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(5, START + 30 * S));
    tell_started(&t, START, 3);
    assert_int_equal(ask(&t, START, 3).action, OVRMND_WAIT_UNTIL);
    assert_int_equal(ask(&t, START, 2).action, OVRMND_START);
    assert_int_equal(ask(&t, START, UINT64_MAX).action, OVRMND_WAIT_UNTIL);
    assert_int_equal(ask(&t, START + 30 * S, UINT64_MAX).action, OVRMND_START);
    under_test_close(&t);
}

static void the_tighter_counts_within_a_window(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(9, START + 30 * S));
    finish(&t, START, limit(2, START + 30 * S + 300 * NS_PER_MS)); /* the same, rounded */
    finish(&t, START, limit(7, START + 29 * S + 500 * NS_PER_MS));
    assert_int_equal(start_all(&t, START), 2);
    assert_held_until(&t, START, START + 30 * S + 300 * NS_PER_MS);
    under_test_close(&t);
}

static void a_later_reset_replaces(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(0, START + 30 * S));
    finish(&t, START, limit(8, START + 60 * S));
    assert_int_equal(start_all(&t, START), 8);
    assert_held_until(&t, START, START + 60 * S);
    under_test_close(&t);
}

static void overtaken_news_of_an_earlier_reset_only_tightens(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(3, START + 60 * S));
    finish(&t, START, limit(9, START + 10 * S));
    assert_int_equal(start_all(&t, START), 3);
    finish(&t, START, limit(1, START + 10 * S));
    assert_held_until(&t, START, START + 10 * S);
    struct ovrmnd_outcome news = limit(50, START + 5 * S);
    news.started_ns = START + S; /* when all of the above was known */
    finish(&t, START + 2 * S, news);
    assert_free(&t, START + 2 * S);
    under_test_close(&t);
}

static void a_reset_that_is_past_is_no_limit(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    finish(&t, START, limit(0, START));
    assert_free(&t, START);
    finish(&t, START, limit(0, 0));
    assert_free(&t, START);
    under_test_close(&t);
}

static void retry_after_wins_over_the_limit_beside_it(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    struct ovrmnd_outcome both = limit(0, START + 3600 * S);
    both.status = 429;
    both.flags = OVRMND_OUTCOME_LIMIT | OVRMND_OUTCOME_RETRY_AFTER;
    both.not_before_ns = START + 5 * S;
    finish(&t, START, both);
    assert_held_until(&t, START, START + 5 * S);
    under_test_close(&t);
}

static void a_429_that_names_the_reset_holds_until_then(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback");
    struct ovrmnd_outcome outcome = limit(0, START + 20 * S);
    outcome.status = 429;
    outcome.flags = OVRMND_OUTCOME_LIMIT;
    finish(&t, START, outcome);
    assert_held_until(&t, START, START + 20 * S);
    /* One that says that much is left holds for a while all the same. */
    outcome.limit_remaining = 500;
    outcome.limit_reset_ns = START + 90 * S;
    outcome.started_ns = START + 20 * S;
    finish(&t, START + 21 * S, outcome);
    assert_held_until(&t, START + 21 * S, START + 22 * S);
    under_test_close(&t);
}

/* ---- misbehaviour ---- */

static void odd_orders_and_the_end_of_time_do_no_harm(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "scheduler", "pushback:max-wait=366d");
    for (int i = 0; i < 5; i++)
        finish(&t, START, limit(3, START + 30 * S)); /* more ends than starts */
    assert_int_equal(start_all(&t, START), 3);
    tell_started(&t, START, UINT64_MAX);
    tell_started(&t, START, UINT64_MAX);
    assert_held_until(&t, START, START + 30 * S);
    finish(&t, UINT64_MAX - 5, limit(0, UINT64_MAX));
    refused(&t, UINT64_MAX - 5, UINT64_MAX - 5);
    assert_int_equal(ask(&t, UINT64_MAX - 5, 1).at_ns, UINT64_MAX);
    assert_free(&t, UINT64_MAX);
    /* Rule S1, even for a clock that runs backwards against its promise. */
    assert_int_equal(ask(&t, START, 1).at_ns, START + 366 * 86400 * S);
    under_test_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_from_the_server_all_may_start),
        cmocka_unit_test(retry_after_of_a_429_or_503_holds_all),
        cmocka_unit_test(other_statuses_hold_nothing),
        cmocka_unit_test(the_latest_time_named_counts),
        cmocka_unit_test(a_longer_wait_is_cut_to_max_wait),
        cmocka_unit_test(a_longer_wait_is_told_once),
        cmocka_unit_test(a_429_without_a_time_holds_for_a_second),
        cmocka_unit_test(a_time_that_is_past_is_none),
        cmocka_unit_test(each_further_429_doubles_the_hold_up_to_a_minute),
        cmocka_unit_test(the_429s_of_one_flight_count_once),
        cmocka_unit_test(a_success_after_the_hold_makes_the_next_short_again),
        cmocka_unit_test(nothing_left_holds_all_until_the_reset),
        cmocka_unit_test(so_many_start_as_are_left),
        cmocka_unit_test(what_is_on_the_wire_is_taken_off),
        cmocka_unit_test(one_that_ends_without_saying_is_taken_off),
        cmocka_unit_test(an_attempt_takes_its_cost),
        cmocka_unit_test(the_tighter_counts_within_a_window),
        cmocka_unit_test(a_later_reset_replaces),
        cmocka_unit_test(overtaken_news_of_an_earlier_reset_only_tightens),
        cmocka_unit_test(a_reset_that_is_past_is_no_limit),
        cmocka_unit_test(retry_after_wins_over_the_limit_beside_it),
        cmocka_unit_test(a_429_that_names_the_reset_holds_until_then),
        cmocka_unit_test(odd_orders_and_the_end_of_time_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
