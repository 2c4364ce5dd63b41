/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/units.h"
#include "bench/page.h"
#include "bench/plot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define HEIGHT 130

static int by_start(const void *a, const void *b)
{
    const struct record_bar *x = a, *y = b;
    if (x->from_ns != y->from_ns)
        return x->from_ns < y->from_ns ? -1 : 1;
    if (x->item != y->item)
        return x->item < y->item ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Bars of one kind as one path: a line each, from start to end, one below the other. */
static void draw_bars(struct plot *p, const struct record_bar *bars, size_t count, bool success,
                      const char *class)
{
    double pitch = p->height / (double)count, width = pitch > 14  ? 10
                                                      : pitch > 2 ? pitch * 0.72
                                                                  : 1.4;
    (void)buffer_append_format(p->out, "<path class=\"%s\" stroke-width=\"%.2f\" d=\"", class,
                               width);
    for (size_t i = 0; i < count; i++) {
        if (bars[i].success != success)
            continue;
        double from = plot_x(p, (double)bars[i].from_ns / (double)NS_PER_S);
        double until = plot_x(p, (double)bars[i].until_ns / (double)NS_PER_S);
        (void)buffer_append_format(p->out, "M%.1f %.1fH%.1f", from,
                                   PLOT_TOP + pitch * ((double)i + 0.5),
                                   until > from + 0.8 ? until : from + 0.8);
    }
    (void)buffer_append_text(p->out, "\"/>\n");
}

static double longest_s(const struct bench_report *r)
{
    uint64_t most_ns = 1;
    for (size_t i = 0; i < r->variant_count; i++)
        for (size_t j = 0; j < r->variants[i].record->bar_count; j++)
            if (r->variants[i].record->bars[j].until_ns > most_ns)
                most_ns = r->variants[i].record->bars[j].until_ns;
    return (double)most_ns / (double)NS_PER_S;
}

static void put_variant(const struct bench_report *r, size_t variant, struct buffer *out)
{
    const struct record *record = r->variants[variant].record;
    char id[24], class[32], title[96], words[160];
    struct record_bar *bars = memory_new(record->bar_count + 1, sizeof *bars);
    struct plot p = {.out = out, .height = HEIGHT, .x = plot_scale(0, longest_s(r))};
    size_t failed = 0;
    memcpy(bars, record->bars, record->bar_count * sizeof *bars);
    qsort(bars, record->bar_count, sizeof *bars, by_start);
    for (size_t i = 0; i < record->bar_count; i++)
        failed += !bars[i].success;
    snprintf(id, sizeof id, "timeline%zu", variant);
    snprintf(class, sizeof class, "bars v%zu solid", variant);
    snprintf(title, sizeof title, "Timeline of %s", r->variants[variant].name);
    snprintf(words, sizeof words, "%zu attempts as bars from start to end, %zu of them failed",
             record->bar_count, failed);
    (void)buffer_append_format(out, "<p><code>%s</code>: %s", r->variants[variant].name, words);
    if (record->bar_every > 1)
        (void)buffer_append_format(out, "; one item of every %" PRIu64 " is drawn",
                                   record->bar_every);
    (void)buffer_append_text(out, "</p>\n");
    plot_open(&p, id, title, words);
    plot_x_axis(&p, PLOT_SECONDS, "time since the run began");
    if (record->bar_count) {
        draw_bars(&p, bars, record->bar_count, true, class);
        draw_bars(&p, bars, record->bar_count, false, "bad");
    }
    plot_close(&p);
    free(bars);
}

void page_timeline(const struct bench_report *r, struct buffer *out)
{
    page_figure_open("Attempts of the first round",
                     "Each from start to end, in the order of their starts from top to bottom. "
                     "Failed ones have the colour of this text.",
                     out);
    for (size_t i = 0; i < r->variant_count; i++)
        put_variant(r, i, out);
    page_figure_close(out);
}
