/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "output/histogram.h"
#include "unit/output/check.h"

#include <stdlib.h>
#include <string.h>

#define DAY_NS UINT64_C(86400000000000)

static struct histogram *empty(void)
{
    return memory_new(1, sizeof(struct histogram));
}

static void an_empty_one_says_nothing(void **state)
{
    (void)state;
    struct histogram *h = empty();
    struct histogram_bucket bucket;
    uint32_t at = 0;
    assert_int_equal(histogram_percentile(h, 50), 0);
    assert_int_equal(histogram_mean(h), 0);
    assert_false(histogram_next(h, &at, &bucket));
    free(h);
}

static void percentiles_are_of_the_nearest_rank(void **state)
{
    (void)state;
    struct histogram *h = empty();
    for (uint64_t i = 1; i <= 1000; i++)
        histogram_record(h, i);
    assert_int_equal(histogram_percentile(h, 0), 1);
    assert_int_equal(histogram_percentile(h, 0.1), 1);
    assert_int_equal(histogram_percentile(h, 0.1001), 2);
    assert_int_equal(histogram_percentile(h, 50), 500);
    assert_int_equal(histogram_percentile(h, 99), 990);
    assert_int_equal(histogram_percentile(h, 99.9), 999);
    assert_int_equal(histogram_percentile(h, 99.91), 1000);
    assert_int_equal(histogram_percentile(h, 100), 1000);
    assert_int_equal(histogram_mean(h), 500);
    assert_int_equal(h->min_ns, 1);
    assert_int_equal(h->max_ns, 1000);
    free(h);
}

static void buckets_lie_side_by_side_and_none_is_wider_than_a_thousandth(void **state)
{
    (void)state;
    struct histogram *h = empty();
    struct histogram_bucket bucket;
    for (uint32_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        h->counts[i] = 1;
    uint64_t expected_ns = 0;
    for (uint32_t at = 0; histogram_next(h, &at, &bucket);) {
        assert_int_equal(bucket.first_ns, expected_ns);
        assert_true((bucket.last_ns - bucket.first_ns) * 1000 <= bucket.first_ns);
        expected_ns = bucket.last_ns + 1;
    }
    assert_int_equal(expected_ns, UINT64_C(1) << 47);
    assert_true(expected_ns > DAY_NS);
    free(h);
}

static void a_value_is_counted_in_the_bucket_that_holds_it(void **state)
{
    (void)state;
    static const uint64_t values[] = {0,
                                      1,
                                      1023,
                                      1024,
                                      2047,
                                      2048,
                                      2049,
                                      4095,
                                      4096,
                                      999999999,
                                      DAY_NS - 1,
                                      DAY_NS,
                                      (UINT64_C(1) << 47) - 1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct histogram *h = empty();
        struct histogram_bucket bucket;
        uint32_t at = 0;
        histogram_record(h, values[i]);
        assert_true(histogram_next(h, &at, &bucket));
        assert_true(bucket.first_ns <= values[i] && values[i] <= bucket.last_ns);
        assert_int_equal(bucket.count, 1);
        assert_false(histogram_next(h, &at, &bucket));
        free(h);
    }
}

static void longer_than_the_last_bucket_is_counted_there(void **state)
{
    (void)state;
    struct histogram *h = empty();
    histogram_record(h, UINT64_MAX);
    histogram_record(h, UINT64_MAX);
    histogram_record(h, 1);
    assert_int_equal(h->counts[HISTOGRAM_BUCKETS - 1], 2);
    assert_int_equal(histogram_percentile(h, 100), UINT64_MAX);
    assert_int_equal(histogram_mean(h), UINT64_MAX / 3 * 2);
    free(h);
}

static void merged_is_as_if_recorded_in_one(void **state)
{
    (void)state;
    struct histogram *a = empty(), *b = empty(), *both = empty();
    for (uint64_t i = 0; i < 5000; i++) {
        uint64_t value = i * i * i;
        histogram_record(i % 3 ? a : b, value + 7);
        histogram_record(both, value + 7);
    }
    histogram_merge(a, b);
    assert_memory_equal(a, both, sizeof *a);
    memset(b, 0, sizeof *b);
    histogram_merge(a, b);
    assert_memory_equal(a, both, sizeof *a);
    histogram_merge(b, a);
    assert_memory_equal(b, both, sizeof *b);
    free(a);
    free(b);
    free(both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_one_says_nothing),
        cmocka_unit_test(percentiles_are_of_the_nearest_rank),
        cmocka_unit_test(buckets_lie_side_by_side_and_none_is_wider_than_a_thousandth),
        cmocka_unit_test(a_value_is_counted_in_the_bucket_that_holds_it),
        cmocka_unit_test(longer_than_the_last_bucket_is_counted_there),
        cmocka_unit_test(merged_is_as_if_recorded_in_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
