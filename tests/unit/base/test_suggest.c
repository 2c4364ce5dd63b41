/* SPDX-License-Identifier: MIT */
#include "base/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"concurrency", NULL,      "rate-limit",
                                    "retry",       "retries", "output"};

static const char *nearest(const char *word)
{
    return suggest_nearest(word, names, sizeof names / sizeof *names);
}

static void slips_of_the_finger_are_understood(void **unused)
{
    (void)unused;
    assert_string_equal(nearest("concurency"), "concurrency");
    assert_string_equal(nearest("ouptut"), "output");
    assert_string_equal(nearest("rate_limit"), "rate-limit");
    assert_string_equal(nearest("retrys"), "retry");
    assert_string_equal(nearest("output"), "output");
}

static void another_word_is_not_a_slip(void **unused)
{
    (void)unused;
    assert_null(nearest("frobnicate"));
    assert_null(nearest("put"));
    assert_null(nearest(""));
    assert_null(suggest_nearest("x", names, 0));
}

static void a_swap_of_neighbours_is_one_slip(void **unused)
{
    (void)unused;
    static const char *const two[] = {"ab"};
    assert_string_equal(suggest_nearest("ba", two, 1), "ab");
    assert_null(suggest_nearest("xy", two, 1));
}

static void endless_words_are_nobodys_slip(void **unused)
{
    (void)unused;
    char word[4096];
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(nearest(word));
    const char *const list[] = {word, "aa"};
    assert_string_equal(suggest_nearest("ab", list, 2), "aa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_of_the_finger_are_understood),
        cmocka_unit_test(another_word_is_not_a_slip),
        cmocka_unit_test(a_swap_of_neighbours_is_one_slip),
        cmocka_unit_test(endless_words_are_nobodys_slip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
