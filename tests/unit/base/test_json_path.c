/* SPDX-License-Identifier: MIT */
#include "base/json_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_rename_stays_in_the_elements_that_both_paths_name(void **unused)
{
    (void)unused;
    assert_int_equal(json_path_shared("a", "b.c"), 0);
    assert_int_equal(json_path_shared("a[*].b", "a[*].c.d"), 2);
    assert_int_equal(json_path_shared("[*].a[*].b", "[*].a[*].c"), 3);
    assert_int_equal(json_path_shared("a.0[*].b", "a[0][*].c"), 3);
    assert_int_equal(json_path_shared("a[*].b", "x[*].b"), -1);
    assert_int_equal(json_path_shared("a[*].b", "b"), -1);
    assert_int_equal(json_path_shared("a.b", "a[*].b"), -1);
}

static void a_rename_needs_a_name_after_the_elements(void **unused)
{
    (void)unused;
    assert_int_equal(json_path_shared("a[*]", "a[*].b"), -1);
    assert_int_equal(json_path_shared("a[*].b", "a[*]"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rename_stays_in_the_elements_that_both_paths_name),
        cmocka_unit_test(a_rename_needs_a_name_after_the_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
