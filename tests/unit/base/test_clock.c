/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_virtual_clock_moves_when_told(void **unused)
{
    (void)unused;
    struct clock clock = clock_virtual(100);
    assert_int_equal(clock_now(&clock), 100);
    assert_int_equal(clock_now(&clock), 100);
    clock_advance_to(&clock, 250);
    assert_int_equal(clock_now(&clock), 250);
}

static void a_virtual_clock_never_runs_backwards(void **unused)
{
    (void)unused;
    struct clock clock = clock_virtual(100);
    clock_advance_to(&clock, 99);
    assert_int_equal(clock_now(&clock), 100);
}

static void the_real_clock_never_runs_backwards(void **unused)
{
    (void)unused;
    struct clock clock = clock_real();
    uint64_t before = clock_now(&clock);
    for (int i = 0; i < 1000; i++) {
        uint64_t now = clock_now(&clock);
        assert_true(now >= before && now - before < 60 * NS_PER_S);
        before = now;
    }
}

static void the_calendar_is_past_2020(void **unused)
{
    (void)unused;
    assert_true(clock_wall_seconds() > 1577836800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_virtual_clock_moves_when_told),
        cmocka_unit_test(a_virtual_clock_never_runs_backwards),
        cmocka_unit_test(the_real_clock_never_runs_backwards),
        cmocka_unit_test(the_calendar_is_past_2020),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
