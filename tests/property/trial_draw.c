/* SPDX-License-Identifier: MIT */

/* What a seed makes of a trial. */

#include "base/memory.h"
#include "property/trial.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

uint64_t trial_pick(struct random *random, const uint64_t *values, size_t count)
{
    return values[random_below(random, count)];
}

static bool one_in(struct random *r, uint64_t n)
{
    return random_below(r, n) == 0;
}

void trial_scheduler(struct trial *t, const char *text)
{
    snprintf(t->schedulers[t->scheduler_count++], MOST_SPEC, "%s", text);
}

static uint64_t default_burst(struct rate rate)
{
    unsigned __int128 product = (unsigned __int128)rate.count * 10 * NS_PER_MS;
    return 1 + (uint64_t)((product + rate.per_ns - 1) / rate.per_ns);
}

static void add_bucket(struct trial *t, const char *rate)
{
    struct random *r = &t->random;
    struct bucket *b = &t->buckets[t->bucket_count++];
    char text[MOST_SPEC];
    units_rate(rate, &b->rate);
    b->strict = one_in(r, 3);
    bool given = one_in(r, 2);
    b->burst = given ? 1 + random_below(r, 50) : default_burst(b->rate);
    int used = snprintf(text, sizeof text, "token-bucket:rate=%s,strict=%s", rate,
                        b->strict ? "true" : "false");
    if (given)
        snprintf(text + used, sizeof text - (size_t)used, ",burst=%" PRIu64, b->burst);
    trial_scheduler(t, text);
}

static void add_some_bucket(struct trial *t)
{
    static const char *const rates[] = {"0.1", "1",    "7.5",  "20",   "333",
                                        "950", "5000", "90/m", "600/m"};
    add_bucket(t, rates[random_below(&t->random, sizeof rates / sizeof *rates)]);
}

static void add_pool(struct trial *t, uint32_t width)
{
    char text[MOST_SPEC];
    t->width = width;
    snprintf(text, sizeof text, "pool:concurrency=%u", width);
    trial_scheduler(t, text);
}

static void add_adaptive(struct trial *t, uint32_t max)
{
    char text[MOST_SPEC];
    t->width = max;
    t->least_width = 1 + (uint32_t)random_below(&t->random, max);
    snprintf(text, sizeof text, "adaptive:min=%u,max=%u", t->least_width, max);
    trial_scheduler(t, text);
}

static void draw_schedulers(struct trial *t)
{
    struct random *r = &t->random;
    uint32_t width = (uint32_t)(1 + random_below(r, PICK(r, 3, 20, 200)));
    switch (random_below(r, 7)) {
    case 0:
        t->width = 1;
        trial_scheduler(t, "sequential");
        break;
    case 1:
        add_pool(t, width);
        break;
    case 2:
        add_some_bucket(t);
        break;
    case 3:
        add_pool(t, width);
        add_some_bucket(t);
        break;
    case 4:
        add_bucket(t, "40");
        add_bucket(t, "900/m");
        break;
    case 5:
        add_adaptive(t, width);
        break;
    default: /* none: as wide as the engine goes */
        break;
    }
    t->pushback = one_in(r, 3) && !t->least_width;
    if (t->pushback)
        trial_scheduler(t, "pushback");
}

static void draw_retry(struct trial *t)
{
    struct random *r = &t->random;
    static const unsigned statuses[] = {429, 500, 503};
    static const char *const jitters[] = {"none", "full", "equal", "decorrelated"};
    uint32_t attempts = (uint32_t)random_below(r, 5);
    uint64_t delay_ms = PICK(r, 0, 1, 100, 3000);
    snprintf(t->retry, sizeof t->retry, "none");
    t->most_attempts = 1;
    if (!one_in(r, 4)) {
        t->most_attempts = 1 + attempts;
        if (one_in(r, 2))
            snprintf(t->retry, sizeof t->retry, "fixed:attempts=%u,delay=%" PRIu64 "ms",
                     attempts, delay_ms);
        else
            snprintf(t->retry, sizeof t->retry,
                     "exponential:attempts=%u,base=%" PRIu64 "ms,cap=20s,jitter=%s", attempts,
                     delay_ms, jitters[random_below(r, 4)]);
    }
    bool budget = one_in(r, 2);
    t->settings.retry_rules = (struct engine_retry_rules){
        .statuses = statuses,
        .status_count = 3,
        .budget_percent = (uint32_t)PICK(r, 0, 20, 100),
        .budget_floor = budget ? (uint32_t)PICK(r, 0, 10) : UINT32_MAX};
}

static void draw_faults(struct trial *t)
{
    struct random *r = &t->random;
    static const struct model_fault kinds[] = {{MODEL_STATUS, 500, 0},
                                               {MODEL_STATUS, 404, 0},
                                               {MODEL_REFUSE, 0, 0},
                                               {MODEL_RESET, 0, 0},
                                               {MODEL_HANG, 0, 0}};
    t->server.faults = t->faults;
    for (size_t i = 0; i < 4 && one_in(r, 2); i++) {
        t->faults[i] = kinds[random_below(r, 5)];
        t->faults[i].per_million = (uint32_t)PICK(r, 1000, 50000, 250000);
        t->server.fault_count++;
    }
}

/* A stretch of time early in the batch, where things happen. */
static void draw_stretch(struct random *r, uint64_t *from_ns, uint64_t *until_ns)
{
    *from_ns = random_below(r, PICK(r, 1, 2, 30) * NS_PER_S);
    *until_ns = *from_ns + random_below(r, PICK(r, 1, 5, 60) * NS_PER_S);
}

static void draw_weather(struct trial *t)
{
    struct random *r = &t->random;
    static const enum model_trouble troubles[] = {MODEL_STATUS, MODEL_REFUSE, MODEL_HANG};
    t->server.outages = t->outages;
    t->server.brownouts = t->brownouts;
    for (size_t i = 0; i < 2 && one_in(r, 4); i++) {
        struct model_outage *o = &t->outages[t->server.outage_count++];
        *o = (struct model_outage){.trouble = troubles[random_below(r, 3)], .status = 503};
        draw_stretch(r, &o->from_ns, &o->until_ns);
    }
    for (size_t i = 0; i < 2 && one_in(r, 4); i++) {
        struct model_brownout *b = &t->brownouts[t->server.brownout_count++];
        *b = (struct model_brownout){.capacity_percent = (uint32_t)random_below(r, 101),
                                     .latency_percent = 100 + (uint32_t)random_below(r, 900)};
        draw_stretch(r, &b->from_ns, &b->until_ns);
    }
}

static void draw_server(struct trial *t)
{
    struct random *r = &t->random;
    struct model_options *s = &t->server;
    s->seed = random_u64(r);
    s->latency = (struct model_latency){
        .shape = (enum model_shape)random_below(r, 4),
        .least_ns = PICK(r, 0, 0, NS_PER_MS),
        .scale_ns = PICK(r, 0, NS_PER_MS, 30 * NS_PER_MS, NS_PER_S),
        .sigma_thousandths = (uint32_t)random_below(r, 1500),
        .tail_per_million = (uint32_t)PICK(r, 0, 10000),
        .tail_factor = 20,
    };
    s->refusal_ns = PICK(r, 0, NS_PER_MS, 20 * NS_PER_MS);
    s->capacity = (uint32_t)PICK(r, 0, 1, 5, 50);
    s->queue = (uint32_t)PICK(r, 0, 10, 1000);
    if (one_in(r, 4))
        s->limit = (struct model_limit){
            .count = 1 + random_below(r, 100),
            .per_ns = PICK(r, NS_PER_S / 2, NS_PER_S, 10 * NS_PER_S),
            .retry_after = one_in(r, 2),
            .hints = one_in(r, 2)};
    if (one_in(r, 4))
        s->slow_start_ns = random_below(r, 20 * NS_PER_S);
    draw_faults(t);
    draw_weather(t);
}

static void draw_items(struct trial *t)
{
    struct random *r = &t->random;
    t->items = random_below(r, one_in(r, 2) ? 21 : 301);
    t->item = memory_new(t->items + 1, sizeof *t->item);
    uint64_t broken_in = PICK(r, 0, 0, 0, 100, 4);
    for (uint64_t i = 0; i < t->items && broken_in; i++) {
        t->item[i].broken = one_in(r, broken_in);
        t->item[i].unbound = !t->item[i].broken && one_in(r, broken_in);
    }
    t->source_late_ns = one_in(r, 4) ? PICK(r, NS_PER_MS, NS_PER_S) : 0;
}

static void draw_endings(struct trial *t)
{
    struct random *r = &t->random;
    t->settings.fail_fast = one_in(r, 8);
    t->settings.grace_ns = PICK(r, 0, NS_PER_MS, 5 * NS_PER_S);
    if (one_in(r, 8))
        t->settings.max_failures = 1 + random_below(r, 10);
    if (one_in(r, 8))
        t->settings.max_failure_percent = (uint32_t)PICK(r, 1, 5, 10, 20, 30, 40, 50, 100);
    if (one_in(r, 6))
        t->settings.deadline_ns = NS_PER_S + 1 +
                                  random_below(r, PICK(r, NS_PER_MS, NS_PER_S, 60 * NS_PER_S));
    t->signal_ns[0] = t->signal_ns[1] = UINT64_MAX;
    if (one_in(r, 8))
        t->signal_ns[0] = NS_PER_S +
                          random_below(r, PICK(r, NS_PER_MS, NS_PER_S, 30 * NS_PER_S));
    if (t->signal_ns[0] != UINT64_MAX && one_in(r, 2))
        t->signal_ns[1] = t->signal_ns[0] + random_below(r, NS_PER_S);
    bool ends = t->signal_ns[0] != UINT64_MAX || t->settings.deadline_ns;
    t->endless = ends && one_in(r, 4);
    if (t->settings.deadline_ns && one_in(r, 3))
        t->shape.timeout_ns = 0;
}

void trial_draw(struct trial *t, uint64_t seed)
{
    *t = (struct trial){.seed = seed, .random = random_seeded(seed)};
    struct random *r = &t->random;
    t->settings = (struct engine_settings){
        .batch_id = "trial",
        .window = 1 + (uint32_t)random_below(r, PICK(r, 3, 50, 500)),
        .max_running = 1 + (uint32_t)random_below(r, PICK(r, 3, 500)),
        .ordered = !one_in(r, 4),
    };
    t->shape = (struct request_shape){
        .method = "GET", .idempotent = !one_in(r, 4), .timeout_ns = PICK(r, 1, 30) * NS_PER_S};
    if (one_in(r, 4)) {
        t->sink_room = 1 + (uint32_t)random_below(r, 40);
        t->sink_slow_ns = PICK(r, NS_PER_MS, NS_PER_S);
    }
    draw_items(t);
    draw_endings(t);
    draw_schedulers(t);
    draw_retry(t);
    draw_server(t);
}

void trial_draw_calm(struct trial *t, uint64_t seed)
{
    trial_draw(t, seed);
    t->server.fault_count = t->server.outage_count = t->server.brownout_count = 0;
    t->server.limit = (struct model_limit){0};
    t->server.slow_start_ns = 0;
    t->shape.timeout_ns = 30 * NS_PER_S;
    t->shape.idempotent = true;
    t->signal_ns[0] = t->signal_ns[1] = UINT64_MAX;
    t->endless = false;
    t->settings.deadline_ns = 0;
    t->settings.fail_fast = false;
    t->settings.max_failures = t->settings.max_failure_percent = 0;
}

void trial_clear_schedulers(struct trial *t)
{
    t->scheduler_count = t->bucket_count = 0;
    t->width = t->least_width = 0;
    t->pushback = false;
}

void trial_describe(const struct trial *t, char *text, size_t size)
{
    int used = snprintf(text, size, "%" PRIu64 " items, window %u, at most %u, %s, retry %s",
                        t->items, t->settings.window, t->settings.max_running,
                        t->settings.ordered ? "ordered" : "unordered", t->retry);
    for (size_t i = 0; i < t->scheduler_count && (size_t)used < size; i++)
        used += snprintf(text + used, size - (size_t)used, ", %s", t->schedulers[i]);
}
