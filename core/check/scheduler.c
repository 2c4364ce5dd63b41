/* SPDX-License-Identifier: MIT */

/* Random sequences of calls to a scheduler, such as the engine could make. */

#include "base/units.h"
#include "check/draw.h"
#include "check/sequences.h"
#include "check/stages.h"
#include "engine/rules.h"

#include <inttypes.h>

#define STEPS        150
#define MOST_RUNNING 200
#define MOST_RETRIES 50
#define PATIENT_NS   (3 * 366 * 86400 * NS_PER_S)
#define MOST_ASKED   30000

struct running {
    struct ovrmnd_attempt attempt;
    uint64_t started_ns;
};

/* One sequence on one instance. */
struct drive {
    struct instance instance;
    struct random random;
    struct trace *trace; /* NULL: nobody compares */
    bool calm;
    uint32_t width; /* most that run at once, as --concurrency or the engine has it */
    uint64_t now_ns, named_ns;
    struct ovrmnd_load load;
    struct running running[MOST_RUNNING];
    bool taken[MOST_RUNNING]; /* places */
    struct ovrmnd_attempt retries[MOST_RETRIES];
    uint64_t items;
    struct ovrmnd_attempt next; /* size 0: none */
};

static void judge(struct drive *d, struct ovrmnd_verdict v)
{
    char time[UNITS_TEXT];
    bool waits = v.action == OVRMND_WAIT_UNTIL;
    if (v.reserved)
        instance_broke(&d->instance, CHECK_S3, "set `reserved` to %" PRIu32, v.reserved);
    else if (waits && v.at_ns <= d->now_ns)
        instance_broke(&d->instance, CHECK_S1, "said to wait until %s before now",
                       check_time_text(d->now_ns - v.at_ns, time));
    else if (waits && v.at_ns - d->now_ns > LONGEST_WAIT_NS)
        instance_broke(&d->instance, CHECK_S1, "said to wait for more than 366 days");
    else if (v.action == OVRMND_WAIT_FINISH && d->load.running == 0)
        instance_broke(&d->instance, CHECK_S2,
                       "waits for an attempt to finish while none is running");
    else if (!waits && v.action != OVRMND_WAIT_FINISH && v.action != OVRMND_START)
        instance_broke(&d->instance, CHECK_S3, "answered with action %" PRIu32, v.action);
}

/* ---- one step ---- */

/* A due retry, else a fresh item, as the engine takes them. */
static void choose_next(struct drive *d)
{
    if (d->load.waiting && random_below(&d->random, 2)) {
        d->next = d->retries[--d->load.waiting];
        d->next.number++;
        return;
    }
    d->next = (struct ovrmnd_attempt){
        .size = sizeof d->next,
        .number = 1,
        .item = d->items++,
        .cost = random_below(&d->random, 8) ? 1 : 1 + random_below(&d->random, 4),
        .flags = random_below(&d->random, 2) ? OVRMND_ATTEMPT_IDEMPOTENT : 0};
}

static uint32_t take_place(struct drive *d)
{
    uint32_t place = 0;
    while (d->taken[place])
        place++;
    d->taken[place] = true;
    return place;
}

static void start(struct drive *d)
{
    struct running *r = &d->running[d->load.running++];
    r->attempt = d->next;
    r->attempt.place = take_place(d);
    r->started_ns = d->now_ns;
    if (!r->attempt.first_ns)
        r->attempt.first_ns = d->now_ns;
    d->next.size = 0;
    d->load.running_cost += r->attempt.cost;
    instance_started(&d->instance, d->now_ns, &d->load, &r->attempt);
}

static void ask(struct drive *d, unsigned times)
{
    if (d->load.running == d->width)
        return;
    if (!d->next.size)
        choose_next(d);
    struct ovrmnd_verdict v = {0};
    for (unsigned i = 0; i < times; i++)
        v = instance_may_start(&d->instance, d->now_ns, &d->load, &d->next);
    judge(d, v);
    trace_add(d->trace, v);
    d->named_ns = v.action == OVRMND_WAIT_UNTIL ? v.at_ns : 0;
    /* Others in the stack may not have agreed. */
    if (v.action == OVRMND_START && random_below(&d->random, 8))
        start(d);
}

static void finish(struct drive *d, uint32_t which, bool cancelled)
{
    struct running r = d->running[which];
    struct ovrmnd_outcome o = draw_outcome(&d->random, r.started_ns, d->now_ns, d->calm);
    if (cancelled) {
        o.status = 0;
        o.error = OVRMND_ERROR_CANCELLED;
        o.flags = 0;
    }
    d->running[which] = d->running[--d->load.running];
    d->taken[r.attempt.place] = false;
    d->load.running_cost -= r.attempt.cost;
    instance_finished(&d->instance, d->now_ns, &d->load, &r.attempt, &o);
    bool success = o.flags & OVRMND_OUTCOME_SUCCESS;
    if (!success && !cancelled && d->load.waiting < MOST_RETRIES &&
        random_below(&d->random, 2)) {
        d->retries[d->load.waiting++] = r.attempt;
        return;
    }
    d->load.finished++;
    d->load.failed += !success;
}

/* To the time that was named, just before it, or somewhere. */
static void let_time_pass(struct drive *d)
{
    uint64_t to_ns = d->now_ns + draw_step_ns(&d->random);
    uint64_t how = random_below(&d->random, 4);
    if (d->named_ns > d->now_ns && how < 2)
        to_ns = how ? d->named_ns : d->named_ns - 1;
    d->now_ns = to_ns;
    clock_advance_to(&d->instance.clock, to_ns);
}

static void step(struct drive *d, unsigned times)
{
    uint64_t what = random_below(&d->random, 16);
    if (what < 8)
        ask(d, times);
    else if (what < 12 && d->load.running)
        finish(d, (uint32_t)random_below(&d->random, d->load.running), what == 8);
    else if (what < 15)
        let_time_pass(d);
    else if (random_below(&d->random, 8) == 0)
        d->next.size = 0; /* another one is asked about from now on */
}

/* ---- one sequence ---- */

static int drive_open(struct drive *d, struct subject *s, size_t variant, uint64_t seed,
                      struct trace *trace)
{
    struct error err;
    static const uint32_t widths[] = {1, 3, 20, MOST_RUNNING};
    *d = (struct drive){.random = random_seeded(seed), .trace = trace};
    d->load.size = sizeof d->load;
    d->calm = random_below(&d->random, 2);
    d->width = widths[random_below(&d->random, 4)];
    d->now_ns = NS_PER_S + random_below(&d->random, 2) * draw_step_ns(&d->random);
    return instance_open(&d->instance, s, variant, seed, NULL, &err);
}

/* With nothing running, does it let one start? */
static void agrees_in_the_end(struct drive *d)
{
    uint64_t from_ns = d->now_ns, stretch_ns = d->now_ns;
    choose_next(d);
    for (unsigned asked = 1; asked <= MOST_ASKED && !d->instance.broken; asked++) {
        struct ovrmnd_verdict v = instance_may_start(&d->instance, d->now_ns, &d->load,
                                                     &d->next);
        judge(d, v);
        if (v.action != OVRMND_WAIT_UNTIL || d->now_ns - from_ns > PATIENT_NS)
            break;
        d->now_ns = v.at_ns;
        if (asked % MOST_PUT_OFFS)
            continue;
        if (d->now_ns - stretch_ns < NS_PER_S)
            instance_broke(&d->instance, CHECK_S4,
                           "put the start off %d times within a second, with nothing "
                           "running",
                           MOST_PUT_OFFS);
        stretch_ns = d->now_ns;
    }
    if (!d->instance.broken && d->calm && d->now_ns - from_ns > PATIENT_NS)
        instance_broke(&d->instance, CHECK_S5,
                       "put the start off for three years, with nothing running");
}

static void drive_close(struct drive *d)
{
    while (d->load.running)
        finish(d, d->load.running - 1, true);
    if (!d->instance.broken)
        agrees_in_the_end(d);
    instance_close(&d->instance);
}

static bool run(struct subject *s, size_t variant, uint64_t seed, enum manner manner,
                struct trace *trace)
{
    static struct drive d, other;
    if (drive_open(&d, s, variant, seed, trace))
        return false;
    bool beside = manner == MANNER_BESIDE_ANOTHER &&
                  !drive_open(&other, s, variant, ~seed, NULL);
    struct random often = random_seeded(~seed);
    for (int i = 0; i < STEPS && !d.instance.broken && !s->calls.blocked; i++) {
        step(&d, manner == MANNER_ASKED_OFTEN ? 1 + (unsigned)random_below(&often, 4) : 1);
        if (beside && !other.instance.broken)
            step(&other, 1);
    }
    drive_close(&d);
    if (beside)
        drive_close(&other);
    s->page->sequences++;
    return d.instance.broken;
}

void stage_scheduler(struct subject *s)
{
    sequences_run(s, run);
}
