/* SPDX-License-Identifier: MIT */

/* Sentences, and that the three forms of a report are whole. */

#include "base/json.h"
#include "base/units.h"
#include "bench/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A report of variants whose runs took so many milliseconds for 10 items, the first counting
 * from 1, with a little more each round. */
static struct bench_report report_of(size_t rounds, size_t count, const uint64_t *took_ms)
{
    static const char *const names[] = {"one", "two", "three"};
    struct bench_report r = {
        .items = 10, .rounds = rounds, .seed = 7, .version = "0", .variant_count = count};
    struct record *run = record_new();
    for (size_t i = 0; i < count; i++) {
        struct bench_variant *v = &r.variants[i];
        v->name = names[i];
        v->options = "--x '<&\">'";
        v->record = record_new();
        (void)buffer_append_text(&v->plan, "pool + <pushback>");
        for (size_t j = 0; j < rounds; j++) {
            record_begin(run, 0);
            run->total.succeeded = 10;
            record_end(run, took_ms[i] * (NS_PER_MS + j * 1000));
            record_add(v->record, run);
        }
    }
    record_free(run);
    bench_compare(&r);
    return r;
}

static void done(struct bench_report *r)
{
    for (size_t i = 0; i < r->variant_count; i++) {
        record_free(r->variants[i].record);
        buffer_free(&r->variants[i].plan);
    }
}

static void assert_sentence(struct bench_report r, const char *wanted)
{
    struct buffer text = {0};
    bench_sentence(&r, 1, &text);
    assert_string_equal(buffer_text(&text), wanted);
    buffer_free(&text);
    done(&r);
}

static void the_sentence_names_the_faster_one_first(void **state)
{
    (void)state;
    assert_sentence(report_of(10, 2, (const uint64_t[]){98, 10}),
                    "`two` is 9.80 times as fast as `one` (95 % sure: 9.80 to 9.80)");
    assert_sentence(report_of(10, 2, (const uint64_t[]){10, 120}),
                    "`one` is 12.0 times as fast as `two` (95 % sure: 12.0 to 12.0)");
}

static void a_small_difference_gets_the_digits_it_needs(void **state)
{
    (void)state;
    assert_sentence(report_of(10, 2, (const uint64_t[]){103, 100}),
                    "`two` is 1.030 times as fast as `one` (95 % sure: 1.030 to 1.030)");
    assert_sentence(report_of(10, 2, (const uint64_t[]){1004, 1000}),
                    "`two` is 1.0040 times as fast as `one` (95 % sure: 1.0040 to 1.0040)");
}

static void no_difference_is_said_with_its_interval(void **state)
{
    (void)state;
    assert_sentence(report_of(10, 2, (const uint64_t[]){100, 100}),
                    "no difference found between `one` and `two` (ratio 1.000, 95 % interval "
                    "1.000 to 1.000)");
}

static void too_few_rounds_say_so(void **state)
{
    (void)state;
    assert_sentence(report_of(3, 2, (const uint64_t[]){100, 10}),
                    "too few rounds to compare `two` with `one`: 3 of 6 (ratio so far 10.0)");
}

static void assert_has(const struct buffer *text, const char *what)
{
    struct buffer copy = *text;
    if (!strstr(buffer_text(&copy), what))
        fail_msg("'%s' is not in:\n%s", what, buffer_text(&copy));
}

static void many_comparisons_are_owned_up_to(void **state)
{
    (void)state;
    struct bench_report r = report_of(6, 3, (const uint64_t[]){100, 50, 25});
    struct buffer text = {0};
    bench_text(&r, &text);
    assert_has(&text, "each of the 2 comparisons is 95 % sure by itself");
    buffer_free(&text);
    done(&r);
}

static void failures_and_their_first_reason_are_told(void **state)
{
    (void)state;
    struct bench_report r = report_of(6, 2, (const uint64_t[]){100, 50});
    r.variants[1].record->total.failed = 40;
    snprintf(r.variants[1].record->reason, RECORD_REASON, "HTTP 500\033[2J");
    struct buffer text = {0};
    bench_text(&r, &text);
    assert_has(&text, "items failed: `two` 40 %; only those that succeeded count as speed\n");
    assert_has(&text, "the first failure of `two`: HTTP 500\\u001b[2J\n");
    buffer_free(&text);
    done(&r);
}

static void json_is_json_whatever_there_is(void **state)
{
    (void)state;
    static const size_t rounds[] = {0, 1, 10};
    for (size_t i = 0; i < 9; i++) {
        struct bench_report r = report_of(rounds[i % 3], 1 + i / 3,
                                          (const uint64_t[]){100, 50, 50});
        struct buffer json = {0};
        struct json_fault fault;
        struct slice value;
        bench_json(&r, &json);
        assert_int_equal(json_check(buffer_slice(&json), &value, &fault), 0);
        buffer_free(&json);
        done(&r);
    }
}

static void a_page_escapes_what_users_wrote(void **state)
{
    (void)state;
    struct bench_report r = report_of(6, 2, (const uint64_t[]){100, 50});
    r.model = "<script>";
    struct buffer page = {0};
    bench_html(&r, &page);
    assert_has(&page, "--x '&lt;&amp;&quot;&gt;'");
    assert_has(&page, "pool + &lt;pushback&gt;");
    assert_null(strstr(buffer_text(&page), "<script"));
    buffer_free(&page);
    done(&r);
}

static void nothing_finished_is_a_report_too(void **state)
{
    (void)state;
    struct bench_report r = report_of(0, 2, (const uint64_t[]){100, 50});
    struct buffer text = {0};
    r.interrupted = true;
    bench_text(&r, &text);
    assert_has(&text, "no round was finished");
    buffer_reset(&text);
    bench_html(&r, &text);
    assert_has(&text, "</html>");
    buffer_free(&text);
    done(&r);
}

static void figures_have_three_digits_and_their_unit(void **state)
{
    (void)state;
    struct buffer text = {0};
    bench_put_time(999, &text);
    (void)buffer_append_char(&text, ' ');
    bench_put_time(1234567, &text);
    (void)buffer_append_char(&text, ' ');
    bench_put_time(99960 * NS_PER_US, &text);
    (void)buffer_append_char(&text, ' ');
    bench_put_count(1234567, &text);
    (void)buffer_append_char(&text, ' ');
    bench_put_speed(19.84, &text);
    (void)buffer_append_char(&text, ' ');
    bench_put_speed(12345.6, &text);
    assert_string_equal(buffer_text(&text), "1.00 us 1.23 ms 100 ms 1,234,567 19.8 12,346");
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sentence_names_the_faster_one_first),
        cmocka_unit_test(a_small_difference_gets_the_digits_it_needs),
        cmocka_unit_test(no_difference_is_said_with_its_interval),
        cmocka_unit_test(too_few_rounds_say_so),
        cmocka_unit_test(many_comparisons_are_owned_up_to),
        cmocka_unit_test(failures_and_their_first_reason_are_told),
        cmocka_unit_test(json_is_json_whatever_there_is),
        cmocka_unit_test(a_page_escapes_what_users_wrote),
        cmocka_unit_test(nothing_finished_is_a_report_too),
        cmocka_unit_test(figures_have_three_digits_and_their_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
