/* SPDX-License-Identifier: MIT */
/*
 * Percentiles of the histogram beside those of the sorted values, over random batches: never
 * below the true one, and at most 0.1 % above it. Values from 1 us to 24 h in distributions of
 * several shapes; half of the batches are counted in parts and merged.
 *
 * OVRMND_SEEDS=n sets how many seeds, OVRMND_SEED=n runs just that one. A failing seed is
 * printed.
 */
#include "base/memory.h"
#include "base/random.h"
#include "base/units.h"
#include "output/histogram.h"
#include "unit/output/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MOST_VALUES 3000
#define SHORTEST_NS NS_PER_US
#define LONGEST_NS  (86400 * NS_PER_S)

/* Per cent times 10,000, so that the exact rank is a matter of whole numbers. */
static const uint64_t percents[] = {1,      10000,  100000, 250000, 500000, 750000,
                                    900000, 990000, 999000, 999900, 1000000};

/* ---- drawing ---- */

enum shape { UNIFORM, LOGARITHMIC, CLUSTERED, CONSTANT, SHAPES };

/* As many in each doubling as in any other. */
static uint64_t draw_logarithmic(struct random *random)
{
    return random_u64(random) >> (17 + random_below(random, 38));
}

static uint64_t draw(struct random *random, enum shape shape, uint64_t centre_ns)
{
    uint64_t ns = centre_ns;
    if (shape == UNIFORM)
        ns = random_below(random, LONGEST_NS + 1);
    else if (shape == LOGARITHMIC || (shape == CLUSTERED && random_below(random, 50) == 0))
        ns = draw_logarithmic(random);
    else if (shape == CLUSTERED)
        ns = centre_ns + random_below(random, centre_ns / 10 + 1);
    return ns < SHORTEST_NS ? SHORTEST_NS : ns > LONGEST_NS ? LONGEST_NS : ns;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* ---- checking ---- */

static void check_percentiles(const struct histogram *h, const uint64_t *sorted, uint64_t count,
                              uint64_t seed)
{
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        uint64_t rank = (count * percents[i] + 999999) / 1000000;
        uint64_t exact_ns = sorted[rank - 1];
        uint64_t said_ns = histogram_percentile(h, (double)percents[i] / 10000);
        if (said_ns < exact_ns || (said_ns - exact_ns) * 1000 > exact_ns)
            fail_msg("seed %" PRIu64 ": p%g of %" PRIu64 " values is %" PRIu64
                     ", said %" PRIu64,
                     seed, (double)percents[i] / 10000, count, exact_ns, said_ns);
    }
}

static void check_totals(const struct histogram *h, const uint64_t *sorted, uint64_t count,
                         uint64_t sum_ns, uint64_t seed)
{
    if (h->count != count || h->min_ns != sorted[0] || h->max_ns != sorted[count - 1] ||
        histogram_mean(h) != sum_ns / count)
        fail_msg("seed %" PRIu64 ": count, minimum, maximum or mean is wrong", seed);
}

static void run_seed(struct histogram *h, struct histogram *part, uint64_t seed)
{
    struct random random = random_seeded(seed);
    uint64_t values[MOST_VALUES], sum_ns = 0;
    uint64_t count = 1 + random_below(&random, MOST_VALUES);
    enum shape shape = (enum shape)random_below(&random, SHAPES);
    uint64_t centre_ns = draw_logarithmic(&random);
    uint64_t cut = random_below(&random, 2) ? random_below(&random, count) : 0;
    memset(h, 0, sizeof *h);
    memset(part, 0, sizeof *part);
    for (uint64_t i = 0; i < count; i++) {
        values[i] = draw(&random, shape, centre_ns);
        sum_ns += values[i];
        histogram_record(i < cut ? part : h, values[i]);
    }
    histogram_merge(h, part);
    qsort(values, count, sizeof *values, compare);
    check_percentiles(h, values, count, seed);
    check_totals(h, values, count, sum_ns, seed);
}

static uint64_t from_environment(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : fallback;
}

static void percentiles_are_within_a_thousandth_of_the_sorted_values(void **state)
{
    (void)state;
    struct histogram *h = memory_new(1, sizeof *h), *part = memory_new(1, sizeof *part);
    uint64_t first = from_environment("OVRMND_SEED", 1);
    uint64_t seeds = getenv("OVRMND_SEED") ? 1 : from_environment("OVRMND_SEEDS", 2000);
    for (uint64_t seed = first; seed < first + seeds; seed++)
        run_seed(h, part, seed);
    free(h);
    free(part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_within_a_thousandth_of_the_sorted_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
