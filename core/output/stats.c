/* SPDX-License-Identifier: MIT */
#include "output/stats.h"

#include "base/calendar.h"
#include "base/memory.h"
#include "base/units.h"
#include "output/screen.h"
#include "output/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define OTHER_ERROR (STATS_ERRORS - 1)

const char *const stats_error_names[STATS_ERRORS] = {
    [OVRMND_ERROR_RESOLVE] = "resolve",
    [OVRMND_ERROR_CONNECT] = "connect",
    [OVRMND_ERROR_TLS] = "tls",
    [OVRMND_ERROR_SEND] = "send",
    [OVRMND_ERROR_RECEIVE] = "receive",
    [OVRMND_ERROR_TIMEOUT] = "timeout",
    [OVRMND_ERROR_PROTOCOL] = "protocol",
    [OVRMND_ERROR_TOO_LARGE] = "too_large",
    [OVRMND_ERROR_INVALID] = "invalid",
    [OVRMND_ERROR_CANCELLED] = "cancelled",
    [OVRMND_ERROR_LOCAL] = "local",
    [OVRMND_ERROR_REFUSED] = "refused",
    [OTHER_ERROR] = "other",
};

/* ---- while the batch runs ---- */

static void stats_result(struct observer *observer, const struct result *r)
{
    struct stats *s = (struct stats *)observer;
    if (r->success)
        s->succeeded++;
    else if (r->error->code == ERROR_CANCELLED)
        s->cancelled++;
    else
        s->failed++;
    if (r->attempts > 0)
        histogram_record(&s->items_ns, r->duration_ns);
}

/* An attempt that never got going may end before it starts, by a clock read twice. */
static uint64_t since(uint64_t start_ns, uint64_t end_ns)
{
    return end_ns > start_ns ? end_ns - start_ns : 0;
}

static void stats_attempt(struct observer *observer, const struct attempt *a)
{
    struct stats *s = (struct stats *)observer;
    const struct ovrmnd_outcome *o = &a->outcome.facts;
    uint64_t took_ns = since(o->started_ns, o->finished_ns);
    s->attempts++;
    s->retries += a->facts.number > 1;
    if (o->error != OVRMND_ERROR_NONE)
        s->by_error[o->error < OTHER_ERROR ? o->error : OTHER_ERROR]++;
    else
        s->by_status[o->status < STATS_STATUSES ? o->status : 0]++;
    s->bytes_in += o->bytes_in;
    s->bytes_out += o->bytes_out;
    histogram_record(&s->all_ns, took_ns);
    if (o->flags & OVRMND_OUTCOME_SUCCESS)
        histogram_record(&s->succeeded_ns, took_ns);
    if (o->first_byte_ns)
        histogram_record(&s->first_byte_ns, since(o->started_ns, o->first_byte_ns));
}

struct stats *stats_new(const char *batch_id, int64_t started_at_s)
{
    struct stats *s = memory_new(1, sizeof *s);
    s->observer = (struct observer){.result = stats_result, .attempt = stats_attempt};
    snprintf(s->batch_id, sizeof s->batch_id, "%s", batch_id);
    s->started_at_s = started_at_s;
    return s;
}

void stats_free(struct stats *s)
{
    free(s);
}

/* A journal's answer may have got no result, when the batch had to stop before its turn. */
uint64_t stats_own_results(const struct stats *s)
{
    uint64_t results = s->succeeded + s->failed;
    return results > s->from_journal ? results - s->from_journal : 0;
}

/* ---- a line of the table ---- */

#define WIDTH 78 /* of lists, which go on in a next line */
#define LABEL "  %-10s"

static void print(struct screen *screen, struct buffer *line)
{
    screen_line(screen, buffer_text(line));
    buffer_reset(line);
}

struct unit {
    double size;
    const char *name;
};

/* Three digits: "12.3 ms", "1.20 MiB"; all of them in the first unit. */
static void put_scaled(uint64_t value, const struct unit *units, unsigned count, int width,
                       struct buffer *line)
{
    char text[UNITS_TEXT];
    unsigned i = 0;
    while (i + 1 < count && (double)value >= 999.5 * units[i].size)
        i++;
    double scaled = (double)value / units[i].size;
    int decimals = i == 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
    snprintf(text, sizeof text, "%.*f %s", decimals, scaled, units[i].name);
    (void)buffer_append_format(line, "%*s", width, text);
}

static void put_duration(uint64_t ns, int width, struct buffer *line)
{
    static const struct unit units[] = {{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};
    char text[UNITS_TEXT];
    if (ns < 60 * NS_PER_S)
        put_scaled(ns, units, 4, width, line);
    else
        (void)buffer_append_format(line, "%*s", width, units_duration_text(ns, text));
}

static void put_bytes(uint64_t bytes, struct buffer *line)
{
    static const struct unit units[] = {{1, "B"},
                                        {1024, "KiB"},
                                        {1024.0 * 1024, "MiB"},
                                        {1024.0 * 1024 * 1024, "GiB"},
                                        {1024.0 * 1024 * 1024 * 1024, "TiB"}};
    put_scaled(bytes, units, 5, 0, line);
}

/* ---- the table ---- */

static void print_head(const struct stats *s, struct screen *screen, uint64_t elapsed_ns,
                       struct buffer *line)
{
    char when[CALENDAR_TEXT];
    (void)buffer_append_format(line, "Batch %s, started %s, took ", s->batch_id,
                               calendar_plain(s->started_at_s, when));
    put_duration(elapsed_ns, 0, line);
    print(screen, line);
}

static void print_counts(const struct stats *s, struct screen *screen, uint64_t elapsed_ns,
                         struct buffer *line)
{
    uint64_t results = s->succeeded + s->failed;
    (void)buffer_append_format(
        line,
        LABEL "%" PRIu64 ": %" PRIu64 " succeeded, %" PRIu64 " failed, %" PRIu64 " cancelled",
        "items", results + s->cancelled, s->succeeded, s->failed, s->cancelled);
    text_rate(stats_own_results(s), "results", elapsed_ns, line);
    print(screen, line);
    (void)buffer_append_format(line, LABEL "%" PRIu64 ": %" PRIu64 " %s", "attempts",
                               s->attempts, s->retries, s->retries == 1 ? "retry" : "retries");
    text_rate(s->attempts, "attempts", elapsed_ns, line);
    print(screen, line);
}

/* One entry of a list, which begins with its label and goes on below it. */
static void put_entry(struct screen *screen, const char *label, const char *name,
                      uint64_t count, struct buffer *line)
{
    char text[64];
    int length = snprintf(text, sizeof text, "%s: %" PRIu64, name, count);
    if (line->length == 0) {
        (void)buffer_append_format(line, LABEL, label);
    } else if (line->length + (size_t)length + 3 > WIDTH) {
        (void)buffer_append_char(line, ',');
        print(screen, line);
        (void)buffer_append_format(line, LABEL, "");
    } else {
        (void)buffer_append_text(line, ", ");
    }
    (void)buffer_append(line, text, (size_t)length);
}

static void print_lists(const struct stats *s, struct screen *screen, struct buffer *line)
{
    for (unsigned i = 0; i < STATS_STATUSES; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        if (s->by_status[i] > 0)
            put_entry(screen, "statuses", name, s->by_status[i], line);
    }
    if (line->length > 0)
        print(screen, line);
    for (unsigned i = 0; i < STATS_ERRORS; i++)
        if (s->by_error[i] > 0)
            put_entry(screen, "errors", stats_error_names[i], s->by_error[i], line);
    if (line->length > 0)
        print(screen, line);
}

static void print_bytes(const struct stats *s, struct screen *screen, struct buffer *line)
{
    (void)buffer_append_format(line, LABEL, "bytes");
    put_bytes(s->bytes_in, line);
    (void)buffer_append_text(line, " in, ");
    put_bytes(s->bytes_out, line);
    (void)buffer_append_text(line, " out");
    print(screen, line);
}

#define COLUMN 10

static void print_times(const char *label, const struct histogram *h, struct screen *screen,
                        struct buffer *line)
{
    static const double percents[] = {50, 90, 99, 99.9, 100};
    (void)buffer_append_format(line, LABEL "%*" PRIu64, label, COLUMN, h->count);
    for (unsigned i = 0; h->count > 0 && i < sizeof percents / sizeof *percents; i++)
        put_duration(histogram_percentile(h, percents[i]), COLUMN, line);
    if (h->count > 0)
        put_duration(histogram_mean(h), COLUMN, line);
    print(screen, line);
}

void stats_print(const struct stats *s, struct screen *screen, uint64_t elapsed_ns)
{
    static const char *const titles[] = {"count", "p50", "p90", "p99", "p99.9", "max", "mean"};
    struct buffer line = {0};
    print_head(s, screen, elapsed_ns, &line);
    print_counts(s, screen, elapsed_ns, &line);
    print_lists(s, screen, &line);
    print_bytes(s, screen, &line);
    (void)buffer_append_format(&line, LABEL, "times");
    for (unsigned i = 0; i < sizeof titles / sizeof *titles; i++)
        (void)buffer_append_format(&line, "%*s", COLUMN, titles[i]);
    print(screen, &line);
    print_times("attempts", &s->all_ns, screen, &line);
    print_times("succeeded", &s->succeeded_ns, screen, &line);
    print_times("first byte", &s->first_byte_ns, screen, &line);
    print_times("items", &s->items_ns, screen, &line);
    buffer_free(&line);
}
