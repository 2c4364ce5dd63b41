/* SPDX-License-Identifier: MIT */

/* A text becomes words as in a shell. */

#include "cli/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_words(const char *text, const char *wanted)
{
    struct words words;
    struct error err;
    char joined[256] = "";
    assert_int_equal(words_split(text, &words, &err), 0);
    for (int i = 0; i < words.count; i++) {
        strcat(joined, "[");
        strcat(joined, words.items[i]);
        strcat(joined, "]");
    }
    assert_string_equal(joined, wanted);
    words_free(&words);
}

static void white_space_parts_words(void **state)
{
    (void)state;
    assert_words("", "");
    assert_words("  \t\n", "");
    assert_words(" --a  b\tc ", "[--a][b][c]");
}

static void quotes_hold_words_together(void **state)
{
    (void)state;
    assert_words("a 'b c' d", "[a][b c][d]");
    assert_words("a=\"b 'c'\"d", "[a=b 'c'd]");
    assert_words("'' \"\"", "[][]");
}

static void a_backslash_takes_the_next_character(void **state)
{
    (void)state;
    assert_words("a\\ b \\\"c \"\\\"\" '\\'", "[a b][\"c][\"][\\]");
    assert_words("a\\", "[a\\]");
}

static void an_open_quote_is_refused(void **state)
{
    (void)state;
    struct words words;
    struct error err;
    assert_int_equal(words_split("a 'b", &words, &err), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    assert_int_equal(words_split("a b\"", &words, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_parts_words),
        cmocka_unit_test(quotes_hold_words_together),
        cmocka_unit_test(a_backslash_takes_the_next_character),
        cmocka_unit_test(an_open_quote_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
