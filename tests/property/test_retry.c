/* SPDX-License-Identifier: MIT */

/*
 * Retries that do no harm, against servers in trouble: as in test_engine.c, batches drawn from
 * a seed, but each with the one trouble that its promise is about. See seeds.h for how to
 * repeat a seed.
 */

#include "property/seeds.h"
#include "property/trial.h"
#include "property/trial_assert.h"

#include <stdio.h>

/* ---- total outage ---- */

static void outage_seed(uint64_t seed)
{
    static struct trial t;
    static const struct model_fault troubles[] = {{MODEL_STATUS, 503, 1000000},
                                                  {MODEL_REFUSE, 0, 1000000},
                                                  {MODEL_RESET, 0, 1000000},
                                                  {MODEL_HANG, 0, 1000000}};
    trial_draw_calm(&t, seed);
    t.faults[0] = troubles[random_below(&t.random, 4)];
    t.server.fault_count = 1;
    t.settings.retry_rules.budget_percent = 20;
    t.settings.retry_rules.budget_floor = 10;
    trial_run(&t);
    trial_assert_kept(&t);
    uint64_t most = t.items + t.items / 5 + 10;
    if (t.start_count > most)
        trial_fail(&t, "attempts under a total outage", t.start_count, most);
    trial_free(&t);
}

static void under_a_total_outage_load_is_at_most_a_fifth_more_and_ten(void **state)
{
    (void)state;
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed++)
        outage_seed(seed);
}

/* ---- an outage that passes ---- */

static void passing_seed(uint64_t seed)
{
    static struct trial t;
    trial_draw_calm(&t, seed);
    uint64_t length_ns = 1 + random_below(&t.random, 60 * NS_PER_S);
    t.outages[0] = (struct model_outage){MODEL_STATUS, 503, 0, length_ns};
    t.server.outage_count = 1;
    t.server.capacity = 0;
    t.shape.timeout_ns = 0;
    snprintf(t.retry, sizeof t.retry, "fixed:attempts=1000,delay=%" PRIu64 "ms",
             1 + length_ns / NS_PER_MS / (1 + random_below(&t.random, 900)));
    t.most_attempts = 1001;
    t.settings.retry_rules.budget_floor = UINT32_MAX;
    trial_run(&t);
    trial_assert_kept(&t);
    uint64_t sound = 0;
    for (uint64_t i = 0; i < t.items; i++)
        sound += !t.item[i].broken && !t.item[i].unbound;
    if (t.report.totals.succeeded != sound)
        trial_fail(&t, "items that could succeed", sound, t.report.totals.succeeded);
    trial_free(&t);
}

static void an_outage_that_retries_outlast_costs_no_item(void **state)
{
    (void)state;
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed += 5)
        passing_seed(seed);
}

/* ---- a server that limits ---- */

/* All that is refused in one window was on the wire when the first refusal came. */
static void limited_seed(uint64_t seed)
{
    static struct trial t;
    trial_draw_calm(&t, seed);
    trial_clear_schedulers(&t);
    t.width = 1 + (uint32_t)random_below(&t.random, 50);
    char pool[MOST_SPEC];
    snprintf(pool, sizeof pool, "pool:concurrency=%u", t.width);
    trial_scheduler(&t, pool);
    trial_scheduler(&t, "pushback");
    t.pushback = true;
    t.server.capacity = 0;
    t.server.limit = (struct model_limit){.count = 1 + random_below(&t.random, 100),
                                          .per_ns = (1 + random_below(&t.random, 5)) * NS_PER_S,
                                          .retry_after = true,
                                          .hints = random_below(&t.random, 2)};
    trial_run(&t);
    trial_assert_kept(&t);
    uint64_t windows = 1 + (t.clock.virtual_ns - NS_PER_S) / t.server.limit.per_ns;
    uint64_t refused = model_counts(t.model)->refused_429;
    if (refused > windows * t.width)
        trial_fail(&t, "refusals by a limited server", refused, windows * t.width);
    trial_free(&t);
}

static void a_limited_server_refuses_at_most_one_flight_a_window(void **state)
{
    (void)state;
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed++)
        limited_seed(seed);
}

static int forget(void **state)
{
    (void)state;
    trial_forget_plugins();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(under_a_total_outage_load_is_at_most_a_fifth_more_and_ten),
        cmocka_unit_test(an_outage_that_retries_outlast_costs_no_item),
        cmocka_unit_test(a_limited_server_refuses_at_most_one_flight_a_window),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
