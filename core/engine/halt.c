/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "engine/batch.h"

static void cancel_running(struct batch *b)
{
    b->halt = HALT_CANCEL;
    wire_cancel(b);
}

static void begin_to_end(struct batch *b)
{
    if (!(b->report->totals.flags & OVRMND_HALTING))
        b->read_until_ns = b->now_ns + b->settings->grace_ns;
    b->report->totals.flags |= OVRMND_HALTING;
}

/* The first reason to end is the one reported. */
static void end_with(struct batch *b, enum engine_ending ending)
{
    if (b->report->ending == ENGINE_COMPLETE)
        b->report->ending = ending;
    begin_to_end(b);
}

/* Nothing new starts; what runs may finish, for a while. */
static void drain(struct batch *b, enum engine_ending ending)
{
    end_with(b, ending);
    b->halt = HALT_DRAIN;
    b->drain_until_ns = b->now_ns + b->settings->grace_ns;
}

void halt_on_signals(struct batch *b)
{
    struct interrupt *interrupt = b->settings->interrupt;
    int signal;
    while (interrupt && (signal = interrupt->next(interrupt))) {
        log_debug(ENGINE, NULL, "signal %d", signal);
        if (b->signalled)
            cancel_running(b); /* the second one */
        else if (b->halt == HALT_NO)
            drain(b, ENGINE_SIGNAL);
        if (b->report->ending == ENGINE_SIGNAL && !b->report->signal)
            b->report->signal = signal;
        b->signalled = true;
    }
}

void halt_at_deadline(struct batch *b)
{
    end_with(b, ENGINE_DEADLINE);
    cancel_running(b);
}

void halt_on_time(struct batch *b)
{
    uint64_t deadline_ns = b->settings->deadline_ns;
    if (deadline_ns && b->now_ns >= deadline_ns && b->halt != HALT_CANCEL)
        halt_at_deadline(b);
    else if (b->halt == HALT_DRAIN && b->now_ns >= b->drain_until_ns)
        cancel_running(b);
}

#define PERCENT_AFTER 20 /* results: before that, a share says little */

static bool too_many_failed(const struct batch *b)
{
    const struct engine_settings *s = b->settings;
    const struct ovrmnd_snapshot *totals = &b->report->totals;
    if (s->max_failures && totals->failed >= s->max_failures)
        return true;
    return s->max_failure_percent && totals->completed >= PERCENT_AFTER &&
           totals->failed * 100 >= totals->completed * s->max_failure_percent;
}

/* The share of failures is looked at after successes too: one of them may be the result that
 * makes them enough to say something. */
void halt_on_result(struct batch *b, bool failed)
{
    if (failed && b->settings->fail_fast && b->halt != HALT_CANCEL) {
        end_with(b, ENGINE_FAIL_FAST);
        cancel_running(b);
    } else if (b->halt == HALT_NO && too_many_failed(b)) {
        drain(b, ENGINE_MAX_FAILURES);
    }
}

void halt_broken(struct batch *b, const struct error *err)
{
    if (b->report->ending != ENGINE_BROKEN) {
        b->report->ending = ENGINE_BROKEN;
        b->report->error = *err;
    }
    begin_to_end(b);
    if (b->halt != HALT_CANCEL)
        cancel_running(b);
}
