/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void duration(const char *text, int rc, uint64_t want)
{
    uint64_t ns = 77;
    assert_int_equal(units_duration(text, &ns), rc);
    assert_int_equal(ns, rc ? 77 : want);
}

static void durations_are_exact(void **unused)
{
    (void)unused;
    duration("200ms", 0, 200 * NS_PER_MS);
    duration("1.5s", 0, 1500 * NS_PER_MS);
    duration(".5s", 0, 500 * NS_PER_MS);
    duration("2m", 0, 120 * NS_PER_S);
    duration("1h", 0, 3600 * NS_PER_S);
    duration("7us", 0, 7000);
    duration("0.000000001s", 0, 1);
    duration("0", 0, 0);
    duration("0s", 0, 0);
}

static void what_is_no_duration_is_refused(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"",      "1",     "s",     "1.s",  "1..5s",
                                      "-1s",   "1 s",   "1S",    "1ss",  "+1s",
                                      "1e3ms", "0.1ns", "1.5ns", "0x1s", " 1s"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        duration(bad[i], -1, 0);
    duration("9223372036854775808ns", -1, 0);
    duration("1000000000h", -1, 0);
    duration("99999999999999999999999s", -1, 0);
}

static void rate(const char *text, uint64_t count, uint64_t per_ns)
{
    struct rate r = {0};
    assert_int_equal(units_rate(text, &r), count ? 0 : -1);
    assert_int_equal(r.count, count);
    assert_int_equal(r.per_ns, per_ns);
}

static void a_rate_keeps_the_time_as_written(void **unused)
{
    (void)unused;
    rate("20", 20, NS_PER_S);
    rate("100/s", 100, NS_PER_S);
    rate("600/m", 600, 60 * NS_PER_S);
    rate("5000/h", 5000, 3600 * NS_PER_S);
    rate("86400/d", 86400, 86400 * NS_PER_S);
    rate("5.0", 5, NS_PER_S);
}

static void a_fraction_of_a_rate_stretches_the_time(void **unused)
{
    (void)unused;
    rate("0.5", 1, 2 * NS_PER_S);
    rate("2.5/m", 5, 120 * NS_PER_S);
    rate("0.001", 1, 1000 * NS_PER_S);
}

static void what_is_no_rate_is_refused(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"",   "0",    "0/s",  "0.0",           "/s",
                                      "5/", "5/x",  "5/ms", "5 / s",         "5/s/s",
                                      "-5", "5qps", "1e3",  "0.000000001/d5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        rate(bad[i], 0, 0);
    rate("0.000000001/d", 0, 0);
}

static void size(const char *text, int rc, uint64_t want)
{
    uint64_t bytes = 77;
    assert_int_equal(units_size(text, &bytes), rc);
    assert_int_equal(bytes, rc ? 77 : want);
}

static void sizes_count_in_1024(void **unused)
{
    (void)unused;
    size("512", 0, 512);
    size("64K", 0, 65536);
    size("10M", 0, 10 << 20);
    size("1GiB", 0, 1 << 30);
    size("0.5K", 0, 512);
    size("0", 0, 0);
    size("", -1, 0);
    size("0.3K", -1, 0);
    size("10X", -1, 0);
    size("-1", -1, 0);
    size("9999999999G", -1, 0);
}

static void integers_are_whole_and_fit(void **unused)
{
    (void)unused;
    int64_t value = 7;
    assert_int_equal(units_integer("-12", &value), 0);
    assert_int_equal(value, -12);
    assert_int_equal(units_integer("-9223372036854775808", &value), 0);
    assert_true(value == INT64_MIN);
    static const char *const bad[] = {
        "", "-", "+1", "1.0", " 1", "1 ", "0x1", "--1", "9223372036854775808"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(units_integer(bad[i], &value), -1);
    assert_true(value == INT64_MIN);
}

static void numbers_are_finite_decimals(void **unused)
{
    (void)unused;
    double value = 7;
    assert_int_equal(units_number("1e-3", &value), 0);
    assert_true(value > 0.00099 && value < 0.00101);
    static const char *const bad[] = {"",     "e",   "nan", "inf",  "1e999",
                                      "0x10", "1,5", "1 ",  "1.2.3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(units_number(bad[i], &value), -1);
    assert_true(value < 0.002);
}

static void yes_and_no_have_three_words_each(void **unused)
{
    (void)unused;
    static const char *const yes[] = {"true", "yes", "ON"}, *const no[] = {"false", "No",
                                                                           "off"};
    int value;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(units_bool(yes[i], &value), 0);
        assert_int_equal(value, 1);
        assert_int_equal(units_bool(no[i], &value), 0);
        assert_int_equal(value, 0);
    }
    assert_int_equal(units_bool("1", &value), -1);
    assert_int_equal(units_bool("", &value), -1);
}

static void durations_read_as_people_say_them(void **unused)
{
    (void)unused;
    char text[UNITS_TEXT];
    assert_string_equal(units_duration_text(0, text), "0 us");
    assert_string_equal(units_duration_text(999999, text), "999 us");
    assert_string_equal(units_duration_text(350 * NS_PER_MS, text), "350 ms");
    assert_string_equal(units_duration_text(1250 * NS_PER_MS, text), "1.25 s");
    assert_string_equal(units_duration_text(59999 * NS_PER_MS, text), "59.99 s");
    assert_string_equal(units_duration_text(125 * NS_PER_S, text), "2 m 05 s");
    assert_string_equal(units_duration_text(3725 * NS_PER_S, text), "1 h 02 m");
    assert_string_equal(units_duration_text(UINT64_MAX, text), "5124095 h 34 m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_exact),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(a_rate_keeps_the_time_as_written),
        cmocka_unit_test(a_fraction_of_a_rate_stretches_the_time),
        cmocka_unit_test(what_is_no_rate_is_refused),
        cmocka_unit_test(sizes_count_in_1024),
        cmocka_unit_test(integers_are_whole_and_fit),
        cmocka_unit_test(numbers_are_finite_decimals),
        cmocka_unit_test(yes_and_no_have_three_words_each),
        cmocka_unit_test(durations_read_as_people_say_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
