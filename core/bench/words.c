/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/units.h"
#include "bench/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- figures ---- */

void bench_put_count(uint64_t count, struct buffer *out)
{
    char digits[DIGITS_U64];
    size_t length = buffer_digits_u64(count, digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            (void)buffer_append_char(out, ',');
        (void)buffer_append_char(out, digits[i]);
    }
}

void bench_put_latency(const struct histogram *h, double percent, struct buffer *out)
{
    if (h->count)
        bench_put_time(histogram_percentile(h, percent), out);
    else
        (void)buffer_append_char(out, '-');
}

/* So many decimals that three digits are shown. */
static int decimals_of(double value)
{
    return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
}

void bench_put_time(uint64_t ns, struct buffer *out)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = {{1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};
    char text[UNITS_TEXT];
    if (ns >= 1000 * NS_PER_S) {
        (void)buffer_append_text(out, units_duration_text(ns, text));
        return;
    }
    unsigned i = 0;
    while (i + 1 < 3 && (double)ns >= 999.5 * units[i].ns)
        i++;
    double scaled = (double)ns / units[i].ns;
    (void)buffer_append_format(out, "%.*f %s", decimals_of(scaled), scaled, units[i].name);
}

void bench_put_speed(double per_s, struct buffer *out)
{
    if (per_s <= 0)
        (void)buffer_append_char(out, '0');
    else if (per_s >= 999.5)
        bench_put_count((uint64_t)(per_s + 0.5), out);
    else
        (void)buffer_append_format(out, "%.*f", decimals_of(per_s), per_s);
}

static double *speeds_of(const struct bench_variant *v)
{
    double *speeds = memory_new(v->record->round_count + 1, sizeof *speeds);
    for (size_t i = 0; i < v->record->round_count; i++)
        speeds[i] = record_speed(&v->record->rounds[i]);
    return speeds;
}

double bench_speed(const struct bench_variant *v)
{
    double *speeds = speeds_of(v);
    double speed = statistics_geometric_mean(speeds, v->record->round_count);
    free(speeds);
    return speed;
}

uint64_t bench_wall_ns(const struct bench_variant *v)
{
    double *times = memory_new(v->record->round_count + 1, sizeof *times);
    for (size_t i = 0; i < v->record->round_count; i++)
        times[i] = (double)v->record->rounds[i].wall_ns;
    double median = statistics_median(times, v->record->round_count);
    free(times);
    return (uint64_t)(median + 0.5);
}

void bench_compare(struct bench_report *report)
{
    double *first = speeds_of(&report->variants[0]);
    for (size_t i = 1; i < report->variant_count; i++) {
        struct bench_variant *v = &report->variants[i];
        double *speeds = speeds_of(v);
        v->against_first = statistics_compare(first, speeds, v->record->round_count,
                                              report->seed);
        free(speeds);
    }
    free(first);
}

/* ---- the sentence ---- */

/* Ratios near 1 need more decimals to be told from it. */
static int ratio_decimals(double ratio)
{
    double away = fabs(ratio - 1);
    if (away < 0.01)
        return 4;
    if (away < 0.1)
        return 3;
    return decimals_of(ratio);
}

/* The faster one is named first, so that the ratio is above 1. */
static void put_difference(const char *fast, const char *slow, const struct comparison *c,
                           bool turned, struct buffer *out)
{
    double ratio = turned ? 1 / c->ratio : c->ratio;
    double low = turned ? 1 / c->high : c->low, high = turned ? 1 / c->low : c->high;
    int decimals = ratio_decimals(ratio);
    (void)buffer_append_format(out,
                               "`%s` is %.*f times as fast as `%s` (95 %% sure: %.*f to %.*f)",
                               fast, decimals, ratio, slow, decimals, low, decimals, high);
}

static void put_no_difference(const char *first, const char *name, const struct comparison *c,
                              struct buffer *out)
{
    int decimals = ratio_decimals(c->ratio) > 2 && fabs(c->high - c->low) < 0.02 ? 3 : 2;
    (void)buffer_append_format(out,
                               "no difference found between `%s` and `%s` (ratio %.*f, 95 %% "
                               "interval %.*f to %.*f",
                               first, name, decimals, c->ratio, decimals, c->low, decimals,
                               c->high);
    if (c->chance > STATISTICS_CHANCE && (c->low > 1 || c->high < 1))
        (void)buffer_append_format(out, "; chance alone gives as much in %.0f %% of benches",
                                   c->chance * 100);
    (void)buffer_append_char(out, ')');
}

bool bench_succeeded_in_all(const struct bench_variant *v)
{
    for (size_t i = 0; i < v->record->round_count; i++)
        if (!v->record->rounds[i].succeeded)
            return false;
    return true;
}

static const char *why_not(const struct bench_report *report, size_t variant)
{
    bool no_time = bench_succeeded_in_all(&report->variants[0]) &&
                   bench_succeeded_in_all(&report->variants[variant]);
    return no_time ? "a round took no time at all; give the model a latency"
                   : "in a round no item succeeded";
}

void bench_sentence(const struct bench_report *report, size_t variant, struct buffer *out)
{
    const char *first = report->variants[0].name, *name = report->variants[variant].name;
    const struct comparison *c = &report->variants[variant].against_first;
    switch (c->verdict) {
    case VERDICT_TOO_FEW:
        (void)buffer_append_format(out, "too few rounds to compare `%s` with `%s`: %zu of %d",
                                   name, first, c->rounds, STATISTICS_LEAST_ROUNDS);
        if (c->ratio > 0)
            (void)buffer_append_format(out, " (ratio so far %.*f)", ratio_decimals(c->ratio),
                                       c->ratio);
        break;
    case VERDICT_NOTHING_DONE:
        (void)buffer_append_format(out, "`%s` and `%s` cannot be compared: %s", name, first,
                                   why_not(report, variant));
        break;
    case VERDICT_NO_DIFFERENCE:
        put_no_difference(first, name, c, out);
        break;
    case VERDICT_FASTER:
        put_difference(name, first, c, false, out);
        break;
    case VERDICT_SLOWER:
        put_difference(first, name, c, true, out);
        break;
    }
}

/* ---- around it ---- */

static void put_plural(uint64_t count, const char *what, struct buffer *out)
{
    bench_put_count(count, out);
    (void)buffer_append_format(out, " %s%s", what, units_plural(count));
}

void bench_setting(const struct bench_report *r, struct buffer *out)
{
    if (r->target)
        (void)buffer_append_format(out, "%s: ", r->target);
    if (r->items) {
        put_plural(r->items, "item", out);
        (void)buffer_append_text(out, ", ");
    }
    put_plural(r->rounds, "round", out);
    if (r->warmup)
        (void)buffer_append_format(out, " after %" PRIu64 " to warm up", r->warmup);
    (void)buffer_append_format(out, ", seed %" PRIu64, r->seed);
    if (r->model)
        (void)buffer_append_format(out, ", against the modelled server '%s'", r->model);
}

/* Failures make a speed look better or worse than it is. */
static bool put_failures(const struct bench_report *r, struct buffer *out)
{
    bool any = false;
    for (size_t i = 0; i < r->variant_count; i++) {
        const struct record_counts *t = &r->variants[i].record->total;
        uint64_t items = t->succeeded + t->failed + t->cancelled;
        uint64_t lost = t->failed + t->cancelled;
        if (!lost)
            continue;
        (void)buffer_append_format(
            out, "%s `%s` %.*f %%", any ? "," : "items failed:", r->variants[i].name,
            lost * 100 < items ? 2 : 0, 100 * (double)lost / (double)items);
        any = true;
    }
    if (any)
        (void)buffer_append_text(out, "; only those that succeeded count as speed");
    return any;
}

static bool put_reason(const struct bench_report *r, struct buffer *out)
{
    for (size_t i = 0; i < r->variant_count; i++) {
        if (!r->variants[i].record->reason[0])
            continue;
        (void)buffer_append_format(out, "the first failure of `%s`: %s", r->variants[i].name,
                                   r->variants[i].record->reason);
        return true;
    }
    return false;
}

static bool put_many_comparisons(const struct bench_report *r, struct buffer *out)
{
    size_t count = r->variant_count - 1;
    if (count < 2 || r->rounds < STATISTICS_LEAST_ROUNDS)
        return false;
    (void)buffer_append_format(out,
                               "each of the %zu comparisons is 95 %% sure by itself; that one "
                               "of them is a false alarm has a chance of up to %.0f %%",
                               count, 100 * (1 - pow(0.95, (double)count)));
    return true;
}

static bool put_interrupted(const struct bench_report *r, struct buffer *out)
{
    if (r->interrupted)
        (void)buffer_append_text(out, "stopped by a signal; the rounds that were whole count");
    return r->interrupted;
}

bool bench_note(const struct bench_report *r, size_t at, struct buffer *out)
{
    static bool (*const notes[])(const struct bench_report *, struct buffer *) = {
        put_failures, put_reason, put_many_comparisons, put_interrupted};
    size_t start = out->length;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        if (notes[i](r, out) && at-- == 0)
            return true;
        out->length = start;
    }
    return false;
}
