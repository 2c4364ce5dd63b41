/* SPDX-License-Identifier: MIT */

/* Which is faster: known numbers. How often the answer is wrong is in tests/property. */

#include "base/random.h"
#include "bench/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double got, double wanted, double error)
{
    if (fabs(got - wanted) > error)
        fail_msg("%.6f is not %.6f", got, wanted);
}

/* ---- the parts ---- */

static void means_and_medians_of_known_numbers(void **state)
{
    (void)state;
    assert_near(statistics_geometric_mean((const double[]){1, 10, 100}, 3), 10, 1e-9);
    assert_near(statistics_geometric_mean((const double[]){3, 0}, 2), 0, 0);
    assert_near(statistics_geometric_mean(NULL, 0), 0, 0);
    assert_near(statistics_median((const double[]){9, 1, 5}, 3), 5, 0);
    assert_near(statistics_median((const double[]){9, 1, 5, 7}, 4), 6, 0);
    assert_near(statistics_median(NULL, 0), 0, 0);
}

/* From any table. */
static void student_and_normal_are_those_of_the_tables(void **state)
{
    (void)state;
    assert_near(statistics_normal_share(0), 0.5, 1e-12);
    assert_near(statistics_normal_share(1.959964), 0.975, 1e-6);
    assert_near(statistics_normal_share(-1.644854), 0.05, 1e-6);
    assert_near(statistics_student_quantile(0.975, 4), 2.776445, 1e-5);
    assert_near(statistics_student_quantile(0.975, 9), 2.262157, 1e-5);
    assert_near(statistics_student_quantile(0.975, 30), 2.042272, 1e-5);
    assert_near(statistics_student_quantile(0.025, 9), -2.262157, 1e-5);
}

/* ---- the comparison ---- */

static void fill(double *values, size_t count, double value)
{
    for (size_t i = 0; i < count; i++)
        values[i] = value;
}

static void a_constant_ratio_is_told_exactly(void **state)
{
    (void)state;
    double first[10], second[10];
    fill(first, 10, 20);
    fill(second, 10, 200);
    struct comparison c = statistics_compare(first, second, 10, 1);
    assert_int_equal(c.verdict, VERDICT_FASTER);
    assert_near(c.ratio, 10, 1e-9);
    assert_near(c.low, 10, 1e-9);
    assert_near(c.high, 10, 1e-9);
    c = statistics_compare(second, first, 10, 1);
    assert_int_equal(c.verdict, VERDICT_SLOWER);
    assert_near(c.ratio, 0.1, 1e-9);
}

static void what_slows_a_whole_round_down_does_not_matter(void **state)
{
    (void)state;
    double first[8], second[8];
    for (size_t i = 0; i < 8; i++) {
        first[i] = i % 2 ? 1 : 100;
        second[i] = first[i] * 1.1;
    }
    struct comparison c = statistics_compare(first, second, 8, 1);
    assert_int_equal(c.verdict, VERDICT_FASTER);
    assert_near(c.low, 1.1, 1e-9);
}

static void the_same_against_itself_is_no_difference(void **state)
{
    (void)state;
    const double speeds[] = {19, 20, 21, 20.5, 18, 22, 20};
    struct comparison c = statistics_compare(speeds, speeds, 7, 1);
    assert_int_equal(c.verdict, VERDICT_NO_DIFFERENCE);
    assert_near(c.ratio, 1, 0);
    assert_near(c.chance, 1, 0);
}

static void a_thousandth_is_no_difference(void **state)
{
    (void)state;
    double first[20], second[20];
    fill(first, 20, 1000);
    fill(second, 20, 1000.5);
    assert_int_equal(statistics_compare(first, second, 20, 1).verdict, VERDICT_NO_DIFFERENCE);
    fill(second, 20, 1002);
    assert_int_equal(statistics_compare(first, second, 20, 1).verdict, VERDICT_FASTER);
}

static void few_rounds_say_nothing(void **state)
{
    (void)state;
    double first[6], second[6];
    fill(first, 6, 1);
    fill(second, 6, 100);
    assert_int_equal(statistics_compare(first, second, 0, 1).verdict, VERDICT_TOO_FEW);
    struct comparison c = statistics_compare(first, second, 5, 1);
    assert_int_equal(c.verdict, VERDICT_TOO_FEW);
    assert_near(c.ratio, 100, 1e-6);
    assert_near(c.low, 0, 0);
    assert_int_equal(statistics_compare(first, second, 6, 1).verdict, VERDICT_FASTER);
}

static void a_round_in_which_nothing_was_done_has_no_ratio(void **state)
{
    (void)state;
    double first[6], second[6];
    fill(first, 6, 1);
    fill(second, 6, 2);
    second[3] = 0;
    struct comparison c = statistics_compare(first, second, 6, 1);
    assert_int_equal(c.verdict, VERDICT_NOTHING_DONE);
    assert_near(c.ratio, 0, 0);
}

/* Seven rounds, of which one went the other way. Of the 128 ways to turn them over, those with
 * at most one against the others are as far off: 2 x (1 + 7). */
static void chance_counts_the_ways_to_turn_rounds_over(void **state)
{
    (void)state;
    double first[7], second[7];
    fill(first, 7, 1);
    fill(second, 7, 2);
    assert_near(statistics_compare(first, second, 7, 1).chance, 2.0 / 128, 1e-12);
    second[3] = 0.5;
    struct comparison c = statistics_compare(first, second, 7, 1);
    assert_near(c.chance, 16.0 / 128, 1e-12);
    assert_int_equal(c.verdict, VERDICT_NO_DIFFERENCE);
}

/* Of six rounds one goes a little the other way. The interval leaves out 1; but of the 64 ways
 * to turn rounds over, 4 are as far off. */
static void what_chance_does_too_often_is_no_difference(void **state)
{
    (void)state;
    const double first[] = {1, 1, 1, 1, 1, 1}, second[] = {2, 2, 2, 2, 2, 0.758};
    struct comparison c = statistics_compare(first, second, 6, 1);
    assert_true(c.low > 1);
    assert_near(c.chance, 4.0 / 64, 1e-12);
    assert_int_equal(c.verdict, VERDICT_NO_DIFFERENCE);
}

static void the_same_seed_gives_the_same_interval(void **state)
{
    (void)state;
    const double first[] = {1, 1.1, 0.9, 1, 1.2, 0.8, 1, 1},
                 second[] = {2, 2.5, 1.9, 2.2, 2, 2.1, 2.4, 2};
    struct comparison a = statistics_compare(first, second, 8, 7);
    struct comparison b = statistics_compare(first, second, 8, 7);
    assert_memory_equal(&a, &b, sizeof a);
    assert_true(a.low < a.ratio && a.ratio < a.high);
    struct comparison other = statistics_compare(first, second, 8, 8);
    assert_true(other.low != a.low || other.high != a.high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_and_medians_of_known_numbers),
        cmocka_unit_test(student_and_normal_are_those_of_the_tables),
        cmocka_unit_test(a_constant_ratio_is_told_exactly),
        cmocka_unit_test(what_slows_a_whole_round_down_does_not_matter),
        cmocka_unit_test(the_same_against_itself_is_no_difference),
        cmocka_unit_test(a_thousandth_is_no_difference),
        cmocka_unit_test(few_rounds_say_nothing),
        cmocka_unit_test(a_round_in_which_nothing_was_done_has_no_ratio),
        cmocka_unit_test(chance_counts_the_ways_to_turn_rounds_over),
        cmocka_unit_test(what_chance_does_too_often_is_no_difference),
        cmocka_unit_test(the_same_seed_gives_the_same_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
