/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void zero_is_a_buffer_ready_to_use(void **unused)
{
    (void)unused;
    struct buffer b = {0};
    assert_string_equal(buffer_text(&b), "");
    assert_int_equal(buffer_append_text(&b, "ab"), 0);
    assert_int_equal(buffer_append_char(&b, 'c'), 0);
    assert_int_equal(buffer_append_slice(&b, slice_of("de")), 0);
    assert_int_equal(buffer_append_format(&b, "%d%s", 12, "x"), 0);
    assert_string_equal(buffer_text(&b), "abcde12x");
    buffer_free(&b);
    assert_null(b.data);
}

static void appending_nothing_is_no_use_of_memory_that_is_not_there(void **unused)
{
    (void)unused;
    struct buffer b = {0};
    assert_int_equal(buffer_append(&b, NULL, 0), 0);
    assert_int_equal(buffer_append_slice(&b, (struct slice){0}), 0);
    assert_int_equal(b.length, 0);
    buffer_free(&b);
}

static void beyond_the_limit_nothing_changes(void **unused)
{
    (void)unused;
    struct buffer b = {.limit = 5};
    assert_int_equal(buffer_append_text(&b, "abc"), 0);
    assert_int_equal(buffer_append_text(&b, "def"), -1);
    assert_int_equal(buffer_append_format(&b, "%s", "def"), -1);
    assert_null(buffer_reserve(&b, SIZE_MAX));
    assert_string_equal(buffer_text(&b), "abc");
    assert_int_equal(buffer_append_text(&b, "de"), 0);
    assert_int_equal(buffer_append_char(&b, 'f'), -1);
    b.limit = 3;
    assert_int_equal(buffer_append_char(&b, 'f'), -1);
    assert_string_equal(buffer_text(&b), "abcde");
    buffer_free(&b);
}

static void it_grows_past_its_first_memory(void **unused)
{
    (void)unused;
    struct buffer b = {0};
    for (int i = 0; i < 10000; i++)
        buffer_append_char(&b, (char)('a' + i % 26));
    assert_int_equal(b.length, 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(b.data[i], 'a' + i % 26);
    buffer_free(&b);
}

static void numbers_are_written_in_full(void **unused)
{
    (void)unused;
    struct buffer b = {0};
    buffer_append_u64(&b, 0);
    buffer_append_char(&b, ' ');
    buffer_append_u64(&b, UINT64_MAX);
    assert_string_equal(buffer_text(&b), "0 18446744073709551615");
    buffer_free(&b);
}

static void consuming_takes_from_the_front(void **unused)
{
    (void)unused;
    struct buffer b = {0};
    buffer_append_text(&b, "abcdef");
    buffer_consume(&b, 2);
    assert_string_equal(buffer_text(&b), "cdef");
    buffer_consume(&b, 4);
    assert_string_equal(buffer_text(&b), "");
    buffer_free(&b);
}

static void reset_keeps_the_memory_and_trim_gives_back_much(void **unused)
{
    (void)unused;
    struct buffer b = {0};
    buffer_append_text(&b, "abc");
    char *memory = b.data;
    buffer_reset(&b);
    assert_ptr_equal(b.data, memory);
    buffer_trim(&b, 1 << 20);
    assert_ptr_equal(b.data, memory);
    buffer_trim(&b, 16);
    assert_null(b.data);
    assert_int_equal(b.length, 0);
    buffer_append_text(&b, "again");
    assert_string_equal(buffer_text(&b), "again");
    buffer_free(&b);
}

static void slices_compare_by_content(void **unused)
{
    (void)unused;
    assert_true(slice_equal(slice_of("ab"), (struct slice){"abc", 2}));
    assert_false(slice_equal(slice_of("ab"), slice_of("ac")));
    assert_false(slice_equal(slice_of("ab"), slice_of("abc")));
    assert_true(slice_equal(slice_of(NULL), slice_of("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_is_a_buffer_ready_to_use),
        cmocka_unit_test(appending_nothing_is_no_use_of_memory_that_is_not_there),
        cmocka_unit_test(beyond_the_limit_nothing_changes),
        cmocka_unit_test(it_grows_past_its_first_memory),
        cmocka_unit_test(numbers_are_written_in_full),
        cmocka_unit_test(consuming_takes_from_the_front),
        cmocka_unit_test(reset_keeps_the_memory_and_trim_gives_back_much),
        cmocka_unit_test(slices_compare_by_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
