/* SPDX-License-Identifier: MIT */
/*
 * The experiment of M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015),
 * with exponential.so in the place of its backoff: one row with a version; clients that start
 * together, each of which reads it and writes it back, and when another was faster waits and
 * reads again. Messages take |N(10, 2)| ms. Counted are the writes, and the time until the last
 * client is through.
 *
 * The wanted figures are from the simulator published with the article, run anew: 100 trials
 * each. Ours must lie within 12 % of them.
 */
#include "base/random.h"
#include "base/units.h"
#include "unit/plugins/under_test.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#define MOST   100
#define TRIALS 20

enum step { READING, WRITING, ANSWERED, DONE };

struct client {
    enum step step; /* what its message under way does when it arrives */
    uint64_t at_ns; /* and when that is */
    uint32_t version, attempts;
    bool won;
};

struct world {
    struct random random;
    struct under_test t;
    struct client clients[MOST];
    uint64_t count, writes, now_ns;
    uint32_t version; /* of the row */
};

/* |N(10, 2)| ms; twelve uniform numbers add up to a normal one, near enough. */
static uint64_t draw_delay(struct world *w)
{
    uint64_t sum_ns = 0;
    for (int i = 0; i < 12; i++)
        sum_ns += random_below(&w->random, 2 * NS_PER_MS);
    uint64_t most_ns = 2 * NS_PER_MS; /* 10 - 2 * 6 + sum */
    return sum_ns > most_ns ? sum_ns - most_ns : most_ns - sum_ns;
}

static uint64_t draw_backoff(struct world *w, uint64_t item)
{
    struct ovrmnd_attempt attempt = {
        .size = sizeof attempt, .number = ++w->clients[item].attempts, .item = item, .cost = 1};
    struct ovrmnd_outcome outcome = {.size = sizeof outcome, .status = 409};
    struct ovrmnd_verdict verdict = w->t.instance.retry->decide(w->t.instance.self, w->now_ns,
                                                                &attempt, &outcome);
    assert_int_equal(verdict.action, OVRMND_AGAIN);
    return verdict.at_ns - w->now_ns;
}

/* A message arrives: at the row, or back at the client. */
static void arrive(struct world *w, uint64_t item)
{
    struct client *client = &w->clients[item];
    w->now_ns = client->at_ns;
    switch (client->step) {
    case READING: /* the answer, and the write that follows it */
        client->version = w->version;
        client->at_ns += draw_delay(w) + draw_delay(w);
        client->step = WRITING;
        break;
    case WRITING:
        w->writes++;
        client->won = client->version == w->version;
        w->version += client->won;
        client->at_ns += draw_delay(w);
        client->step = ANSWERED;
        break;
    case ANSWERED:
        client->step = client->won ? DONE : READING;
        if (!client->won)
            client->at_ns += draw_backoff(w, item) + draw_delay(w);
        break;
    case DONE:
        break;
    }
}

static bool run_next(struct world *w)
{
    struct client *next = NULL;
    for (uint64_t i = 0; i < w->count; i++)
        if (w->clients[i].step != DONE && (!next || w->clients[i].at_ns < next->at_ns))
            next = &w->clients[i];
    if (next)
        arrive(w, (uint64_t)(next - w->clients));
    return next != NULL;
}

struct figures {
    uint64_t writes, ms;
};

static struct figures measure(const char *spec, uint64_t count)
{
    struct figures sum = {0, 0};
    for (uint64_t trial = 1; trial <= TRIALS; trial++) {
        static struct world world;
        struct world *w = &world;
        *w = (struct world){.random = random_seeded(trial), .count = count};
        under_test_open_seed(&w->t, "retry", spec, trial);
        for (uint64_t i = 0; i < count; i++)
            w->clients[i].at_ns = draw_delay(w);
        while (run_next(w))
            ;
        sum.writes += w->writes;
        sum.ms += w->now_ns / NS_PER_MS;
        under_test_close(&w->t);
    }
    return (struct figures){sum.writes / TRIALS, sum.ms / TRIALS};
}

enum { NONE, EXPONENTIAL, EQUAL, FULL, DECORRELATED, KINDS };

/* The article's first delay is that of its second power of two, except with decorrelated. */
static const struct {
    const char *name, *spec;
    struct figures at_50, at_100;
} kinds[KINDS] = {
    [NONE] = {"none",
              "exponential:attempts=1000,base=0s,jitter=none",
              {690, 1146},
              {2422, 2029}},
    [EXPONENTIAL] = {"exponential",
                     "exponential:attempts=1000,base=10ms,cap=2s,jitter=none",
                     {620, 35972},
                     {1853, 63273}},
    [EQUAL] = {"equal",
               "exponential:attempts=1000,base=10ms,cap=2s,jitter=equal",
               {346, 4215},
               {812, 6610}},
    [FULL] = {"full",
              "exponential:attempts=1000,base=10ms,cap=2s,jitter=full",
              {333, 2842},
              {796, 4894}},
    [DECORRELATED] = {"decorrelated",
                      "exponential:attempts=1000,base=5ms,cap=2s,jitter=decorrelated",
                      {376, 2277},
                      {1001, 4600}},
};

static void near(const char *name, const char *what, uint64_t clients, uint64_t got,
                 uint64_t wanted)
{
    uint64_t off = got > wanted ? got - wanted : wanted - got;
    print_message("%12s, %3" PRIu64 " clients: %6" PRIu64 " %s, wanted %6" PRIu64 "\n", name,
                  clients, got, what, wanted);
    if (off * 100 > wanted * 12)
        fail_msg("%s: %" PRIu64 " %s, not %" PRIu64, name, got, what, wanted);
}

static void check(uint64_t clients)
{
    struct figures got[KINDS];
    for (int i = 0; i < KINDS; i++) {
        struct figures wanted = clients == 50 ? kinds[i].at_50 : kinds[i].at_100;
        got[i] = measure(kinds[i].spec, clients);
        near(kinds[i].name, "calls", clients, got[i].writes, wanted.writes);
        near(kinds[i].name, "ms", clients, got[i].ms, wanted.ms);
    }
    /* What the article says. */
    assert_true(got[FULL].writes < got[EQUAL].writes);
    assert_true(got[EQUAL].writes < got[DECORRELATED].writes);
    assert_true(got[DECORRELATED].writes < got[EXPONENTIAL].writes);
    assert_true(got[EXPONENTIAL].writes < got[NONE].writes);
    assert_true(got[DECORRELATED].ms < got[FULL].ms);
    assert_true(got[FULL].ms < got[EQUAL].ms);
    assert_true(got[EQUAL].ms < got[EXPONENTIAL].ms);
}

static void the_published_experiment_comes_out_for_50_clients(void **state)
{
    (void)state;
    check(50);
}

static void the_published_experiment_comes_out_for_100_clients(void **state)
{
    (void)state;
    check(100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_experiment_comes_out_for_50_clients),
        cmocka_unit_test(the_published_experiment_comes_out_for_100_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
