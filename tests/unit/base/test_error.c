/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_code_has_its_name_and_status(void **unused)
{
    (void)unused;
    assert_string_equal(error_code_name(ERROR_NONE), "NONE");
    assert_string_equal(error_code_name(ERROR_USAGE), "USAGE");
    assert_string_equal(error_code_name(ERROR_UNKNOWN_ERROR), "UNKNOWN_ERROR");
    assert_int_equal(error_exit_status(ERROR_NONE), 0);
    assert_int_equal(error_exit_status(ERROR_INPUT_INVALID), 2);
    assert_int_equal(error_exit_status(ERROR_CONFIG_INVALID), 3);
    assert_int_equal(error_exit_status(ERROR_PLUGIN_ERROR), 4);
    assert_int_equal(error_exit_status(ERROR_DEADLINE_EXCEEDED), 5);
}

static void setting_fills_all_and_answers_minus_one(void **unused)
{
    (void)unused;
    struct error err = {.help = "old"};
    assert_int_equal(error_set(&err, ERROR_USAGE, "unknown option %s", "--x"), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    assert_string_equal(err.message, "unknown option --x");
    assert_string_equal(err.help, "");
    assert_int_equal(error_help(&err, "did you mean %s?", "--y"), -1);
    assert_string_equal(err.help, "did you mean --y?");
    assert_int_equal(error_where(&err, "%s:%d", "f", 3), -1);
    assert_string_equal(err.message, "f:3: unknown option --x");
    assert_string_equal(err.help, "did you mean --y?");
    assert_int_equal(err.code, ERROR_USAGE);
}

static void nobody_has_to_want_the_error(void **unused)
{
    (void)unused;
    assert_int_equal(error_set(NULL, ERROR_USAGE, "x"), -1);
    assert_int_equal(error_help(NULL, "x"), -1);
    assert_int_equal(error_where(NULL, "x"), -1);
}

static void a_message_that_fits_is_whole(void **unused)
{
    (void)unused;
    struct error err;
    char text[sizeof err.message];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    error_set(&err, ERROR_USAGE, "%s", text);
    assert_string_equal(err.message, text);
}

static void a_long_one_is_cut_between_characters(void **unused)
{
    (void)unused;
    struct error err;
    char text[2 * sizeof err.message];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t at = shift; at + 4 < sizeof text; at += 4)
            memcpy(text + at, "\xF0\x9F\x98\x80", 5);
        error_set(&err, ERROR_USAGE, "%s", text);
        size_t length = strlen(err.message);
        assert_true(length < sizeof err.message && length > sizeof err.message - 8);
        assert_string_equal(err.message + length - 3, "...");
        assert_int_equal((length - 3 - shift) % 4, 0);
        assert_memory_equal(err.message, text, length - 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_name_and_status),
        cmocka_unit_test(setting_fills_all_and_answers_minus_one),
        cmocka_unit_test(nobody_has_to_want_the_error),
        cmocka_unit_test(a_message_that_fits_is_whole),
        cmocka_unit_test(a_long_one_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
