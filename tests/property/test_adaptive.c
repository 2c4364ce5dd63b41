/* SPDX-License-Identifier: MIT */

/*
 * The shipped adaptive.so, the real engine and the modelled server: it finds about the best
 * width by itself, soon, and finds it again after a brown-out. What is best is found by trying:
 * the same batch, against the same server, in pools of fixed width.
 *
 * A seed draws a server: its capacity, how its latencies are spread, and whether what it cannot
 * work on at once waits in its queue or, beyond what that holds, is refused with a 503.
 *
 * 200 completions are few: by chance alone some runs are slower, and one that met a 503 just
 * before is measured in its dip. So what is promised is the mean over all seeds, with at most
 * one in eight below 80 %.
 */

#include "property/trial.h"
#include "property/trial_assert.h"

#include <stdio.h>
#include <string.h>

/* As many as are measured, and enough behind them that the width is made use of. */
#define ITEMS          620
#define BROWNOUT_ITEMS 1000
#define MAX            100

struct site {
    uint32_t capacity;
    uint64_t mean_ns;
    struct model_options server;
};

static struct site draw_site(struct random *r)
{
    struct site site = {.capacity = 2 + (uint32_t)random_below(r, 49),
                        .mean_ns = PICK(r, 5, 50, 400) * NS_PER_MS};
    site.server = (struct model_options){
        .seed = random_u64(r),
        .latency = {.shape = (enum model_shape)random_below(r, 4), .scale_ns = site.mean_ns},
        .capacity = site.capacity,
        .refusal_ns = NS_PER_MS,
    };
    if (site.server.latency.shape == MODEL_UNIFORM)
        site.server.latency.scale_ns *= 2;
    site.server.latency.sigma_thousandths = 500;
    site.server.queue = (uint32_t)PICK(r, site.capacity / 2, site.capacity, 10000);
    return site;
}

static void run(struct trial *t, uint64_t seed, const struct site *site, const char *scheduler)
{
    trial_draw_calm(t, seed);
    trial_clear_schedulers(t);
    free(t->item);
    t->items = site->server.brownout_count ? BROWNOUT_ITEMS : ITEMS;
    t->item = calloc(t->items, sizeof *t->item);
    /* An item that is tried again holds up none. */
    t->settings.window = t->settings.max_running = BROWNOUT_ITEMS;
    t->settings.retry_rules.budget_floor = UINT32_MAX;
    t->sink_room = 0;
    t->source_late_ns = 0;
    t->server = site->server;
    t->most_attempts = 1001;
    snprintf(t->retry, sizeof t->retry, "fixed:attempts=1000,delay=200ms");
    trial_scheduler(t, scheduler);
    if (strncmp(scheduler, "adaptive", 8) == 0) {
        t->width = MAX;
        t->least_width = 2;
    }
    trial_run(t);
    trial_assert_kept(t);
}

/* How long 200 completions took, after the first `settling` from `from_ns` on. */
static uint64_t time_of_200(const struct trial *t, uint64_t from_ns)
{
    size_t first = 0;
    while (first < t->completion_count && t->completions[first] < from_ns)
        first++;
    size_t settling = from_ns ? 300 : 200;
    assert_true(first + settling + 200 < t->completion_count);
    return t->completions[first + settling + 200] - t->completions[first + settling];
}

static uint64_t best_of_pools(uint64_t seed, const struct site *site, uint64_t from_ns)
{
    static struct trial t;
    uint64_t best_ns = UINT64_MAX;
    for (uint32_t quarters = 4; quarters <= 5; quarters++) {
        char pool[MOST_SPEC];
        snprintf(pool, sizeof pool, "pool:concurrency=%u", (site->capacity * quarters + 3) / 4);
        run(&t, seed, site, pool);
        uint64_t ns = time_of_200(&t, from_ns);
        best_ns = ns < best_ns ? ns : best_ns;
        trial_free(&t);
    }
    return best_ns;
}

struct score {
    uint64_t seeds, sum_percent, below_80, least_percent, least_seed;
};

static void add_score(struct score *score, uint64_t seed, uint64_t percent)
{
    score->seeds++;
    score->sum_percent += percent;
    score->below_80 += percent < 80;
    if (score->seeds == 1 || percent < score->least_percent) {
        score->least_percent = percent;
        score->least_seed = seed;
    }
}

static void score_seed(uint64_t seed, bool brownout, struct score *score)
{
    static struct trial t;
    struct random random = random_seeded(seed);
    struct site site = draw_site(&random);
    uint64_t round_ns = site.mean_ns / site.capacity; /* between completions, at best */
    struct model_brownout out = {.from_ns = 200 * round_ns,
                                 .until_ns = 400 * round_ns,
                                 .capacity_percent = 20 + (uint32_t)random_below(&random, 60),
                                 .latency_percent = 100};
    site.server.brownouts = &out;
    site.server.brownout_count = brownout;
    uint64_t from_ns = brownout ? NS_PER_S + out.until_ns : 0;
    uint64_t best_ns = best_of_pools(seed, &site, from_ns);
    run(&t, seed, &site, "adaptive:min=2,max=100");
    add_score(score, seed, best_ns * 100 / time_of_200(&t, from_ns));
    trial_free(&t);
}

static void assert_good_scores(bool brownout)
{
    struct score score = {0};
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed += 5)
        score_seed(seed, brownout, &score);
    print_message("%" PRIu64 " %% of the best on average; least %" PRIu64
                  " %%, with OVRMND_SEED=%" PRIu64 "\n",
                  score.sum_percent / score.seeds, score.least_percent, score.least_seed);
    if (score.seeds == 1)
        return;
    assert_true(score.sum_percent >= 90 * score.seeds);
    assert_true(score.below_80 * 8 <= score.seeds);
}

static void within_200_completions_it_reaches_nine_tenths_of_the_best(void **state)
{
    (void)state;
    assert_good_scores(false);
}

static void it_returns_after_a_brownout(void **state)
{
    (void)state;
    assert_good_scores(true);
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
        cmocka_unit_test(within_200_completions_it_reaches_nine_tenths_of_the_best),
        cmocka_unit_test(it_returns_after_a_brownout),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
