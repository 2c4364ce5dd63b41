/* SPDX-License-Identifier: MIT */
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_second_reads_the_same_in_every_form(void **unused)
{
    (void)unused;
    char text[CALENDAR_TEXT];
    assert_string_equal(calendar_iso(1709210096, text), "2024-02-29T12:34:56Z");
    assert_string_equal(calendar_plain(1709210096, text), "2024-02-29 12:34:56 UTC");
    assert_string_equal(calendar_iso_ms(1709210096007, text), "2024-02-29T12:34:56.007Z");
}

static void time_begins_in_1970_and_was_there_before(void **unused)
{
    (void)unused;
    char text[CALENDAR_TEXT];
    assert_string_equal(calendar_iso(0, text), "1970-01-01T00:00:00Z");
    assert_string_equal(calendar_iso_ms(0, text), "1970-01-01T00:00:00.000Z");
    assert_string_equal(calendar_iso_ms(-1, text), "1969-12-31T23:59:59.999Z");
    assert_string_equal(calendar_iso_ms(-1000, text), "1969-12-31T23:59:59.000Z");
}

static void a_time_without_a_year_is_a_question_mark(void **unused)
{
    (void)unused;
    char text[CALENDAR_TEXT];
    assert_string_equal(calendar_iso(INT64_MAX, text), "?");
    assert_string_equal(calendar_plain(INT64_MIN, text), "?");
    assert_string_equal(calendar_iso(INT64_C(1) << 55, text), "1141709097-06-13T06:26:08Z");
    calendar_iso_ms(INT64_MAX, text);
    calendar_iso_ms(INT64_MIN, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_reads_the_same_in_every_form),
        cmocka_unit_test(time_begins_in_1970_and_was_there_before),
        cmocka_unit_test(a_time_without_a_year_is_a_question_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
