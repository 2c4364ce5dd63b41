/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void new_memory_is_zero(void **unused)
{
    (void)unused;
    unsigned char *p = memory_new(100, 3);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(p[i], 0);
    free(p);
    p = memory_new(0, 8);
    assert_non_null(p);
    free(p);
}

static void growing_keeps_what_was_there(void **unused)
{
    (void)unused;
    uint64_t *p = memory_grow(NULL, 1, sizeof *p);
    p[0] = 42;
    p = memory_grow(p, 1000, sizeof *p);
    assert_int_equal(p[0], 42);
    free(p);
}

static void copies_end_with_nul(void **unused)
{
    (void)unused;
    assert_null(memory_copy(NULL));
    char *a = memory_copy("abc"), *b = memory_copy_n("abcdef", 2),
         *c = memory_format("%d-%s", 1, "x");
    assert_string_equal(a, "abc");
    assert_string_equal(b, "ab");
    assert_string_equal(c, "1-x");
    free(a);
    free(b);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero),
        cmocka_unit_test(growing_keeps_what_was_there),
        cmocka_unit_test(copies_end_with_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
