/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void it_is_splitmix64(void **unused)
{
    (void)unused;
    /* The reference answers of the published generator for the state 1234567. */
    static const uint64_t want[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct random r = {1234567};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_true(random_u64(&r) == want[i]);
}

static void a_seed_means_the_same_for_ever(void **unused)
{
    (void)unused;
    struct random r = random_seeded(1), s = random_split(&r, 1);
    assert_true(random_u64(&r) == UINT64_C(6791897765849424158));
    assert_true(random_u64(&s) == UINT64_C(16294208416658607535));
    struct random zero = random_seeded(0);
    assert_true(random_u64(&zero) == UINT64_C(12035550249420947055));
}

static void streams_differ_and_leave_the_parent_alone(void **unused)
{
    (void)unused;
    struct random parent = random_seeded(5), same = parent;
    struct random a = random_split(&parent, 0), b = random_split(&parent, 1);
    struct random again = random_split(&parent, 0);
    assert_true(parent.state == same.state);
    assert_true(a.state == again.state);
    assert_true(random_u64(&a) != random_u64(&b));
    assert_true(random_u64(&a) != random_u64(&parent));
}

static void below_stays_below_and_reaches_all(void **unused)
{
    (void)unused;
    struct random r = random_seeded(3);
    static const uint64_t bounds[] = {1, 2, 3, 10, UINT64_C(1) << 63, UINT64_MAX};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        for (int n = 0; n < 1000; n++)
            assert_true(random_below(&r, bounds[i]) < bounds[i]);
    unsigned hits[6] = {0};
    for (int n = 0; n < 60000; n++)
        hits[random_below(&r, 6)]++;
    for (int i = 0; i < 6; i++)
        assert_in_range(hits[i], 9500, 10500);
}

static void below_is_fair_where_a_remainder_is_not(void **unused)
{
    (void)unused;
    /* Of 2^64 numbers, a plain remainder by 3 * 2^62 would fall below 2^62 half the time. */
    struct random r = random_seeded(4);
    unsigned low = 0;
    for (int n = 0; n < 30000; n++)
        low += random_below(&r, UINT64_C(3) << 62) < UINT64_C(1) << 62;
    assert_in_range(low, 9500, 10500);
}

static void system_seeds_differ(void **unused)
{
    (void)unused;
    assert_true(random_system_seed() != random_system_seed());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_splitmix64),
        cmocka_unit_test(a_seed_means_the_same_for_ever),
        cmocka_unit_test(streams_differ_and_leave_the_parent_alone),
        cmocka_unit_test(below_stays_below_and_reaches_all),
        cmocka_unit_test(below_is_fair_where_a_remainder_is_not),
        cmocka_unit_test(system_seeds_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
