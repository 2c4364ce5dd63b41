/* SPDX-License-Identifier: MIT */

/*
 * Whole batches: the real engine with this plugin, against the modelled server in its moods,
 * in virtual time. Each must end, with one result for each item.
 */

#include "base/memory.h"
#include "base/units.h"
#include "check/stages.h"
#include "engine/engine.h"
#include "transport/model.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCHES    30
#define ITEMS      200
#define MOST_WAITS 100000

struct batch {
    struct instance instance;
    struct random random;
    uint64_t seed;
    struct model_options server;
    struct model_fault faults[3];
    struct model_outage outage;
    struct model *model;
    struct request_shape shape;
    struct source source;
    struct binder binder;
    struct transport transport;
    struct sink sink;
    uint64_t read, waits;
    uint8_t results[ITEMS];
    struct engine_report report;
};

#define BATCH_OF(port, member) ((struct batch *)((char *)(port)-offsetof(struct batch, member)))

/* ---- the ports ---- */

static enum source_answer batch_next(struct source *self, bool wait, struct item *item,
                                     struct error *err)
{
    struct batch *b = BATCH_OF(self, source);
    (void)wait, (void)err;
    if (b->read == ITEMS)
        return SOURCE_END;
    item->index = b->read++;
    return SOURCE_ITEM;
}

static int batch_bind(struct binder *self, const struct item *item, struct request *out,
                      struct error *err)
{
    (void)item, (void)err;
    out->shape = &BATCH_OF(self, binder)->shape;
    return 0;
}

static struct transport *model_of(struct transport *self)
{
    return model_transport(BATCH_OF(self, transport)->model);
}

static void batch_start(struct transport *self, struct attempt *attempt)
{
    model_of(self)->start(model_of(self), attempt);
}

static struct attempt *batch_take_back(struct transport *self)
{
    return model_of(self)->next(model_of(self));
}

static void batch_cancel(struct transport *self, struct attempt *attempt)
{
    model_of(self)->cancel(model_of(self), attempt);
}

static int batch_wait(struct transport *self, uint64_t until_ns, struct pollfd *extra,
                      unsigned count, struct error *err)
{
    struct batch *b = BATCH_OF(self, transport);
    if (++b->waits > MOST_WAITS || subject_stops(b->instance.subject))
        return error_set(err, ERROR_CANCELLED, "after %d turns of the engine it still goes on",
                         MOST_WAITS);
    return model_of(self)->wait(model_of(self), until_ns, extra, count, err);
}

static int batch_write(struct sink *self, const struct result *result, struct error *err)
{
    struct batch *b = BATCH_OF(self, sink);
    (void)err;
    if (result->index < ITEMS && b->results[result->index] < UINT8_MAX)
        b->results[result->index]++;
    return 0;
}

static int batch_flush(struct sink *self, struct error *err)
{
    (void)self, (void)err;
    return 0;
}

static bool never(const struct sink *self)
{
    (void)self;
    return false;
}

/* ---- the plugin, as the engine knows it ---- */

static struct ovrmnd_verdict ask(const void *self, uint64_t now_ns,
                                 const struct ovrmnd_load *load,
                                 const struct ovrmnd_attempt *next)
{
    return instance_may_start((struct instance *)self, now_ns, load, next);
}

static void tell_started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                         const struct ovrmnd_attempt *attempt)
{
    instance_started(self, now_ns, load, attempt);
}

static void tell_finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                          const struct ovrmnd_attempt *attempt,
                          const struct ovrmnd_outcome *outcome)
{
    instance_finished(self, now_ns, load, attempt, outcome);
}

static const struct ovrmnd_scheduler scheduler_functions = {.size = sizeof scheduler_functions,
                                                            .may_start = ask,
                                                            .started = tell_started,
                                                            .finished = tell_finished};

static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    return instance_decide(self, now_ns, attempt, outcome);
}

static void tell_policy_started(void *self, uint64_t now_ns,
                                const struct ovrmnd_attempt *attempt)
{
    instance_started(self, now_ns, NULL, attempt);
}

static void tell_policy_finished(void *self, uint64_t now_ns,
                                 const struct ovrmnd_attempt *attempt,
                                 const struct ovrmnd_outcome *outcome)
{
    instance_finished(self, now_ns, NULL, attempt, outcome);
}

static const struct ovrmnd_retry retry_functions = {.size = sizeof retry_functions,
                                                    .decide = decide,
                                                    .started = tell_policy_started,
                                                    .finished = tell_policy_finished};

/* Beside a scheduler under check: a few retries, soon. */
static struct ovrmnd_verdict decide_plainly(void *self, uint64_t now_ns,
                                            const struct ovrmnd_attempt *attempt,
                                            const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)outcome;
    return (struct ovrmnd_verdict){.action = attempt->number < 4 ? OVRMND_AGAIN
                                                                 : OVRMND_GIVE_UP,
                                   .at_ns = attempt->number < 4 ? now_ns + 100 * NS_PER_MS : 0};
}

static const struct ovrmnd_retry plain_functions = {.size = sizeof plain_functions,
                                                    .decide = decide_plainly};

/* ---- one batch ---- */

/* What this seed's server does, and what goes wrong there. */
static void draw_server(struct batch *b)
{
    static const struct model_fault troubles[] = {{MODEL_STATUS, 500, 0},
                                                  {MODEL_STATUS, 404, 0},
                                                  {MODEL_REFUSE, 0, 0},
                                                  {MODEL_RESET, 0, 0},
                                                  {MODEL_HANG, 0, 0}};
    struct random *r = &b->random;
    struct model_options *s = &b->server;
    *s = (struct model_options){.seed = random_u64(r),
                                .latency = {.shape = (enum model_shape)random_below(r, 4),
                                            .scale_ns = random_below(r, 100 * NS_PER_MS),
                                            .sigma_thousandths = 500},
                                .refusal_ns = NS_PER_MS,
                                .capacity = (uint32_t)random_below(r, 20),
                                .queue = 100,
                                .faults = b->faults,
                                .outages = &b->outage};
    for (size_t i = 0; i < 3 && random_below(r, 2); i++, s->fault_count++) {
        b->faults[i] = troubles[random_below(r, 5)];
        b->faults[i].per_million = 1000 + (uint32_t)random_below(r, 200000);
    }
    if (random_below(r, 3) == 0)
        s->limit = (struct model_limit){.count = 1 + random_below(r, 50),
                                        .per_ns = NS_PER_S,
                                        .retry_after = random_below(r, 2),
                                        .hints = random_below(r, 2)};
    b->outage = (struct model_outage){
        .trouble = MODEL_STATUS, .status = 503, .until_ns = random_below(r, 5 * NS_PER_S)};
    s->outage_count = random_below(r, 4) == 0;
}

static void make_ports(struct batch *b)
{
    b->shape = (struct request_shape){
        .method = "GET", .idempotent = true, .timeout_ns = 5 * NS_PER_S};
    b->source = (struct source){
        .next = batch_next, .fd = -1, .total_known = true, .total = ITEMS};
    b->binder = (struct binder){.bind = batch_bind};
    b->transport = (struct transport){.start = batch_start,
                                      .next = batch_take_back,
                                      .cancel = batch_cancel,
                                      .wait = batch_wait};
    b->sink = (struct sink){
        .write = batch_write, .flush = batch_flush, .full = never, .pending = never, .fd = -1};
}

static void run_engine(struct batch *b)
{
    static const unsigned statuses[] = {408, 425, 429, 500, 502, 503, 504};
    struct instance *i = &b->instance;
    bool schedules = i->made.scheduler;
    struct engine_scheduler scheduler = {i->made.name, &scheduler_functions, i};
    struct engine_settings settings = {
        .clock = &i->clock,
        .source = &b->source,
        .binder = &b->binder,
        .transport = &b->transport,
        .sink = &b->sink,
        .schedulers = &scheduler,
        .scheduler_count = schedules,
        .retry = {i->made.name, schedules ? &plain_functions : &retry_functions, i},
        .retry_rules = {.statuses = statuses,
                        .status_count = sizeof statuses / sizeof *statuses,
                        .budget_floor = UINT32_MAX},
        .batch_id = "check",
        .window = 500,
        .max_running = 1 + (uint32_t)random_below(&b->random, 100),
        .ordered = random_below(&b->random, 2),
        .grace_ns = NS_PER_S};
    engine_run(&settings, &b->report);
}

/* "rule S1" in the engine's words; or it had to be cut off. */
static enum check_rule rule_of(const struct batch *b)
{
    const char *message = b->report.error.message;
    const char *at = strstr(message, "broke rule ");
    if (b->waits > MOST_WAITS)
        return b->instance.made.scheduler ? CHECK_S5 : CHECK_R3;
    for (unsigned rule = 0; at && rule < CHECK_RULE_COUNT; rule++)
        if (strncmp(at + strlen("broke rule "), check_rules[rule].id, 2) == 0)
            return (enum check_rule)rule;
    return CHECK_B1;
}

static void judge(struct batch *b)
{
    const char *variant = b->instance.variant;
    struct check_page *page = b->instance.subject->page;
    if (subject_stops(b->instance.subject))
        return;
    if (b->report.ending != ENGINE_COMPLETE) {
        enum check_rule rule = rule_of(b);
        check_note(page, rule, subject_answers(b->instance.subject),
                   "a batch of %d items did not end well: %s (with %s, batch %" PRIu64 ")",
                   ITEMS, b->report.error.message, variant, b->seed);
        return;
    }
    for (unsigned i = 0; i < ITEMS; i++)
        if (b->results[i] != 1)
            check_note(page, CHECK_B1, FUNCTION_NONE,
                       "item %u of a batch had %u results (with %s, batch %" PRIu64 ")", i,
                       b->results[i], variant, b->seed);
}

static void run(struct subject *s, uint64_t seed)
{
    struct batch *b = memory_new(1, sizeof *b);
    struct error err;
    b->random = random_seeded(seed);
    b->seed = seed;
    draw_server(b);
    make_ports(b);
    if (!instance_open(&b->instance, s, subject_variant(s, &b->random), seed, NULL, &err)) {
        b->model = model_new(&b->server, &b->instance.clock);
        run_engine(b);
        judge(b);
        model_free(b->model);
        instance_close(&b->instance);
        s->page->batches++;
    }
    free(b);
}

void stage_batches(struct subject *s)
{
    for (uint64_t i = 0; i < BATCHES && !subject_stops(s); i++) {
        run(s, s->settings->seed + i);
        if (check_has_fault(s->page))
            return;
    }
}
