/* SPDX-License-Identifier: MIT */

/* Random sequences of calls to a retry policy: some items at once, attempts that fail and are
 * tried again, and some that wait when it ends. */

#include "base/units.h"
#include "check/draw.h"
#include "check/sequences.h"
#include "check/stages.h"
#include "engine/rules.h"

#include <inttypes.h>

#define STEPS         100
#define MOST_ITEMS    20
#define MOST_ATTEMPTS 10000

struct drive {
    struct instance instance;
    struct random random;
    struct trace *trace;
    bool calm;
    uint64_t now_ns, items;
    struct ovrmnd_attempt attempts[MOST_ITEMS]; /* size 0: none in this place */
    uint64_t started_ns[MOST_ITEMS];            /* 0: it waits to be tried again */
};

static void judge(struct drive *d, struct ovrmnd_verdict v)
{
    if (v.reserved)
        instance_broke(&d->instance, CHECK_R1, "set `reserved` to %" PRIu32, v.reserved);
    else if (v.action != OVRMND_GIVE_UP && v.action != OVRMND_AGAIN)
        instance_broke(&d->instance, CHECK_R1, "answered with action %" PRIu32, v.action);
    else if (v.action == OVRMND_AGAIN && v.at_ns > d->now_ns &&
             v.at_ns - d->now_ns > LONGEST_WAIT_NS)
        instance_broke(&d->instance, CHECK_R2, "said to try again in more than 366 days");
}

static void start(struct drive *d, size_t place)
{
    struct ovrmnd_attempt *a = &d->attempts[place];
    if (a->size)
        a->number++;
    else
        *a = (struct ovrmnd_attempt){.size = sizeof *a,
                                     .number = 1,
                                     .item = d->items++,
                                     .cost = 1,
                                     .first_ns = d->now_ns,
                                     .flags = OVRMND_ATTEMPT_IDEMPOTENT};
    a->place = (uint32_t)place;
    d->started_ns[place] = d->now_ns;
    instance_started(&d->instance, d->now_ns, NULL, a);
}

static void come_back(struct drive *d, size_t place)
{
    struct ovrmnd_attempt *a = &d->attempts[place];
    struct ovrmnd_outcome o = draw_outcome(&d->random, d->started_ns[place], d->now_ns,
                                           d->calm);
    struct ovrmnd_verdict v = {0};
    d->started_ns[place] = 0;
    instance_finished(&d->instance, d->now_ns, NULL, a, &o);
    if (!(o.flags & OVRMND_OUTCOME_SUCCESS) && o.error != OVRMND_ERROR_CANCELLED) {
        v = instance_decide(&d->instance, d->now_ns, a, &o);
        judge(d, v);
        trace_add(d->trace, v);
    }
    if (v.action != OVRMND_AGAIN)
        a->size = 0;
}

static void step(struct drive *d)
{
    size_t place = (size_t)random_below(&d->random, MOST_ITEMS);
    if (random_below(&d->random, 4) == 0) {
        d->now_ns += draw_step_ns(&d->random);
        clock_advance_to(&d->instance.clock, d->now_ns);
    } else if (d->started_ns[place]) {
        come_back(d, place);
    } else {
        start(d, place);
    }
}

static int drive_open(struct drive *d, struct subject *s, size_t variant, uint64_t seed,
                      struct trace *trace)
{
    struct error err;
    *d = (struct drive){.random = random_seeded(seed), .trace = trace};
    d->calm = random_below(&d->random, 2);
    d->now_ns = NS_PER_S + draw_step_ns(&d->random);
    return instance_open(&d->instance, s, variant, seed, NULL, &err);
}

static bool run(struct subject *s, size_t variant, uint64_t seed, enum manner manner,
                struct trace *trace)
{
    static struct drive d, other;
    if (drive_open(&d, s, variant, seed, trace))
        return false;
    bool beside = manner == MANNER_BESIDE_ANOTHER &&
                  !drive_open(&other, s, variant, ~seed, NULL);
    for (int i = 0; i < STEPS && !d.instance.broken && !s->calls.blocked; i++) {
        step(&d);
        if (beside)
            step(&other);
    }
    instance_close(&d.instance);
    if (beside)
        instance_close(&other.instance);
    s->page->sequences++;
    return d.instance.broken;
}

void stage_retry(struct subject *s)
{
    sequences_run(s, run);
}

/* ---- one item that fails and fails ---- */

void stage_retry_gives_up(struct subject *s)
{
    static struct drive d;
    if (drive_open(&d, s, 0, s->settings->seed, NULL))
        return;
    struct ovrmnd_verdict v = {.action = OVRMND_AGAIN};
    for (int i = 0; i < MOST_ATTEMPTS && v.action == OVRMND_AGAIN && !d.instance.broken; i++) {
        struct ovrmnd_attempt *a = &d.attempts[0];
        start(&d, 0);
        d.now_ns += NS_PER_MS;
        struct ovrmnd_outcome o = {.size = sizeof o,
                                   .status = 503,
                                   .started_ns = d.started_ns[0],
                                   .first_byte_ns = d.now_ns,
                                   .finished_ns = d.now_ns};
        instance_finished(&d.instance, d.now_ns, NULL, a, &o);
        v = instance_decide(&d.instance, d.now_ns, a, &o);
        judge(&d, v);
        if (v.at_ns > d.now_ns)
            d.now_ns = v.at_ns;
    }
    if (!d.instance.broken && v.action == OVRMND_AGAIN)
        instance_broke(&d.instance, CHECK_R3,
                       "still said AGAIN after %d failed attempts of one item", MOST_ATTEMPTS);
    instance_close(&d.instance);
}
