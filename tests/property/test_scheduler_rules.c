/* SPDX-License-Identifier: MIT */
/*
 * The rules of scheduler.h, for every scheduler that ships, in worlds without sense: any
 * outcome at any time, extreme values, clocks that stand still, ends without starts. Whatever
 * happened to it, a scheduler answers with an action, never waits for an end when nothing runs,
 * names times after now and at most 366 days away, and with nothing running agrees in the end.
 *
 * OVRMND_SEEDS=n, OVRMND_SEED=n as in the other property tests.
 */
#include "base/log.h"
#include "base/random.h"
#include "base/units.h"
#include "check/draw.h"
#include "unit/plugins/under_test.h"

#include <inttypes.h>
#include <stdio.h>

#define LONGEST_NS (366 * 86400 * NS_PER_S)

static const char *const specs[] = {
    "sequential",
    "pool:concurrency=3",
    "token-bucket:rate=7,burst=2",
    "token-bucket:rate=30/m,burst=9,strict=true",
    "adaptive:max=20",
    "adaptive:min=3,max=10000,start=5000",
    "pushback",
    "pushback:max-wait=366d",
};

struct world {
    uint64_t seed;
    const char *spec;
    struct random random;
    struct under_test t;
    uint64_t now_ns;
    uint32_t running;
};

/* Small, near now, or extreme. */
static uint64_t draw(struct world *w)
{
    return draw_time_ns(&w->random, random_below(&w->random, 4) ? w->now_ns : 5);
}

static struct ovrmnd_outcome draw_nonsense(struct world *w)
{
    static const uint32_t statuses[] = {200, 200, 200, 404, 429, 429, 503, 500, 0, 0};
    uint32_t status = statuses[random_below(&w->random, 10)];
    return (struct ovrmnd_outcome){
        .size = sizeof(struct ovrmnd_outcome),
        .status = status,
        .error = status ? OVRMND_ERROR_NONE : (uint32_t)random_below(&w->random, 12),
        .flags = (uint32_t)random_below(&w->random, 16),
        .started_ns = draw(w),
        .first_byte_ns = draw(w),
        .finished_ns = draw(w),
        .not_before_ns = draw(w),
        .limit_remaining = draw(w),
        .limit_reset_ns = draw(w),
    };
}

static void fail_seed(const struct world *w, const char *what)
{
    fail_msg("%s: %s\n  again with OVRMND_SEED=%" PRIu64, w->spec, what, w->seed);
}

static struct ovrmnd_verdict ask_checked(struct world *w, uint32_t running, uint64_t cost)
{
    struct ovrmnd_load load = {.size = sizeof load,
                               .running = running,
                               .running_cost = running ? w->t.load.running_cost : 0};
    struct ovrmnd_attempt next = {.size = sizeof next, .number = 1, .cost = cost};
    struct ovrmnd_verdict v = w->t.instance.scheduler->may_start(w->t.instance.self, w->now_ns,
                                                                 &load, &next);
    if (v.action == OVRMND_WAIT_UNTIL
            ? v.at_ns <= w->now_ns || v.at_ns - w->now_ns > LONGEST_NS
            : v.action != OVRMND_START && (v.action != OVRMND_WAIT_FINISH || running == 0))
        fail_seed(w, "it breaks a rule of scheduler.h");
    return v;
}

static void act(struct world *w)
{
    uint64_t cost = random_below(&w->random, 8) ? 1 : random_below(&w->random, 5);
    if (random_below(&w->random, 2) &&
        ask_checked(w, w->running, cost).action == OVRMND_START) {
        tell_started(&w->t, w->now_ns, cost);
        w->running++;
    } else if (w->running > 0 || random_below(&w->random, 10) == 0) {
        struct ovrmnd_outcome outcome = draw_nonsense(w);
        tell_finished(&w->t, w->now_ns, &outcome);
        w->running -= w->running > 0;
    }
    if (random_below(&w->random, 2))
        w->now_ns += random_below(&w->random, 1 + (NS_PER_S >> random_below(&w->random, 30)));
}

static void agrees_in_the_end(struct world *w)
{
    for (int i = 0; i < 1000; i++) {
        struct ovrmnd_verdict v = ask_checked(w, 0, 1);
        if (v.action == OVRMND_START)
            return;
        w->now_ns = v.at_ns;
    }
    fail_seed(w, "it does not agree in the end");
}

static void run_seed(uint64_t seed)
{
    struct world w = {.seed = seed, .random = random_seeded(seed)};
    w.spec = specs[random_below(&w.random, sizeof specs / sizeof *specs)];
    under_test_open_seed(&w.t, "scheduler", w.spec, seed);
    w.now_ns = random_below(&w.random, 2) ? 0 : 1000 * NS_PER_S;
    for (int i = 0; i < 500; i++)
        act(&w);
    agrees_in_the_end(&w);
    under_test_close(&w.t);
}

static void say_nothing(void *context, const char *line)
{
    (void)context, (void)line;
}

static void no_scheduler_ever_breaks_a_rule(void **state)
{
    (void)state;
    const char *one = getenv("OVRMND_SEED"), *many = getenv("OVRMND_SEEDS");
    uint64_t first = one ? strtoull(one, NULL, 10) : 1;
    uint64_t seeds = one ? 1 : many ? strtoull(many, NULL, 10) : 2000;
    log_set_writer(say_nothing, NULL);
    for (uint64_t seed = first; seed < first + seeds; seed++)
        run_seed(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_scheduler_ever_breaks_a_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
