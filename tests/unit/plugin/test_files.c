/* SPDX-License-Identifier: MIT */
#include "plugin/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Two folders; in the first `pool` lies in the folder itself, in the second `bar`. */
static struct plugin_file items[] = {
    {.name = (char *)"bar", .kind = "progress", .folder = 0},
    {.name = (char *)"pool", .kind = NULL, .folder = 0},
    {.name = (char *)"pool", .kind = "scheduler", .folder = 1},
    {.name = (char *)"none", .kind = "retry", .folder = 1},
    {.name = (char *)"none", .kind = "progress", .folder = 1},
    {.name = (char *)"bar", .kind = NULL, .folder = 1},
};

static const struct plugin_files files = {items, sizeof items / sizeof *items};

static void
a_file_in_the_folder_itself_comes_before_those_of_its_name_in_later_ones(void **state)
{
    (void)state;
    assert_ptr_equal(plugin_files_shadow(&files, &items[2], "scheduler"), &items[1]);
}

static void the_same_name_of_another_kind_shadows_nothing(void **state)
{
    (void)state;
    assert_null(plugin_files_shadow(&files, &items[4], "progress"));
    assert_null(plugin_files_shadow(&files, &items[5], "scheduler"));
}

static void a_file_is_shadowed_by_what_it_turns_out_to_be(void **state)
{
    (void)state;
    assert_ptr_equal(plugin_files_shadow(&files, &items[5], "progress"), &items[0]);
    assert_null(plugin_files_shadow(&files, &items[5], NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_file_in_the_folder_itself_comes_before_those_of_its_name_in_later_ones),
        cmocka_unit_test(the_same_name_of_another_kind_shadows_nothing),
        cmocka_unit_test(a_file_is_shadowed_by_what_it_turns_out_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
