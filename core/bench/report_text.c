/* SPDX-License-Identifier: MIT */
#include "bench/report.h"
#include "output/text.h"

#include <stdio.h>

#define MOST_COLUMNS 13
#define GAP          2

/* A table of cells: the first column flush left, the others right. */
struct table {
    char cells[BENCH_MOST_VARIANTS + 1][MOST_COLUMNS][40];
    size_t rows, columns;
};

static void put_cell(struct table *t, const struct buffer *text)
{
    snprintf(t->cells[t->rows][t->columns++], sizeof t->cells[0][0], "%.*s", (int)text->length,
             text->data);
}

static void count_cell(struct table *t, uint64_t count)
{
    struct buffer text = {0};
    bench_put_count(count, &text);
    put_cell(t, &text);
    buffer_free(&text);
}

static void time_cell(struct table *t, uint64_t ns)
{
    struct buffer text = {0};
    bench_put_time(ns, &text);
    put_cell(t, &text);
    buffer_free(&text);
}

static void latency_cell(struct table *t, const struct histogram *h, double percent)
{
    struct buffer text = {0};
    bench_put_latency(h, percent, &text);
    put_cell(t, &text);
    buffer_free(&text);
}

static void speed_cell(struct table *t, double per_s)
{
    struct buffer text = {0};
    bench_put_speed(per_s, &text);
    put_cell(t, &text);
    buffer_free(&text);
}

static void head(struct table *t)
{
    static const char *const names[] = {"",       "time",     "items/s", "p50",
                                        "p90",    "p99",      "p99.9",   "max",
                                        "failed", "attempts", "retries", "429s"};
    for (t->columns = 0; t->columns < sizeof names / sizeof *names; t->columns++)
        snprintf(t->cells[0][t->columns], sizeof t->cells[0][0], "%s", names[t->columns]);
    t->rows = 1;
}

static void row(struct table *t, const struct bench_variant *v)
{
    static const double percents[] = {50, 90, 99, 99.9, 100};
    const struct record_counts *total = &v->record->total;
    t->columns = 0;
    snprintf(t->cells[t->rows][t->columns++], sizeof t->cells[0][0], "%s", v->name);
    time_cell(t, bench_wall_ns(v));
    speed_cell(t, bench_speed(v));
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++)
        latency_cell(t, &v->record->latency, percents[i]);
    count_cell(t, total->failed + total->cancelled);
    count_cell(t, total->attempts);
    count_cell(t, total->retries);
    count_cell(t, total->limited);
    t->rows++;
}

static void put_table(const struct table *t, struct buffer *out)
{
    size_t widths[MOST_COLUMNS] = {0};
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->columns; j++)
            if (strlen(t->cells[i][j]) > widths[j])
                widths[j] = strlen(t->cells[i][j]);
    for (size_t i = 0; i < t->rows; i++) {
        (void)buffer_append_format(out, "%-*s", (int)widths[0], t->cells[i][0]);
        for (size_t j = 1; j < t->columns; j++)
            (void)buffer_append_format(out, "%*s", (int)widths[j] + GAP, t->cells[i][j]);
        (void)buffer_append_char(out, '\n');
    }
}

static void put_plans(const struct bench_report *r, struct buffer *out)
{
    int width = 0;
    for (size_t i = 0; i < r->variant_count; i++)
        if ((int)strlen(r->variants[i].name) > width)
            width = (int)strlen(r->variants[i].name);
    for (size_t i = 0; i < r->variant_count; i++) {
        (void)buffer_append_format(out, "  %-*s  ", width, r->variants[i].name);
        text_clean(buffer_slice(&r->variants[i].plan), 0, out);
        (void)buffer_append_char(out, '\n');
    }
}

static void put_setting(const struct bench_report *r, struct buffer *out)
{
    struct buffer setting = {0};
    bench_setting(r, &setting);
    text_clean(buffer_slice(&setting), 0, out);
    (void)buffer_append_char(out, '\n');
    buffer_free(&setting);
}

static void put_notes(const struct bench_report *r, struct buffer *out)
{
    struct buffer note = {0};
    for (size_t i = 0; bench_note(r, i, &note); i++) {
        text_clean(buffer_slice(&note), 0, out);
        (void)buffer_append_char(out, '\n');
        buffer_reset(&note);
    }
    buffer_free(&note);
}

void bench_text(const struct bench_report *r, struct buffer *out)
{
    struct table table = {0};
    put_setting(r, out);
    put_plans(r, out);
    if (!r->rounds) {
        (void)buffer_append_text(out, "\nno round was finished: nothing can be said\n");
        return;
    }
    (void)buffer_append_char(out, '\n');
    head(&table);
    for (size_t i = 0; i < r->variant_count; i++)
        row(&table, &r->variants[i]);
    put_table(&table, out);
    (void)buffer_append_char(out, '\n');
    for (size_t i = 1; i < r->variant_count; i++) {
        bench_sentence(r, i, out);
        (void)buffer_append_char(out, '\n');
    }
    put_notes(r, out);
}
