/* SPDX-License-Identifier: MIT */

/* Ordinals: equal requests are numbered as they come, and others never disturb them. */

#include "journal/ordinals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint64_t next(struct ordinals *ordinals, uint64_t request)
{
    struct fingerprint f = {{0}};
    uint64_t ordinal = UINT64_MAX, mixed = (request + 1) * UINT64_C(0x9e3779b97f4a7c15);
    struct error err;
    memcpy(f.bytes, &mixed, sizeof mixed);
    assert_int_equal(ordinals->next(ordinals, &f, &ordinal, &err), 0);
    return ordinal;
}

static void equal_requests_are_numbered_as_they_come(void **state)
{
    (void)state;
    struct ordinals *ordinals = ordinals_new();
    assert_int_equal(next(ordinals, 1), 0);
    assert_int_equal(next(ordinals, 2), 0);
    assert_int_equal(next(ordinals, 1), 1);
    ordinals_free(ordinals);
}

static void thousands_of_requests_are_kept_apart(void **state)
{
    (void)state;
    struct ordinals *ordinals = ordinals_new();
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 5000; i++)
            assert_int_equal(next(ordinals, i), round);
    ordinals_free(ordinals);
}

/* More than stay in memory, and those that went to the file come again among new ones. */
static void a_long_batch_is_numbered_as_a_short_one(void **state)
{
    (void)state;
    struct ordinals *ordinals = ordinals_new();
    for (unsigned i = 0; i < 250000; i++)
        assert_int_equal(next(ordinals, i), 0);
    for (unsigned i = 0; i < 250000; i += 50) {
        assert_int_equal(next(ordinals, i), 1);
        assert_int_equal(next(ordinals, 250000 + i), 0);
        assert_int_equal(next(ordinals, i), 2);
    }
    ordinals_free(ordinals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_requests_are_numbered_as_they_come),
        cmocka_unit_test(thousands_of_requests_are_kept_apart),
        cmocka_unit_test(a_long_batch_is_numbered_as_a_short_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
