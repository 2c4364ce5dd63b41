/* SPDX-License-Identifier: MIT */

/* What is kept of runs: counts, courses over time, bars; bounded. */

#include "base/log.h"
#include "base/units.h"
#include "bench/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BEGAN (5 * NS_PER_S)

static void attempt(struct record *r, uint64_t item, uint32_t number, uint64_t from_ns,
                    uint64_t until_ns, unsigned status)
{
    struct attempt a = {.facts = {.item = item, .number = number}};
    a.outcome.facts.started_ns = BEGAN + from_ns;
    a.outcome.facts.finished_ns = BEGAN + until_ns;
    a.outcome.facts.status = status;
    a.outcome.facts.flags = status == 200 ? OVRMND_OUTCOME_SUCCESS : 0;
    r->observer.attempt(&r->observer, &a);
}

static void result(struct record *r, enum error_code code, const char *why)
{
    struct error error = {.code = code};
    snprintf(error.message, sizeof error.message, "%s", why);
    r->observer.result(&r->observer,
                       &(struct result){.success = code == ERROR_NONE, .error = &error});
}

static struct record *begun(void)
{
    struct record *r = record_new();
    record_begin(r, BEGAN);
    return r;
}

static uint64_t sum(const uint64_t *slices)
{
    uint64_t all = 0;
    for (size_t i = 0; i < RECORD_SLICES; i++)
        all += slices[i];
    return all;
}

static void results_and_attempts_are_counted(void **state)
{
    (void)state;
    struct record *r = begun();
    attempt(r, 0, 1, 0, NS_PER_MS, 200);
    attempt(r, 1, 1, 0, NS_PER_MS, 429);
    attempt(r, 1, 2, NS_PER_MS, 3 * NS_PER_MS, 500);
    result(r, ERROR_NONE, "");
    result(r, ERROR_API_REQUEST_FAILED, "HTTP 500");
    result(r, ERROR_CANCELLED, "Operation cancelled");
    record_end(r, BEGAN + 10 * NS_PER_MS);
    assert_int_equal(r->total.succeeded, 1);
    assert_int_equal(r->total.failed, 1);
    assert_int_equal(r->total.cancelled, 1);
    assert_int_equal(r->total.attempts, 3);
    assert_int_equal(r->total.retries, 1);
    assert_int_equal(r->total.limited, 1);
    assert_int_equal(r->total.wall_ns, 10 * NS_PER_MS);
    assert_int_equal(r->latency.max_ns, 2 * NS_PER_MS);
    assert_string_equal(r->reason, "HTTP 500");
    assert_true(record_speed(&r->total) > 99.9 && record_speed(&r->total) < 100.1);
    record_free(r);
}

static void a_reason_that_is_cut_shows_no_part_of_a_secret(void **state)
{
    (void)state;
    struct record *r = begun();
    char text[1024] = "";
    memset(text, '.', RECORD_REASON - 10);
    strcat(text, "hunter22-hunter22");
    log_add_secret("hunter22-hunter22");
    result(r, ERROR_API_REQUEST_FAILED, text);
    assert_null(strstr(r->reason, "hun"));
    assert_non_null(strstr(r->reason, "***..."));
    log_forget_secrets();
    record_free(r);
}

static void no_time_on_the_wire_is_lost_as_slices_grow(void **state)
{
    (void)state;
    struct record *r = begun();
    uint64_t busy_ns = 0, step_ns = 1;
    for (uint64_t i = 0; i < 40; i++, step_ns *= 2) {
        attempt(r, i, 1, step_ns / 3, step_ns, 200);
        busy_ns += step_ns - step_ns / 3;
    }
    assert_int_equal(sum(r->busy_ns), busy_ns);
    assert_int_equal(sum(r->done), 40);
    record_free(r);
}

static void bars_are_thinned_by_whole_items(void **state)
{
    (void)state;
    struct record *r = begun();
    for (uint64_t i = 0; i < 100000; i++) {
        attempt(r, i, 1, i, i + 5, 500);
        attempt(r, i, 2, i + 6, i + 9, 200);
    }
    assert_true(r->bar_count <= RECORD_BARS && r->bar_count > RECORD_BARS / 4);
    for (size_t i = 0; i < r->bar_count; i++)
        assert_int_equal(r->bars[i].item % r->bar_every, 0);
    record_free(r);
}

static void one_item_with_endless_attempts_ends(void **state)
{
    (void)state;
    struct record *r = begun();
    for (uint32_t i = 1; i < 5000; i++)
        attempt(r, 0, i, i, i + 1, 500);
    assert_int_equal(r->bar_count, RECORD_BARS);
    record_free(r);
}

static void an_attempt_that_ends_before_it_starts_takes_no_time(void **state)
{
    (void)state;
    struct record *r = begun();
    attempt(r, 0, 1, 1000, 900, 0);
    assert_int_equal(r->latency.max_ns, 0);
    assert_int_equal(sum(r->busy_ns), 0);
    record_free(r);
}

static void runs_add_up_to_their_variant(void **state)
{
    (void)state;
    struct record *variant = record_new(), *run = begun();
    attempt(run, 0, 1, 0, NS_PER_MS, 200);
    result(run, ERROR_NONE, "");
    record_end(run, BEGAN + 2 * NS_PER_MS);
    record_add(variant, run);
    record_begin(run, BEGAN);
    attempt(run, 7, 1, 0, 60 * NS_PER_S, 200);
    result(run, ERROR_NONE, "");
    record_end(run, BEGAN + 60 * NS_PER_S);
    record_add(variant, run);
    assert_int_equal(variant->round_count, 2);
    assert_int_equal(variant->total.succeeded, 2);
    assert_int_equal(variant->total.attempts, 2);
    assert_int_equal(variant->rounds[1].wall_ns, 60 * NS_PER_S);
    assert_int_equal(variant->latency.count, 2);
    assert_int_equal(sum(variant->busy_ns), 60 * NS_PER_S + NS_PER_MS);
    assert_int_equal(variant->bar_count, 1); /* of the first run alone */
    assert_int_equal(variant->bars[0].item, 0);
    record_free(variant);
    record_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_and_attempts_are_counted),
        cmocka_unit_test(a_reason_that_is_cut_shows_no_part_of_a_secret),
        cmocka_unit_test(no_time_on_the_wire_is_lost_as_slices_grow),
        cmocka_unit_test(bars_are_thinned_by_whole_items),
        cmocka_unit_test(one_item_with_endless_attempts_ends),
        cmocka_unit_test(an_attempt_that_ends_before_it_starts_takes_no_time),
        cmocka_unit_test(runs_add_up_to_their_variant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
