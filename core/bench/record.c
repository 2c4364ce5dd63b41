/* SPDX-License-Identifier: MIT */
#include "bench/record.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLICE_NS (UINT64_C(1) << 16) /* 66 us */
#define TOO_MANY       429

/* ---- time in slices ---- */

static void halve(uint64_t *slices)
{
    for (size_t i = 0; i < RECORD_SLICES / 2; i++)
        slices[i] = slices[2 * i] + slices[2 * i + 1];
    memset(slices + RECORD_SLICES / 2, 0, RECORD_SLICES / 2 * sizeof *slices);
}

static void widen(struct record *r)
{
    halve(r->done);
    halve(r->busy_ns);
    r->slice_ns *= 2;
}

/* The slice of a time; slices get wider until there is one. */
static size_t slice_of_time(struct record *r, uint64_t at_ns)
{
    while (at_ns / r->slice_ns >= RECORD_SLICES)
        widen(r);
    return (size_t)(at_ns / r->slice_ns);
}

static void add_busy(struct record *r, uint64_t from_ns, uint64_t until_ns)
{
    size_t last = slice_of_time(r, until_ns), first = slice_of_time(r, from_ns);
    for (size_t i = first; i <= last; i++) {
        uint64_t begin_ns = i * r->slice_ns, end_ns = begin_ns + r->slice_ns;
        begin_ns = begin_ns > from_ns ? begin_ns : from_ns;
        end_ns = end_ns < until_ns ? end_ns : until_ns;
        r->busy_ns[i] += end_ns - begin_ns;
    }
}

/* ---- attempts to be drawn ---- */

static void thin(struct record *r)
{
    size_t kept = 0;
    r->bar_every *= 2;
    for (size_t i = 0; i < r->bar_count; i++)
        if (r->bars[i].item % r->bar_every == 0)
            r->bars[kept++] = r->bars[i];
    r->bar_count = kept;
}

/* Whole items are kept or dropped, so that a retry is seen with what it follows. An item with
 * more attempts than there is room for is cut off. */
static void add_bar(struct record *r, struct record_bar bar)
{
    while (r->bar_count == RECORD_BARS && r->bar_every < UINT64_MAX / 2)
        thin(r);
    if (r->bar_count < RECORD_BARS && bar.item % r->bar_every == 0)
        r->bars[r->bar_count++] = bar;
}

/* ---- the observer ---- */

static uint64_t since(uint64_t start_ns, uint64_t end_ns)
{
    return end_ns > start_ns ? end_ns - start_ns : 0;
}

static void record_result(struct observer *observer, const struct result *result)
{
    struct record *r = (struct record *)observer;
    struct record_counts *total = &r->total;
    if (!result->success && !r->reason[0])
        log_redact_copy(r->reason, sizeof r->reason, result->error->message);
    if (result->success)
        total->succeeded++;
    else if (result->error->code == ERROR_CANCELLED)
        total->cancelled++;
    else
        total->failed++;
}

static void record_attempt(struct observer *observer, const struct attempt *a)
{
    struct record *r = (struct record *)observer;
    const struct ovrmnd_outcome *o = &a->outcome.facts;
    struct record_bar bar = {
        .item = a->facts.item,
        .from_ns = since(r->began_ns, o->started_ns),
        .until_ns = since(r->began_ns, o->finished_ns),
        .number = a->facts.number,
        .success = o->flags & OVRMND_OUTCOME_SUCCESS,
        .limited = o->status == TOO_MANY,
    };
    if (bar.until_ns < bar.from_ns) /* it never got going */
        bar.until_ns = bar.from_ns;
    r->total.attempts++;
    r->total.retries += bar.number > 1;
    r->total.limited += bar.limited;
    histogram_record(&r->latency, bar.until_ns - bar.from_ns);
    add_busy(r, bar.from_ns, bar.until_ns);
    r->done[slice_of_time(r, bar.until_ns)] += bar.success;
    add_bar(r, bar);
}

struct record *record_new(void)
{
    struct record *r = memory_new(1, sizeof *r);
    record_begin(r, 0);
    return r;
}

void record_free(struct record *r)
{
    if (r)
        free(r->rounds);
    free(r);
}

/* ---- runs and rounds ---- */

void record_begin(struct record *r, uint64_t now_ns)
{
    free(r->rounds);
    *r = (struct record){.observer = {.result = record_result, .attempt = record_attempt},
                         .began_ns = now_ns,
                         .slice_ns = FIRST_SLICE_NS,
                         .bar_every = 1};
}

void record_end(struct record *r, uint64_t now_ns)
{
    r->total.wall_ns = since(r->began_ns, now_ns);
}

static void add_counts(struct record_counts *to, const struct record_counts *from)
{
    to->wall_ns += from->wall_ns;
    to->succeeded += from->succeeded;
    to->failed += from->failed;
    to->cancelled += from->cancelled;
    to->attempts += from->attempts;
    to->retries += from->retries;
    to->limited += from->limited;
}

static void add_slices(struct record *to, struct record *from)
{
    while (to->slice_ns < from->slice_ns)
        widen(to);
    while (from->slice_ns < to->slice_ns)
        widen(from);
    for (size_t i = 0; i < RECORD_SLICES; i++) {
        to->done[i] += from->done[i];
        to->busy_ns[i] += from->busy_ns[i];
    }
}

void record_add(struct record *variant, struct record *run)
{
    if (variant->round_count == 0) {
        memcpy(variant->bars, run->bars, sizeof run->bars);
        variant->bar_count = run->bar_count;
        variant->bar_every = run->bar_every;
    }
    if (!variant->reason[0])
        memcpy(variant->reason, run->reason, sizeof run->reason);
    variant->rounds = memory_grow(variant->rounds, variant->round_count + 1,
                                  sizeof *variant->rounds);
    variant->rounds[variant->round_count++] = run->total;
    add_counts(&variant->total, &run->total);
    histogram_merge(&variant->latency, &run->latency);
    add_slices(variant, run);
}

double record_speed(const struct record_counts *run)
{
    if (!run->wall_ns)
        return 0;
    return (double)run->succeeded * (double)NS_PER_S / (double)run->wall_ns;
}
