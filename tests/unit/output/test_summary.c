/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/utf8.h"
#include "output/screen.h"
#include "output/summary.h"
#include "unit/output/check.h"
#include "unit/output/result_of.h"

#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#define MS UINT64_C(1000000)

static void tell(struct summary *s, uint64_t index, enum error_code code, unsigned status,
                 const char *message)
{
    struct error error = {.code = code};
    snprintf(error.message, sizeof error.message, "%s", message);
    struct result r = code == ERROR_NONE ? success_of(index, BODY_NONE, NULL)
                                         : failure_of(index, status, BODY_NONE, NULL, &error);
    s->observer.result(&s->observer, &r);
}

static void assert_printed(const struct summary *s, uint64_t elapsed_ns, const char *wanted)
{
    int ends[2];
    char got[32768];
    struct screen screen;
    assert_int_equal(pipe(ends), 0);
    screen_init(&screen, ends[1]);
    summary_print(s, &screen, elapsed_ns);
    screen_fini(&screen);
    close(ends[1]);
    ssize_t n = read(ends[0], got, sizeof got - 1);
    close(ends[0]);
    assert_true(n >= 0);
    got[n] = '\0';
    assert_string_equal(got, wanted);
}

static void failures_are_grouped_and_the_largest_group_comes_first(void **state)
{
    (void)state;
    struct summary s;
    summary_init(&s);
    for (uint64_t i = 0; i < 97; i++)
        tell(&s, i, ERROR_NONE, 0, "");
    tell(&s, 60, ERROR_API_TIMEOUT, 0, "Request timeout after 30000ms");
    tell(&s, 17, ERROR_API_REQUEST_FAILED, 404, "HTTP 404: later");
    tell(&s, 4, ERROR_API_REQUEST_FAILED, 404, "HTTP 404: Not Found");
    assert_printed(
        &s, 520 * MS,
        "100 items: 97 succeeded, 3 failed in 0.52 s (192 results/s)\n"
        "  API_REQUEST_FAILED, status 404: 2 (items 4, 17), \"HTTP 404: Not Found\"\n"
        "  API_TIMEOUT: 1 (item 60), \"Request timeout after 30000ms\"\n");
}

static void cancelled_items_are_counted_apart(void **state)
{
    (void)state;
    struct summary s;
    summary_init(&s);
    for (uint64_t i = 0; i < 9; i++)
        tell(&s, i, ERROR_NONE, 0, "");
    tell(&s, 9, ERROR_RATE_LIMITED, 429, "HTTP 429: Too Many Requests");
    for (uint64_t i = 10; i < 100; i++)
        tell(&s, i, ERROR_CANCELLED, 0, "Operation cancelled");
    assert_printed(&s, 4000 * MS,
                   "100 items: 9 succeeded, 1 failed, 90 cancelled in 4.00 s (2.5 results/s)\n"
                   "  RATE_LIMITED, status 429: 1 (item 9), \"HTTP 429: Too Many Requests\"\n");
}

static void what_a_journal_answered_is_told_and_is_no_speed(void **state)
{
    (void)state;
    struct summary s;
    summary_init(&s);
    for (uint64_t i = 0; i < 100; i++)
        tell(&s, i, ERROR_NONE, 0, "");
    s.from_journal = 90;
    assert_printed(&s, 1000 * MS,
                   "100 items, 90 of them from the journal: 100 succeeded, 0 failed in 1.00 s "
                   "(10 results/s)\n");
}

static void a_group_names_its_five_lowest_items_in_whatever_order_they_come(void **state)
{
    (void)state;
    static const uint64_t order[] = {50, 3, 40, 7, 7000, 2, 60, 1};
    struct summary s;
    summary_init(&s);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        tell(&s, order[i], ERROR_API_TIMEOUT, 0, order[i] == 1 ? "lowest" : "other");
    assert_printed(&s, 61000 * MS,
                   "8 items: 0 succeeded, 8 failed in 1 m 01 s (0.1 results/s)\n"
                   "  API_TIMEOUT: 8 (items 1, 2, 3, 7, 40, ...), \"lowest\"\n");
}

static void groups_beyond_the_limit_are_summed(void **state)
{
    (void)state;
    struct summary s;
    summary_init(&s);
    for (unsigned i = 0; i < SUMMARY_GROUPS + 10; i++)
        tell(&s, i, ERROR_API_REQUEST_FAILED, 400 + i, "x");
    assert_int_equal(s.group_count, SUMMARY_GROUPS);
    assert_int_equal(s.other, 10);
    tell(&s, 100, ERROR_API_REQUEST_FAILED, 400, "x");
    assert_int_equal(s.groups[0].count, 2);
}

static void no_items_is_no_rate(void **state)
{
    (void)state;
    struct summary s;
    summary_init(&s);
    assert_printed(&s, 0, "0 items: 0 succeeded, 0 failed in 0.00 s\n");
}

static void messages_are_harmless_and_without_secrets(void **state)
{
    (void)state;
    struct summary s;
    summary_init(&s);
    log_add_secret("hunter22");
    tell(&s, 0, ERROR_API_REQUEST_FAILED, 0, "\033[2Jno \xc2\x9b\n hunter22");
    assert_printed(
        &s, 100 * MS,
        "1 item: 0 succeeded, 1 failed in 0.10 s (10 results/s)\n"
        "  API_REQUEST_FAILED: 1 (item 0), \"\\u001b[2Jno \\u009b\\u000a ********\"\n");
    log_forget_secrets();
}

static void a_long_message_is_cut_between_characters_and_shows_no_part_of_a_secret(void **state)
{
    (void)state;
    for (size_t lead = SUMMARY_MESSAGE - 30; lead < SUMMARY_MESSAGE; lead++) {
        struct summary s;
        char text[1024] = "";
        summary_init(&s);
        log_add_secret("hunter22-hunter22");
        for (size_t i = 0; i < lead; i++)
            text[i] = '.';
        snprintf(text + lead, sizeof text - lead, "hunter22-hunter22\xe2\x82\xac\xe2\x82\xac");
        tell(&s, 0, ERROR_API_REQUEST_FAILED, 0, text);
        assert_null(strstr(s.groups[0].message, "hun"));
        assert_true(utf8_is(s.groups[0].message, strlen(s.groups[0].message)));
        log_forget_secrets();
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_grouped_and_the_largest_group_comes_first),
        cmocka_unit_test(cancelled_items_are_counted_apart),
        cmocka_unit_test(what_a_journal_answered_is_told_and_is_no_speed),
        cmocka_unit_test(a_group_names_its_five_lowest_items_in_whatever_order_they_come),
        cmocka_unit_test(groups_beyond_the_limit_are_summed),
        cmocka_unit_test(no_items_is_no_rate),
        cmocka_unit_test(messages_are_harmless_and_without_secrets),
        cmocka_unit_test(
            a_long_message_is_cut_between_characters_and_shows_no_part_of_a_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
