/* SPDX-License-Identifier: MIT */
#include "base/guard.h"
#include "base/memory.h"
#include "base/units.h"
#include "engine/batch.h"

#include <stdlib.h>

#define PROGRESS_EVERY_NS (100 * NS_PER_MS)
#define MOST_EXTRA_FDS    3

static uint64_t sooner_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool is_over(const struct batch *b)
{
    return b->stop || (b->source_ended && b->live == 0);
}

/* Is there something to do at once, without waiting for anybody? */
static bool is_busy(const struct batch *b)
{
    bool may_read = !b->source_ended && !b->source_later && window_has_room(b);
    return window_is_ready(b) || (b->halt != HALT_NO && may_read);
}

/* When the loop must turn again even if nothing comes back. */
static uint64_t wake_time(const struct batch *b)
{
    if (is_over(b) || is_busy(b))
        return b->now_ns;
    uint64_t at = sooner_of(b->flush_at_ns, b->progress_at_ns);
    at = sooner_of(at, memory_settle_time(b));
    if (b->settings->deadline_ns && b->halt != HALT_CANCEL)
        at = sooner_of(at, b->settings->deadline_ns);
    if (b->halt == HALT_DRAIN)
        return sooner_of(at, b->drain_until_ns);
    if (b->halt != HALT_NO || b->running_count == b->settings->max_running)
        return at;
    if (b->blocked_until_ns > b->now_ns)
        return sooner_of(at, b->blocked_until_ns);
    const struct job *retry = waiting_first(&b->waiting);
    return retry ? sooner_of(at, retry->due.at_ns) : at;
}

static void sleep_until_due(struct batch *b)
{
    const struct engine_settings *s = b->settings;
    struct pollfd fds[MOST_EXTRA_FDS];
    unsigned count = 0;
    int source_at = -1;
    if (s->interrupt)
        fds[count++] = (struct pollfd){.fd = s->interrupt->fd, .events = POLLIN};
    if (b->sink_waiting)
        fds[count++] = (struct pollfd){.fd = s->sink->fd, .events = POLLOUT};
    if (b->source_later) {
        source_at = (int)count;
        fds[count++] = (struct pollfd){.fd = s->source->fd, .events = POLLIN};
    }
    struct error err;
    if (s->transport->wait(s->transport, wake_time(b), fds, count, &err)) {
        halt_broken(b, &err);
        b->stop = true;
    }
    if (source_at >= 0 && fds[source_at].revents)
        b->source_later = false;
}

typedef void progress_function(void *self, const struct ovrmnd_snapshot *now);

/* Calls one of the reporter's functions, unless it has none. */
static void tell_progress(struct batch *b, progress_function *function, const char *name,
                          enum guard_duty duty)
{
    const struct engine_progress *p = &b->settings->progress;
    struct ovrmnd_snapshot now = b->report->totals; /* its own, whatever it does to it */
    struct error err;
    if (!function || guard_is_dead(p->name))
        return;
    if (guard_landed()) {
        guard_error(&err);
        halt_broken(b, &err);
        return;
    }
    guard_enter("progress reporter", p->name, name, duty);
    function(p->self, &now);
    guard_leave();
}

static void report_progress(struct batch *b)
{
    const struct engine_progress *p = &b->settings->progress;
    struct ovrmnd_snapshot *totals = &b->report->totals;
    if (!p->functions || b->now_ns < b->progress_at_ns)
        return;
    totals->now_ns = b->now_ns;
    totals->waiting = waiting_count(&b->waiting);
    tell_progress(b, p->functions->update, "update", GUARD_LOOP);
    b->progress_at_ns = b->now_ns + PROGRESS_EVERY_NS;
}

/* What no call shows: that it took too long, or left something where it must not. */
static void look_at_plugins(struct batch *b)
{
    struct witness *witness = b->settings->witness;
    struct error err;
    if (guard_check(&err))
        halt_broken(b, &err);
    if (b->now_ns < b->look_at_ns)
        return;
    guard_mend();
    if (witness && witness->look(witness, &err))
        halt_broken(b, &err);
    b->look_at_ns = b->now_ns + PROGRESS_EVERY_NS;
}

/* One turn, its phases in order. What came back is dealt with before anything new starts, so
 * that a limit or a failure counts at once; the sink is flushed before, since that may make the
 * room that the next item needs, and nothing else would wake the loop for it. */
static void turn(struct batch *b)
{
    b->now_ns = clock_now(b->settings->clock);
    halt_on_signals(b);
    halt_on_time(b);
    batch_take_back(b);
    window_write(b);
    window_flush(b);
    batch_start_attempts(b);
    memory_settle(b);
    report_progress(b);
    look_at_plugins(b);
    if (!is_over(b))
        sleep_until_due(b);
}

static void begin(struct batch *b, const struct engine_settings *s,
                  struct engine_report *report)
{
    *report = (struct engine_report){0};
    *b = (struct batch){.settings = s, .report = report};
    b->now_ns = clock_now(s->clock);
    b->stack = (struct stack){.schedulers = s->schedulers, .count = s->scheduler_count};
    wire_init(b);
    window_init(b);

    struct ovrmnd_snapshot *totals = &report->totals;
    totals->size = sizeof *totals;
    totals->started_ns = totals->now_ns = b->now_ns;
    totals->flags = s->source->total_known ? OVRMND_TOTAL_KNOWN : 0;
    totals->total = s->source->total_known ? s->source->total : 0;
    b->progress_at_ns = s->progress.functions ? b->now_ns : UINT64_MAX;
    if (s->progress.functions)
        tell_progress(b, s->progress.functions->begin, "begin", GUARD_LOOP);
}

static void end(struct batch *b)
{
    const struct engine_progress *p = &b->settings->progress;
    struct ovrmnd_snapshot *totals = &b->report->totals;
    /* Only a batch that had to stop still has attempts on the wire. */
    wire_cancel(b);
    batch_take_back(b);
    memory_settle(b);
    totals->now_ns = clock_now(b->settings->clock);
    totals->waiting = 0;
    if (p->functions)
        tell_progress(b, p->functions->end, "end", GUARD_SETUP);
    b->look_at_ns = 0;
    look_at_plugins(b);
    waiting_free(&b->waiting);
    job_pool_free(&b->pool);
    window_fini(b);
    wire_fini(b);
}

void engine_run(const struct engine_settings *settings, struct engine_report *report)
{
    struct batch b;
    begin(&b, settings, report);
    while (!is_over(&b))
        turn(&b);
    end(&b);
}
