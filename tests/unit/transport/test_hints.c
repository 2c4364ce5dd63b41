/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "transport/hints.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW  (5 * NS_PER_S)
#define WALL 1700000000 /* Tue, 14 Nov 2023 22:13:20 GMT */

static void json_is_told_by_its_media_type(void **state)
{
    (void)state;
    assert_true(hints_json("application/json"));
    assert_true(hints_json("Application/JSON; charset=utf-8"));
    assert_true(hints_json(" application/problem+json;x=y"));
    assert_true(hints_json("application/vnd.api+JSON"));
    assert_false(hints_json("text/html; application/json"));
    assert_false(hints_json("application/jsonp"));
    assert_false(hints_json("application/json-seq"));
    assert_false(hints_json("+json"));
    assert_false(hints_json(""));
    assert_false(hints_json(NULL));
}

static uint64_t later(const char *value, const char *date)
{
    uint64_t at = 1;
    assert_true(hints_retry_after(value, date, WALL, NOW, &at));
    return at;
}

static void seconds_count_from_now(void **state)
{
    (void)state;
    assert_int_equal(later("0", NULL), NOW);
    assert_int_equal(later("7", NULL), NOW + 7 * NS_PER_S);
    assert_int_equal(later(" 86400 ", NULL), NOW + 86400 * NS_PER_S);
}

static void seconds_beyond_the_clock_saturate(void **state)
{
    (void)state;
    assert_true(later("99999999999", NULL) == UINT64_MAX);
    assert_true(later("18446744073709551615", NULL) == UINT64_MAX);
    assert_true(later("99999999999999999999999999999999", NULL) == UINT64_MAX);
    assert_true(later("18446744069", NULL) == UINT64_MAX);
}

static void a_date_is_measured_against_the_response_s_own(void **state)
{
    (void)state;
    assert_int_equal(later("Fri, 01 Jan 1999 00:01:00 GMT", "Fri, 01 Jan 1999 00:00:00 GMT"),
                     NOW + 60 * NS_PER_S);
}

static void a_date_without_another_is_measured_against_the_wall_clock(void **state)
{
    (void)state;
    const char *value = "Tue, 14 Nov 2023 22:13:30 GMT";
    assert_int_equal(later(value, NULL), NOW + 10 * NS_PER_S);
    assert_int_equal(later(value, "yesterday"), NOW + 10 * NS_PER_S);
    assert_int_equal(later("Tuesday, 14-Nov-23 22:13:30 GMT", NULL), NOW + 10 * NS_PER_S);
    assert_int_equal(later("Tue Nov 14 22:13:30 2023", NULL), NOW + 10 * NS_PER_S);
}

static void a_date_that_is_past_means_now(void **state)
{
    (void)state;
    assert_int_equal(later("Tue, 14 Nov 2023 22:13:19 GMT", NULL), NOW);
}

static void a_date_beyond_the_clock_saturates(void **state)
{
    (void)state;
    assert_true(later("Fri, 31 Dec 9999 23:59:59 GMT", NULL) == UINT64_MAX);
}

static void garbage_is_ignored(void **state)
{
    (void)state;
    static const char *const garbage[] = {"",
                                          " ",
                                          "-1",
                                          "+5",
                                          "1.5",
                                          "5s",
                                          "5 6",
                                          "soon",
                                          "Tue",
                                          "Tue, 99 Foo 2023 77:99:00 GMT",
                                          "20231114 22:13:30"};
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        uint64_t at = 1;
        assert_false(hints_retry_after(garbage[i], NULL, WALL, NOW, &at));
        assert_int_equal(at, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_told_by_its_media_type),
        cmocka_unit_test(seconds_count_from_now),
        cmocka_unit_test(seconds_beyond_the_clock_saturate),
        cmocka_unit_test(a_date_is_measured_against_the_response_s_own),
        cmocka_unit_test(a_date_without_another_is_measured_against_the_wall_clock),
        cmocka_unit_test(a_date_that_is_past_means_now),
        cmocka_unit_test(a_date_beyond_the_clock_saturates),
        cmocka_unit_test(garbage_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
