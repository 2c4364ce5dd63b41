/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "unit/plugins/under_test.h"

static struct ovrmnd_verdict decide(struct under_test *t, uint64_t now_ns, uint32_t number)
{
    struct ovrmnd_attempt attempt = {.size = sizeof attempt, .number = number, .cost = 1};
    struct ovrmnd_outcome outcome = {.size = sizeof outcome, .status = 503};
    return t->instance.retry->decide(t->instance.self, now_ns, &attempt, &outcome);
}

static void none_never_tries_again(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "none");
    assert_int_equal(decide(&t, 5, 1).action, OVRMND_GIVE_UP);
    under_test_close(&t);
}

static void fixed_gives_so_many_further_attempts(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "fixed:attempts=2,delay=250ms");
    assert_int_equal(decide(&t, 1000, 1).action, OVRMND_AGAIN);
    assert_int_equal(decide(&t, 1000, 1).at_ns, 1000 + 250 * NS_PER_MS);
    assert_int_equal(decide(&t, 1000, 2).action, OVRMND_AGAIN);
    assert_int_equal(decide(&t, 1000, 3).action, OVRMND_GIVE_UP);
    under_test_close(&t);
}

static void fixed_gives_three_a_second_apart_unless_told(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "fixed");
    assert_int_equal(decide(&t, 7, 3).at_ns, 7 + NS_PER_S);
    assert_int_equal(decide(&t, 7, 4).action, OVRMND_GIVE_UP);
    under_test_close(&t);
}

static void fixed_with_no_attempts_gives_up_at_once(void **state)
{
    (void)state;
    struct under_test t;
    under_test_open(&t, "retry", "fixed:attempts=0");
    assert_int_equal(decide(&t, 7, 1).action, OVRMND_GIVE_UP);
    under_test_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_never_tries_again),
        cmocka_unit_test(fixed_gives_so_many_further_attempts),
        cmocka_unit_test(fixed_gives_three_a_second_apart_unless_told),
        cmocka_unit_test(fixed_with_no_attempts_gives_up_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
