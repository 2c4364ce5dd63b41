/* SPDX-License-Identifier: MIT */
/*
 * The promises of token-bucket, over thousands of random worlds under virtual time.
 *
 * Each seed draws a rate, a burst, perhaps strict, and a world: how late the engine wakes up,
 * how long it is idle in between, what attempts cost, whether the clock stands still. The
 * shipped token-bucket.so runs in it, and three things are checked against a log of the starts:
 *
 *   bound     between any two starts, both included, costs are at most floor(N * L / W) + burst
 *   strict    any window [t, t + W) holds costs of at most N
 *   exact     at every moment at which it is asked, the answer is that of an oracle that knows
 *             only the log and those two rules; the time it names is the first that they allow
 *
 * The oracle shares nothing with the plugin: it has no state but the log.
 *
 * OVRMND_SEEDS=n sets how many seeds, OVRMND_SEED=n runs just that one. A failing seed is
 * printed.
 */
#include "base/random.h"
#include "base/units.h"
#include "unit/plugins/under_test.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define STARTS     200
#define LONGEST_NS (366 * 86400 * NS_PER_S) /* rule S1 of scheduler.h */

typedef unsigned __int128 u128;

struct world {
    struct random random;
    struct rate rate;
    uint64_t burst;
    bool strict;
    uint64_t most_late_ns, most_idle_ns, most_cost;
    char spec[128];
};

struct start {
    uint64_t at_ns, cost;
};

struct log {
    struct start starts[STARTS];
    size_t count;
};

/* ---- worlds ---- */

static uint64_t pick(struct random *random, const uint64_t *values, size_t count)
{
    return values[random_below(random, count)];
}

#define PICK(random, ...)                                                                      \
    pick(random, (const uint64_t[]){__VA_ARGS__},                                              \
         sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* Whole, fractional, per minute, hour and day; slow and faster than the clock. */
static void draw_rate(struct random *random, char text[48])
{
    static const char *const units[] = {"", "/s", "/m", "/h", "/d"};
    const char *unit = units[random_below(random, 5)];
    uint64_t most = PICK(random, 3, 20, 1000, 5000);
    uint64_t whole = random_below(random, most);
    if (random_below(random, 3) == 0)
        snprintf(text, 48, "%" PRIu64 ".%03" PRIu64 "%s", whole, 1 + random_below(random, 999),
                 unit);
    else
        snprintf(text, 48, "%" PRIu64 "%s", whole + 1, unit);
}

static uint64_t default_burst(struct rate rate)
{
    u128 product = (u128)rate.count * 10 * NS_PER_MS;
    return 1 + (uint64_t)(product / rate.per_ns) + (product % rate.per_ns != 0);
}

static struct world draw_world(uint64_t seed)
{
    struct world w = {.random = random_seeded(seed)};
    struct random *r = &w.random;
    char rate[48];
    do { /* slower ones would outlive the clock's 584 years */
        draw_rate(r, rate);
        assert_int_equal(units_rate(rate, &w.rate), 0);
    } while (w.rate.per_ns / w.rate.count > 86400 * NS_PER_S);
    w.strict = random_below(r, 3) == 0 && w.rate.count <= 5000;
    bool given = random_below(r, 4) != 0;
    w.burst = given ? 1 + random_below(r, PICK(r, 1, 3, 20, 100)) : default_burst(w.rate);
    w.most_cost = random_below(r, 2) ? 1 : PICK(r, 2, 5, 30);
    uint64_t gap_ns = w.rate.per_ns / w.rate.count + 1;
    w.most_late_ns = random_below(r, 2) ? 0 : 1 + random_below(r, gap_ns * 3);
    w.most_idle_ns = gap_ns * PICK(r, 1, 10, 100);
    int used = snprintf(w.spec, sizeof w.spec, "token-bucket:rate=%s,strict=%s", rate,
                        w.strict ? "true" : "false");
    if (given)
        snprintf(w.spec + used, sizeof w.spec - (size_t)used, ",burst=%" PRIu64, w.burst);
    return w;
}

/* ---- the oracle ---- */

/* What the bucket is allowed up to `length_ns` after a start: floor(N * L / W) + burst. */
static u128 allowance(const struct world *w, uint64_t length_ns)
{
    return (u128)length_ns * w->rate.count / w->rate.per_ns + w->burst;
}

/* The shortest L for which the allowance reaches `cost`. */
static uint64_t length_for(const struct world *w, uint64_t cost)
{
    if (cost <= w->burst)
        return 0;
    u128 product = (u128)(cost - w->burst) * w->rate.per_ns;
    return (uint64_t)((product + w->rate.count - 1) / w->rate.count);
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The first moment from `now_ns` on at which a start of `cost` breaks no rule, by trying it
 * against each earlier start as the beginning of a stretch. A cost above the burst counts as
 * the burst while it waits, and in full once it has started. */
static uint64_t oracle_bucket_ns(const struct world *w, const struct log *log, uint64_t now_ns,
                                 uint64_t cost)
{
    uint64_t at_ns = now_ns, sum = cost < w->burst ? cost : w->burst;
    for (size_t i = log->count; i-- > 0;) {
        sum += log->starts[i].cost;
        at_ns = later(at_ns, log->starts[i].at_ns + length_for(w, sum));
    }
    return at_ns;
}

/* As above for windows: `cost` and what started less than W before it are at most N. */
static uint64_t oracle_strict_ns(const struct world *w, const struct log *log, uint64_t now_ns,
                                 uint64_t cost)
{
    uint64_t sum = cost < w->rate.count ? cost : w->rate.count;
    for (size_t i = log->count; w->strict && cost > 0 && i-- > 0;) {
        sum += log->starts[i].cost;
        if (sum > w->rate.count)
            return later(now_ns, log->starts[i].at_ns + w->rate.per_ns);
    }
    return now_ns;
}

/* ---- the checks ---- */

static void fail_seed(uint64_t seed, const struct world *w, const char *what)
{
    fail_msg("%s\n  %s\n  again with OVRMND_SEED=%" PRIu64, what, w->spec, seed);
}

/* Bound and strict window over all pairs. A cost above the burst takes the burst's place in a
 * stretch that it ends, as token-bucket.c promises; one above N has its window to itself. */
static void check_log(uint64_t seed, const struct world *w, const struct log *log)
{
    for (size_t i = 0; i < log->count; i++) {
        u128 sum = 0;
        uint64_t largest = 0;
        for (size_t j = i; j < log->count; j++) {
            uint64_t length_ns = log->starts[j].at_ns - log->starts[i].at_ns;
            uint64_t cost = log->starts[j].cost;
            sum += cost;
            largest = later(largest, cost);
            u128 over = cost > w->burst ? cost - w->burst : 0;
            if (sum > allowance(w, length_ns) + over)
                fail_seed(seed, w, "more started than floor(N * L / W) + burst");
            if (w->strict && length_ns < w->rate.per_ns && sum > later(w->rate.count, largest))
                fail_seed(seed, w, "a strict window holds more than its number");
        }
    }
}

/* Asks, and compares with the oracle; returns the first moment at which it may start. */
static uint64_t check_answer(uint64_t seed, struct under_test *t, const struct world *w,
                             const struct log *log, uint64_t now_ns, uint64_t cost)
{
    uint64_t wanted_ns = later(oracle_bucket_ns(w, log, now_ns, cost),
                               oracle_strict_ns(w, log, now_ns, cost));
    for (; wanted_ns - now_ns > LONGEST_NS; now_ns += LONGEST_NS)
        if (ask(t, now_ns, cost).at_ns != now_ns + LONGEST_NS)
            fail_seed(seed, w, "a very long wait is not named in stretches of 366 days");
    struct ovrmnd_verdict verdict = ask(t, now_ns, cost);
    if (wanted_ns == now_ns && verdict.action != OVRMND_START)
        fail_seed(seed, w, "it holds back what no rule forbids");
    if (wanted_ns > now_ns && verdict.action != OVRMND_WAIT_UNTIL)
        fail_seed(seed, w, "it lets start what a rule forbids");
    if (wanted_ns > now_ns && verdict.at_ns != wanted_ns)
        fail_seed(seed, w, "the time it names is not the first that is allowed");
    if (wanted_ns > now_ns && ask(t, wanted_ns - 1, cost).action == OVRMND_START)
        fail_seed(seed, w, "it agrees one nanosecond too early");
    if (ask(t, wanted_ns, cost).action != OVRMND_START)
        fail_seed(seed, w, "it does not agree at the time that it named");
    return wanted_ns;
}

static void run_seed(uint64_t seed)
{
    static struct log log;
    struct world w = draw_world(seed);
    struct under_test t;
    under_test_open(&t, "scheduler", w.spec);
    log.count = 0;
    uint64_t now_ns = random_below(&w.random, 1000) * NS_PER_S;
    while (log.count < STARTS) {
        uint64_t cost = w.most_cost == 1 ? 1 : random_below(&w.random, w.most_cost + 1);
        if (random_below(&w.random, 20) == 0)
            now_ns += random_below(&w.random, w.most_idle_ns);
        now_ns = check_answer(seed, &t, &w, &log, now_ns, cost);
        if (w.most_late_ns)
            now_ns += random_below(&w.random, w.most_late_ns);
        tell_started(&t, now_ns, cost);
        log.starts[log.count++] = (struct start){now_ns, cost};
    }
    check_log(seed, &w, &log);
    under_test_close(&t);
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void every_answer_is_the_oracles_and_every_bound_holds(void **state)
{
    (void)state;
    if (getenv("OVRMND_SEED")) {
        run_seed(from_environment("OVRMND_SEED", 0));
        return;
    }
    uint64_t seeds = from_environment("OVRMND_SEEDS", 2000);
    for (uint64_t seed = 1; seed <= seeds; seed++)
        run_seed(seed);
}

/* Asked without pause and started without delay, it lets through all that the bound allows. */
static void a_saturated_bucket_reaches_its_bound(void **state)
{
    (void)state;
    static const char *const rates[] = {"100", "7/m", "0.3", "1000/h", "333.333"};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct world w = {.burst = 5};
        assert_int_equal(units_rate(rates[i], &w.rate), 0);
        snprintf(w.spec, sizeof w.spec, "token-bucket:rate=%s,burst=5", rates[i]);
        struct under_test t;
        under_test_open(&t, "scheduler", w.spec);
        uint64_t began_ns = 77, now_ns = began_ns;
        for (uint64_t started = 1; started <= 2000; started++) {
            struct ovrmnd_verdict verdict = ask(&t, now_ns, 1);
            if (verdict.action == OVRMND_WAIT_UNTIL)
                now_ns = verdict.at_ns;
            tell_started(&t, now_ns, 1);
            if (verdict.action == OVRMND_WAIT_UNTIL)
                assert_true(started == allowance(&w, now_ns - began_ns));
        }
        under_test_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_is_the_oracles_and_every_bound_holds),
        cmocka_unit_test(a_saturated_bucket_reaches_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
