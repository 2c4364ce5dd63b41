/* SPDX-License-Identifier: MIT */

/*
 * bar: one live line on a terminal; elsewhere, lines as `plain` prints them.
 *
 *     Batch Progress |████████░░░░░░░░░░░░░| 37% | 37/100 | 5 running | 2 failed
 *
 * The format is cut at " | " into segments, once. Each update works out what the placeholders
 * say, and then what fits: the bar shrinks first, then segments go, from the right. So the line
 * never wraps, whatever the terminal. Nothing is allocated after `create`.
 */

#include "line.h"

#include <stdlib.h>

enum { BAR_FORMAT, BAR_WIDTH, BAR_COLOUR };
enum { BAR_COLOUR_AUTO, BAR_COLOUR_ALWAYS, BAR_COLOUR_NEVER };

#define FORMAT_DEFAULT                                                                         \
    "Batch Progress |{bar}| {percentage}% | {completed}/{total} | {running} running | "        \
    "{failed} failed"

/* Used in its place while the number of items is not known. */
#define FORMAT_UNKNOWN_TOTAL                                                                   \
    "Batch Progress | {completed} done | {running} running | {failed} failed"

#define SEPARATOR " | "

static const struct ovrmnd_option bar_options[] = {
    [BAR_FORMAT] = {.name = "format",
                    .help = "The line, with {bar} {percentage} {completed} {total} {running} "
                            "{failed} {waiting} {rate} {eta} {elapsed}; a part between \" | \" "
                            "that counts failed or waiting items alone is left out at 0",
                    .fallback = FORMAT_DEFAULT,
                    .type = OVRMND_STRING},
    [BAR_WIDTH] = {.name = "width",
                   .help = "Width of the bar; less where the terminal is narrow, and without "
                           "this 10 to 40, as the line leaves room",
                   .least = "1",
                   .most = "200",
                   .unit = "columns",
                   .type = OVRMND_INTEGER},
    [BAR_COLOUR] =
        {.name = "colour",
         .help = "Colours: auto is where the terminal takes them and NO_COLOR is not "
                 "set; always is on any terminal",
         .fallback = "auto",
         .choices = "auto|always|never",
         .type = OVRMND_CHOICE},
};

#define INTERVAL_NS  UINT64_C(1000000000) /* between lines where there is no terminal */
#define MAX_FORMAT   512
#define MAX_SEGMENTS 16
#define MAX_PARTS    48
#define MAX_VALUE    24
#define MAX_TEXT     1536
#define WIDEST       200 /* columns of the bar */
#define WIDE         40  /* unless the user says otherwise */
#define NARROW       10  /* below this, segments go before the bar shrinks further */

#define NS_PER_S UINT64_C(1000000000)

/* Placeholders. TEXT stands for what is between them. */
enum {
    TEXT,
    THE_BAR,
    PERCENTAGE,
    COMPLETED,
    TOTAL,
    RUNNING,
    FAILED,
    WAITING,
    RATE,
    ETA,
    ELAPSED,
    PLACEHOLDERS
};
static const char *const names[PLACEHOLDERS] = {
    [THE_BAR] = "bar",
    [PERCENTAGE] = "percentage",
    [COMPLETED] = "completed",
    [TOTAL] = "total",
    [RUNNING] = "running",
    [FAILED] = "failed",
    [WAITING] = "waiting",
    [RATE] = "rate",
    [ETA] = "eta",
    [ELAPSED] = "elapsed",
};

struct part {
    unsigned kind;    /* TEXT or a placeholder */
    const char *text; /* for TEXT: within the format */
    size_t length;
    size_t columns; /* for TEXT */
};

struct segment {
    unsigned first, count; /* of `parts` */
    unsigned hidden_at_0;  /* the placeholder that hides it, FAILED or WAITING; 0: none */
};

struct layout {
    char format[MAX_FORMAT];
    struct part parts[MAX_PARTS];
    unsigned part_count;
    struct segment segments[MAX_SEGMENTS];
    unsigned segment_count;
};

struct bar {
    const struct ovrmnd_screen *screen; /* NULL: this host has none, and nothing is shown */
    struct layout layout, unknown_total;
    bool own_format; /* the user's: stands for an unknown total too */
    bool colours;
    unsigned width; /* columns of the bar; 0: as the line leaves room */
    struct line line;
    char values[PLACEHOLDERS][MAX_VALUE];
    char text[MAX_TEXT];
    size_t length; /* of text */
};

/* ---- the format ---- */

static int refuse(struct ovrmnd_text *why, const char *start, size_t length)
{
    snprintf(why->data, why->capacity,
             "option format: there is no placeholder %.*s; the known ones are {bar} "
             "{percentage} {completed} {total} {running} {failed} {waiting} {rate} {eta} "
             "{elapsed}",
             length > 40 ? 40 : (int)length, start);
    return -1;
}

static int too_long(struct ovrmnd_text *why)
{
    snprintf(why->data, why->capacity,
             "option format: too long; at most %d bytes, %d placeholders and texts, and %d "
             "parts between \" | \"",
             MAX_FORMAT - 1, MAX_PARTS, MAX_SEGMENTS);
    return -1;
}

/* The placeholder that starts here, braces included; TEXT: there is none of that name. */
static unsigned placeholder_at(const char *at, size_t *length)
{
    for (unsigned kind = TEXT + 1; kind < PLACEHOLDERS; kind++) {
        size_t n = strlen(names[kind]);
        if (strncmp(at + 1, names[kind], n) == 0 && at[n + 1] == '}') {
            *length = n + 2;
            return kind;
        }
    }
    const char *end = strchr(at, '}');
    *length = end ? (size_t)(end + 1 - at) : strlen(at);
    return TEXT;
}

static int add_part(struct layout *l, unsigned kind, const char *text, size_t length)
{
    if (length == 0)
        return 0;
    if (l->part_count == MAX_PARTS)
        return -1;
    l->parts[l->part_count++] = (struct part){kind, text, length, length};
    l->segments[l->segment_count - 1].count++;
    return 0;
}

static int add_segment(struct layout *l)
{
    if (l->segment_count == MAX_SEGMENTS)
        return -1;
    l->segments[l->segment_count++] = (struct segment){.first = l->part_count};
    return 0;
}

/* A segment that counts failed or waiting items, and nothing else, is hidden at 0. */
static void find_hiders(struct layout *l)
{
    for (unsigned i = 0; i < l->segment_count; i++) {
        struct segment *s = &l->segments[i];
        unsigned placeholders = 0, last = TEXT;
        for (unsigned n = 0; n < s->count; n++)
            if (l->parts[s->first + n].kind != TEXT) {
                placeholders++;
                last = l->parts[s->first + n].kind;
            }
        if (placeholders == 1 && (last == FAILED || last == WAITING))
            s->hidden_at_0 = last;
    }
}

/* Cuts a format into segments of texts and placeholders. 0, or -1 with `why` filled. */
static int parse(struct layout *l, const char *format, struct ovrmnd_text *why)
{
    size_t size = strlen(format) + 1;
    if (size > sizeof l->format)
        return too_long(why);
    memcpy(l->format, format, size);
    int rc = add_segment(l);
    const char *text = l->format, *at = text;
    while (*at && rc == 0) {
        size_t length = 1;
        unsigned kind = *at == '{' ? placeholder_at(at, &length) : TEXT;
        if (*at == '{' && kind == TEXT)
            return refuse(why, at, length);
        bool separates = strncmp(at, SEPARATOR, strlen(SEPARATOR)) == 0;
        if (separates)
            length = strlen(SEPARATOR);
        if (separates || kind != TEXT) {
            rc = add_part(l, TEXT, text, (size_t)(at - text));
            if (rc == 0)
                rc = separates ? add_segment(l) : add_part(l, kind, at, length);
            text = at + length;
        }
        at += length;
    }
    if (rc != 0 || add_part(l, TEXT, text, (size_t)(at - text)) != 0)
        return too_long(why);
    find_hiders(l);
    return 0;
}

/* The texts of a format do not change, so their columns are asked for once. A screen from
 * before it could tell takes a column for each byte. */
static void measure_texts(struct layout *l, const struct ovrmnd_screen *screen)
{
    if (!screen || !OVRMND_HAS(screen, width))
        return;
    for (unsigned i = 0; i < l->part_count; i++) {
        struct part *p = &l->parts[i];
        char text[MAX_FORMAT];
        memcpy(text, p->text, p->length);
        text[p->length] = '\0';
        p->columns = screen->width(screen, text);
    }
}

/* ---- what the placeholders say ---- */

static void set_count(char value[MAX_VALUE], uint64_t count)
{
    snprintf(value, MAX_VALUE, "%" PRIu64, count);
}

/* 9s, 1m05s, 2h03m; above 99 hours nobody waits for the minutes. */
static void set_duration(char value[MAX_VALUE], uint64_t seconds)
{
    uint64_t minutes = seconds / 60, hours = minutes / 60;
    if (hours > 99)
        snprintf(value, MAX_VALUE, "%" PRIu64 "h", hours);
    else if (hours > 0)
        snprintf(value, MAX_VALUE, "%" PRIu64 "h%02" PRIu64 "m", hours, minutes % 60);
    else if (minutes > 0)
        snprintf(value, MAX_VALUE, "%" PRIu64 "m%02" PRIu64 "s", minutes, seconds % 60);
    else
        snprintf(value, MAX_VALUE, "%" PRIu64 "s", seconds);
}

/* From the mean over the whole batch: it jumps less than any window of it. */
static void set_rate_and_eta(struct bar *bar, const struct ovrmnd_snapshot *now, bool known)
{
    double elapsed_ns = (double)(now->now_ns - now->started_ns);
    snprintf(bar->values[RATE], MAX_VALUE, "--");
    snprintf(bar->values[ETA], MAX_VALUE, "--");
    if (now->completed == 0 || elapsed_ns <= 0)
        return;
    double rate = (double)now->completed / elapsed_ns * (double)NS_PER_S;
    snprintf(bar->values[RATE], MAX_VALUE, "%.*f", rate < 9.95 ? 1 : 0, rate);
    if (!known || now->completed > now->total)
        return;
    double eta_s = (double)(now->total - now->completed) / rate;
    if (eta_s < 1e9)
        set_duration(bar->values[ETA], (uint64_t)(eta_s + 0.5));
}

/* Whole per cent, rounded down: 100 means all. */
static unsigned percentage(const struct ovrmnd_snapshot *now)
{
    if (now->completed >= now->total)
        return 100;
    return (unsigned)((double)now->completed / (double)now->total * 100);
}

static void set_values(struct bar *bar, const struct ovrmnd_snapshot *now, bool known)
{
    set_count(bar->values[COMPLETED], now->completed);
    set_count(bar->values[RUNNING], now->running);
    set_count(bar->values[FAILED], now->failed);
    set_count(bar->values[WAITING], now->waiting);
    set_duration(bar->values[ELAPSED], (now->now_ns - now->started_ns) / NS_PER_S);
    set_rate_and_eta(bar, now, known);
    if (known) {
        set_count(bar->values[TOTAL], now->total);
        set_count(bar->values[PERCENTAGE], percentage(now));
    } else {
        snprintf(bar->values[TOTAL], MAX_VALUE, "?");
        snprintf(bar->values[PERCENTAGE], MAX_VALUE, "--");
    }
}

/* ---- the line ---- */

static void put(struct bar *bar, const char *text, size_t length)
{
    if (length >= sizeof bar->text - bar->length)
        return;
    memcpy(bar->text + bar->length, text, length);
    bar->length += length;
    bar->text[bar->length] = '\0';
}

static void put_coloured(struct bar *bar, const char *colour, const char *text)
{
    if (colour && bar->colours)
        put(bar, colour, strlen(colour));
    put(bar, text, strlen(text));
    if (colour && bar->colours)
        put(bar, "\033[0m", 4);
}

static void put_bar(struct bar *bar, const struct ovrmnd_snapshot *now, unsigned width)
{
    bool utf8 = (bar->screen->traits & OVRMND_SCREEN_UTF8) != 0;
    unsigned full = width;
    if (now->completed < now->total)
        full = (unsigned)((double)now->completed / (double)now->total * width);
    if (bar->colours)
        put(bar, "\033[32m", 5);
    for (unsigned i = 0; i < width; i++) {
        if (i == full && bar->colours)
            put(bar, "\033[0m", 4);
        const char *cell = i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : "-");
        put(bar, cell, strlen(cell));
    }
    if (bar->colours)
        put(bar, "\033[0m", 4);
}

static bool hidden(const struct bar *bar, const struct segment *s)
{
    return s->hidden_at_0 && strcmp(bar->values[s->hidden_at_0], "0") == 0;
}

/* Columns of a segment with the bars in it taken as nothing; counts those. */
static size_t measure(const struct bar *bar, const struct layout *l, const struct segment *s,
                      unsigned *bars)
{
    size_t columns = 0;
    for (unsigned i = s->first; i < s->first + s->count; i++) {
        const struct part *p = &l->parts[i];
        if (p->kind == TEXT)
            columns += p->columns;
        else if (p->kind == THE_BAR)
            ++*bars;
        else
            columns += strlen(bar->values[p->kind]);
    }
    return columns;
}

/* How many segments are shown, and how wide each bar is. */
struct fit {
    unsigned segments; /* 0: not even the first has room */
    unsigned width;
};

/* Columns of the first `segments` segments, bars apart. */
static size_t measure_all(const struct bar *bar, const struct layout *l, unsigned segments,
                          unsigned *bars)
{
    size_t columns = 0;
    *bars = 0;
    for (unsigned i = 0; i < segments; i++) {
        if (hidden(bar, &l->segments[i]))
            continue;
        columns += measure(bar, l, &l->segments[i], bars) + (columns ? strlen(SEPARATOR) : 0);
    }
    return columns;
}

static struct fit find_fit(const struct bar *bar, const struct layout *l, size_t columns,
                           bool known)
{
    unsigned most = bar->width ? bar->width : WIDE;
    unsigned least = most < NARROW ? most : NARROW;
    for (unsigned segments = l->segment_count; segments > 0; segments--) {
        unsigned bars;
        size_t taken = measure_all(bar, l, segments, &bars);
        size_t left = columns > taken ? columns - taken : 0;
        /* Of nobody knows how many there is no bar. */
        size_t each = bars > 0 && known ? left / bars : most;
        if (taken <= columns && each >= (segments > 1 ? least : 1))
            return (struct fit){segments, each > most ? most : (unsigned)each};
    }
    return (struct fit){0, 0};
}

static void put_part(struct bar *bar, const struct part *p, const struct ovrmnd_snapshot *now,
                     unsigned width)
{
    if (p->kind == TEXT)
        put(bar, p->text, p->length);
    else if (p->kind == THE_BAR)
        put_bar(bar, now, width);
    else
        put_coloured(bar, p->kind == FAILED && now->failed > 0 ? "\033[31m" : NULL,
                     bar->values[p->kind]);
}

/* On a terminal too narrow for anything else: a number cut in two would be another one. */
static void put_least(struct bar *bar, size_t columns, bool known)
{
    const char *value = bar->values[known ? PERCENTAGE : COMPLETED];
    if (strlen(value) + known > columns)
        return;
    put(bar, value, strlen(value));
    if (known)
        put(bar, "%", 1);
}

/* Puts the line for this moment into bar->text. */
static void render(struct bar *bar, const struct ovrmnd_snapshot *now)
{
    bool known = (now->flags & OVRMND_TOTAL_KNOWN) != 0;
    const struct layout *l = known || bar->own_format ? &bar->layout : &bar->unknown_total;
    /* The last column stays free, as the screen leaves it. */
    uint32_t columns = bar->screen->columns(bar->screen);
    columns -= columns > 0;
    set_values(bar, now, known);
    struct fit fit = find_fit(bar, l, columns, known);
    bar->length = 0;
    bar->text[0] = '\0';
    for (unsigned i = 0; i < fit.segments; i++) {
        const struct segment *s = &l->segments[i];
        if (hidden(bar, s))
            continue;
        if (bar->length > 0)
            put(bar, SEPARATOR, strlen(SEPARATOR));
        for (unsigned n = s->first; n < s->first + s->count; n++)
            put_part(bar, &l->parts[n], now, known ? fit.width : 0);
    }
    if (fit.segments == 0)
        put_least(bar, columns, known);
}

static bool live(const struct bar *bar)
{
    return (bar->screen->traits & OVRMND_SCREEN_TERMINAL) != 0;
}

/* ---- the plugin ---- */

static bool wants_colours(const struct ovrmnd_screen *screen, int64_t choice)
{
    if (!screen || choice == BAR_COLOUR_NEVER || !(screen->traits & OVRMND_SCREEN_TERMINAL))
        return false;
    return choice == BAR_COLOUR_ALWAYS || (screen->traits & OVRMND_SCREEN_COLOUR) != 0;
}

static void *bar_create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                        struct ovrmnd_text *why)
{
    const struct ovrmnd_value *values = options->values;
    struct bar *bar = calloc(1, sizeof *bar);
    if (!bar) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    bar->screen = host->extension(host, OVRMND_SCREEN);
    bar->own_format = strcmp(values[BAR_FORMAT].text, FORMAT_DEFAULT) != 0;
    bar->width = (unsigned)values[BAR_WIDTH].integer;
    bar->colours = wants_colours(bar->screen, values[BAR_COLOUR].integer);
    bar->line.interval_ns = INTERVAL_NS;
    if (parse(&bar->layout, values[BAR_FORMAT].text, why) != 0 ||
        parse(&bar->unknown_total, FORMAT_UNKNOWN_TOTAL, why) != 0) {
        free(bar);
        return NULL;
    }
    measure_texts(&bar->layout, bar->screen);
    measure_texts(&bar->unknown_total, bar->screen);
    return bar;
}

static void bar_destroy(void *self)
{
    free(self);
}

static void bar_update(void *self, const struct ovrmnd_snapshot *now)
{
    struct bar *bar = self;
    if (!bar->screen)
        return;
    if (!live(bar)) {
        line_update(&bar->line, bar->screen, now);
        return;
    }
    render(bar, now);
    bar->screen->status(bar->screen, bar->text);
}

static void bar_begin(void *self, const struct ovrmnd_snapshot *now)
{
    struct bar *bar = self;
    line_begin(&bar->line, now);
    bar_update(self, now);
}

/* What it came to stays on the screen. */
static void bar_end(void *self, const struct ovrmnd_snapshot *now)
{
    struct bar *bar = self;
    if (!bar->screen)
        return;
    if (!live(bar)) {
        line_print(&bar->line, bar->screen, now);
        return;
    }
    render(bar, now);
    bar->screen->status(bar->screen, "");
    bar->screen->line(bar->screen, bar->text);
}

static const struct ovrmnd_progress functions = {
    .size = sizeof functions,
    .create = bar_create,
    .destroy = bar_destroy,
    .begin = bar_begin,
    .update = bar_update,
    .end = bar_end,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_PROGRESS,
    .name = "bar",
    .version = "1.0.0",
    .summary = "A bar on the terminal's last line; lines where there is no terminal",
    .functions = &functions,
    .options = bar_options,
    .option_count = sizeof bar_options / sizeof *bar_options,
    .option_size = sizeof *bar_options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
