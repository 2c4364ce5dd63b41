/* SPDX-License-Identifier: MIT */
#include "base/name_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_table_that_was_never_begun_has_no_names(void **state)
{
    (void)state;
    struct name_table table = {0};
    assert_null(name_table_find(&table, slice_of("a")));
    name_table_trim(&table, 0);
    name_table_free(&table);
}

static void a_name_keeps_its_first_number_until_that_is_changed(void **state)
{
    (void)state;
    struct name_table table = {0};
    name_table_begin(&table, 2);
    assert_int_equal(*name_table_put(&table, slice_of("a"), 7), 7);
    assert_int_equal(*name_table_put(&table, slice_of("a"), 8), 7);
    *name_table_find(&table, slice_of("a")) = 9;
    assert_int_equal(*name_table_put(&table, slice_of("a"), 8), 9);
    assert_int_equal(*name_table_put(&table, slice_of(""), 1), 1);
    assert_int_equal(*name_table_find(&table, slice_of("")), 1);
    assert_null(name_table_find(&table, slice_of("b")));
    name_table_free(&table);
}

static void names_of_every_length_are_told_apart(void **state)
{
    (void)state;
    static char text[64];
    struct name_table table = {0};
    memset(text, 'x', sizeof text);
    name_table_begin(&table, 4); /* it grows on the way */
    for (size_t i = 0; i < sizeof text; i++)
        assert_int_equal(*name_table_put(&table, (struct slice){text, i}, i), i);
    for (size_t i = 0; i < sizeof text; i++)
        assert_int_equal(*name_table_find(&table, (struct slice){text, i}), i);
    name_table_free(&table);
}

static void it_grows_and_is_used_again_without_what_was_there(void **state)
{
    (void)state;
    enum { NAMES = 20000 };
    char(*names)[8] = calloc(NAMES, sizeof *names);
    struct name_table table = {0};
    for (int round = 0; round < 2; round++) {
        name_table_begin(&table, 3);
        for (size_t i = 0; i < NAMES; i++) {
            snprintf(names[i], sizeof *names, "%zu", i);
            assert_null(name_table_find(&table, slice_of(names[i])));
            name_table_put(&table, slice_of(names[i]), i);
        }
        for (size_t i = 0; i < NAMES; i++)
            assert_int_equal(*name_table_find(&table, slice_of(names[i])), i);
    }
    name_table_trim(&table, NAMES * 8);
    assert_int_not_equal(table.room, 0);
    name_table_trim(&table, 100);
    assert_int_equal(table.room, 0);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_that_was_never_begun_has_no_names),
        cmocka_unit_test(a_name_keeps_its_first_number_until_that_is_changed),
        cmocka_unit_test(names_of_every_length_are_told_apart),
        cmocka_unit_test(it_grows_and_is_used_again_without_what_was_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
