/* SPDX-License-Identifier: MIT */

/* Which plugins a batch runs under: options, files, defaults, and who wins. */

#include "cli/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The structs own their strings; here nothing is freed. */
#define TEXT(literal) ((char *)(literal))

/* The words after `call`, given to the real parser, and the layers of files. */
struct planned {
    struct call_options options;
    struct target target;
    struct settings user;
    struct plan plan;
    struct error error;
    char text[1024];
};

static const char *spec_text(const struct spec *spec, char *to, size_t size)
{
    int used = snprintf(to, size, "%s", spec->name);
    for (size_t i = 0; i < spec->count; i++)
        used += snprintf(to + used, size - (size_t)used, "%c%s=%s", i ? ',' : ':',
                         spec->options[i].name, spec->options[i].value);
    return to;
}

static int plan(struct planned *p, const char *words)
{
    static char line[512];
    char *argv[32];
    int argc = 0, rest;
    snprintf(line, sizeof line, "%s", words);
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    if (call_options_parse(argc, argv, &p->options, &rest, &p->error))
        return -1;
    return plan_make(&p->options, &p->target, &p->user, false, &p->plan, &p->error);
}

static void done(struct planned *p)
{
    plan_free(&p->plan);
    options_free(&call_option_table, &p->options);
}

/* The stack as "pool:concurrency=5 + token-bucket:rate=20". */
static const char *stack_text(struct planned *p)
{
    char one[256];
    p->text[0] = '\0';
    for (size_t i = 0; i < p->plan.scheduler_count; i++) {
        strcat(p->text, i ? " + " : "");
        strcat(p->text, spec_text(&p->plan.schedulers[i], one, sizeof one));
    }
    return p->text;
}

/* Pushback, which is always stacked last, is left out of `stack`. */
static void assert_stack(struct planned p, const char *words, const char *stack)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s + pushback", stack);
    assert_int_equal(plan(&p, words), 0);
    assert_string_equal(stack_text(&p), whole);
    done(&p);
}

static void assert_usage(const char *words, const char *message)
{
    struct planned p = {0};
    assert_int_equal(plan(&p, words), -1);
    assert_int_equal(p.error.code, ERROR_USAGE);
    assert_non_null(strstr(p.error.message, message));
    done(&p);
}

static struct planned with_file(struct settings service)
{
    return (struct planned){.target.service_settings = service};
}

static void one_at_a_time_unless_asked(void **state)
{
    (void)state;
    assert_stack((struct planned){0}, "", "sequential");
    assert_stack((struct planned){0}, "--parallel", "pool");
    assert_stack((struct planned){0}, "--concurrency 10", "pool:concurrency=10");
    assert_stack((struct planned){0}, "--parallel --concurrency=10", "pool:concurrency=10");
}

static void a_rate_is_stacked_on_any_mode(void **state)
{
    (void)state;
    assert_stack((struct planned){0}, "--rate-limit 600/m",
                 "sequential + token-bucket:rate=600/m");
    assert_stack((struct planned){0}, "--parallel --concurrency 10 --rate-limit 20 --burst 3",
                 "pool:concurrency=10 + token-bucket:rate=20,burst=3");
}

static void schedulers_stack_in_the_order_given(void **state)
{
    (void)state;
    assert_stack((struct planned){0},
                 "--scheduler pool:concurrency=4 --scheduler token-bucket:rate=5",
                 "pool:concurrency=4 + token-bucket:rate=5");
}

static void a_file_never_makes_a_batch_parallel(void **state)
{
    (void)state;
    struct spec pool = {.name = TEXT("pool"), .where = TEXT("f:1:1")};
    assert_stack(with_file((struct settings){.schedulers = &pool, .scheduler_count = 1}), "",
                 "pool + sequential");
    assert_stack(
        with_file((struct settings){.concurrency = 8, .concurrency_where = TEXT("f:2:2")}), "",
        "sequential");
}

static void a_file_gives_the_width_once_parallel_is_asked_for(void **state)
{
    (void)state;
    struct planned p = with_file(
        (struct settings){.concurrency = 8, .concurrency_where = TEXT("f:2:2")});
    assert_stack(p, "--parallel", "pool:concurrency=8");
    assert_stack(p, "--scheduler pool", "pool:concurrency=8");
    assert_stack(p, "--concurrency 3", "pool:concurrency=3");
    p.target.endpoint_settings = (struct settings){.concurrency = 2,
                                                   .concurrency_where = TEXT("f:9:9")};
    assert_stack(p, "--parallel", "pool:concurrency=2");
}

static uint64_t width(const char *words)
{
    struct planned p = {0};
    assert_int_equal(plan(&p, words), 0);
    uint64_t width = p.plan.width;
    done(&p);
    return width;
}

static void the_widest_scheduler_counts_up_to_the_largest_window(void **state)
{
    (void)state;
    assert_int_equal(width("--scheduler pool"), 0);
    assert_int_equal(width("--scheduler pool:concurrency=7 --scheduler my:max=2000"), 2000);
    assert_int_equal(width("--scheduler my:max=1000000"), 1000000);
    assert_int_equal(width("--scheduler my:max=4294967296"), 1000000);
}

static void a_rate_in_a_file_holds_in_every_mode_and_the_command_line_wins(void **state)
{
    (void)state;
    struct planned p = with_file((struct settings){.rate = TEXT("100"),
                                                   .rate_where = TEXT("f:3:3"),
                                                   .burst = 20,
                                                   .burst_where = TEXT("f:3:9")});
    assert_stack(p, "", "sequential + token-bucket:rate=100,burst=20");
    assert_stack(p, "--rate-limit 5", "sequential + token-bucket:rate=5,burst=20");
}

static void contradictions_are_told(void **state)
{
    (void)state;
    assert_usage("--scheduler sequential --concurrency 5", "contradicts");
    assert_usage("--scheduler pool:concurrency=3 --concurrency 5", "both set the width");
    assert_usage("--burst 5", "needs a rate");
    assert_usage("--batch-json [] --batch-file f", "give one");
    assert_usage("--unordered", "needs a batch");
}

static void values_are_checked_where_they_are_given(void **state)
{
    (void)state;
    assert_usage("--concurrency 0", "from 1 to 10000, not '0'");
    assert_usage("--seed 0", "at least 1, not '0'");
    assert_usage("--rate-limit fast", "--rate-limit must be a rate");
    assert_usage("--timeout 5", "--timeout must be a duration");
    assert_usage("--format yaml", "one of json|ndjson|pretty");
    assert_usage("--paralel", "did you mean '--parallel'?");
    assert_usage("--batch-file", "needs a value");
    assert_usage("--max-response-size 0", "--max-response-size must be a size");
}

static void both_spellings_of_an_option_are_taken(void **state)
{
    (void)state;
    struct planned p = {0};
    assert_int_equal(plan(&p, "--batchJson [] --failFast --no-parallel"), 0);
    assert_string_equal(p.options.batch_json, "[]");
    assert_true(p.options.fail_fast);
    assert_false(p.options.parallel);
    done(&p);
}

static const char *retry_text(struct planned *p, const char *words)
{
    assert_int_equal(plan(p, words), 0);
    return spec_text(&p->plan.retry, p->text, sizeof p->text);
}

static void retry_keys_alone_mean_the_fixed_policy(void **state)
{
    (void)state;
    unsigned statuses[] = {429, 503};
    struct planned p = {0};
    assert_string_equal(retry_text(&p, ""), "none");
    assert_int_equal(p.plan.retry_status_count, 7);
    done(&p);
    p.target.endpoint_settings = (struct settings){.retry_on = statuses,
                                                   .retry_on_count = 2,
                                                   .retry_on_set = true,
                                                   .retry_delay_ns = 1000000000,
                                                   .retry_delay_set = true,
                                                   .retry_where = TEXT("f:4:4")};
    assert_string_equal(retry_text(&p, ""), "fixed:attempts=3,delay=1000000000ns");
    assert_int_equal(p.plan.retry_status_count, 2);
    done(&p);
    assert_string_equal(retry_text(&p, "--retry none"), "none");
    done(&p);
}

static void retries_are_short_for_exponential(void **state)
{
    (void)state;
    struct spec fixed = {.name = TEXT("fixed"), .where = TEXT("f:1:1")};
    struct planned p = with_file((struct settings){.retry = &fixed});
    assert_string_equal(retry_text(&p, "--retries 5"), "exponential:attempts=5");
    done(&p);
    assert_string_equal(retry_text(&p, "--retries 0"), "none");
    done(&p);
    assert_usage("--retries 2 --retry fixed", "give one of them");
}

static void statuses_worth_another_attempt_are_a_list(void **state)
{
    (void)state;
    struct planned p = {0};
    assert_int_equal(plan(&p, "--retry-on 429,503"), 0);
    assert_int_equal(p.plan.retry_status_count, 2);
    assert_int_equal(p.plan.retry_statuses[1], 503);
    done(&p);
    assert_usage("--retry-on 429,", "list of statuses");
    assert_usage("--retry-on 42", "list of statuses");
    assert_usage("--retry-on 5xx", "list of statuses");
    assert_usage("--retry-on 429000000000", "list of statuses");
}

static void the_most_failures_are_a_number_or_a_share(void **state)
{
    (void)state;
    struct planned p = {0};
    assert_int_equal(plan(&p, "--max-failures 12"), 0);
    assert_int_equal(p.options.max_failures, 12);
    done(&p);
    assert_int_equal(plan(&p, "--max-failures 5%"), 0);
    assert_int_equal(p.options.max_failure_percent, 5);
    done(&p);
    assert_usage("--max-failures 0", "--max-failures must be");
    assert_usage("--max-failures 101%", "--max-failures must be");
    assert_usage("--max-failures %", "--max-failures must be");
    assert_usage("--max-failures=", "--max-failures must be");
}

static void pushback_may_be_left_out(void **state)
{
    (void)state;
    struct planned p = {0};
    assert_int_equal(plan(&p, "--no-pushback"), 0);
    assert_string_equal(stack_text(&p), "sequential");
    done(&p);
}

static void progress_is_silent_where_nobody_looks(void **state)
{
    (void)state;
    struct planned p = {0};
    assert_int_equal(plan(&p, "--batch-json []"), 0);
    assert_string_equal(p.plan.progress.name, "none");
    done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time_unless_asked),
        cmocka_unit_test(a_rate_is_stacked_on_any_mode),
        cmocka_unit_test(schedulers_stack_in_the_order_given),
        cmocka_unit_test(a_file_never_makes_a_batch_parallel),
        cmocka_unit_test(a_file_gives_the_width_once_parallel_is_asked_for),
        cmocka_unit_test(the_widest_scheduler_counts_up_to_the_largest_window),
        cmocka_unit_test(a_rate_in_a_file_holds_in_every_mode_and_the_command_line_wins),
        cmocka_unit_test(contradictions_are_told),
        cmocka_unit_test(values_are_checked_where_they_are_given),
        cmocka_unit_test(both_spellings_of_an_option_are_taken),
        cmocka_unit_test(retry_keys_alone_mean_the_fixed_policy),
        cmocka_unit_test(retries_are_short_for_exponential),
        cmocka_unit_test(statuses_worth_another_attempt_are_a_list),
        cmocka_unit_test(the_most_failures_are_a_number_or_a_share),
        cmocka_unit_test(pushback_may_be_left_out),
        cmocka_unit_test(progress_is_silent_where_nobody_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
