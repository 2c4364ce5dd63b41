/* SPDX-License-Identifier: MIT */
#include "cli/cache_text.h"

#include "base/calendar.h"
#include "base/json.h"
#include "base/memory.h"
#include "cli/print.h"
#include "output/pretty.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MS_PER_S   1000
#define MS_PER_MIN (60 * MS_PER_S)

/* ---- units for people ---- */

#define SIZE_TEXT 32

/* "0.0 B", "1.5 KB". */
static const char *size_text(uint64_t bytes, char text[SIZE_TEXT])
{
    static const char *const units[] = {"B", "KB", "MB", "GB"};
    double size = (double)bytes;
    size_t unit = 0;
    for (; size >= 1024 && unit < 3; unit++)
        size /= 1024;
    snprintf(text, SIZE_TEXT, "%.1f %s", size, units[unit]);
    return text;
}

#define TIME_TEXT 64

/* "2d 3h", "5m 10s". */
static const char *left_text(int64_t ms, char text[TIME_TEXT])
{
    int64_t s = ms / MS_PER_S, m = s / 60, h = m / 60, d = h / 24;
    if (ms <= 0)
        snprintf(text, TIME_TEXT, "expired");
    else if (d)
        snprintf(text, TIME_TEXT, "%" PRId64 "d %" PRId64 "h", d, h % 24);
    else if (h)
        snprintf(text, TIME_TEXT, "%" PRId64 "h %" PRId64 "m", h, m % 60);
    else if (m)
        snprintf(text, TIME_TEXT, "%" PRId64 "m %" PRId64 "s", m, s % 60);
    else
        snprintf(text, TIME_TEXT, "%" PRId64 "s", s);
    return text;
}

/* "3m ago", "now", "in 2h". */
static const char *relative_text(int64_t ms, char text[TIME_TEXT])
{
    int64_t m = llabs((long long)ms) / MS_PER_MIN, h = m / 60, d = h / 24;
    int64_t number = d ? d : h ? h : m;
    char unit = d ? 'd' : h ? 'h' : 'm';
    if (!m)
        snprintf(text, TIME_TEXT, "now");
    else
        snprintf(text, TIME_TEXT, "%s%" PRId64 "%c%s", ms > 0 ? "in " : "", number, unit,
                 ms > 0 ? "" : " ago");
    return text;
}

/* ---- stats ---- */

void cache_totals_add(void *totals, const struct cache_sum *sum)
{
    struct cache_totals *t = totals;
    if (!t->entries || sum->oldest_ms < t->oldest_ms)
        t->oldest_ms = sum->oldest_ms;
    if (!t->entries || sum->newest_ms > t->newest_ms)
        t->newest_ms = sum->newest_ms;
    t->entries += sum->entries;
    t->bytes += sum->bytes;
    t->services = memory_grow(t->services, t->service_count + 1, sizeof *t->services);
    t->services[t->service_count++] = (struct cache_service){memory_copy(sum->service),
                                                             sum->entries, sum->bytes};
}

void cache_totals_json(const struct cache_totals *t, struct buffer *out)
{
    char time[TIME_TEXT];
    (void)buffer_append_format(out, "{\"totalEntries\":%" PRIu64 ",\"totalSize\":%" PRIu64,
                               t->entries, t->bytes);
    if (t->entries) {
        print_member(out, "oldestEntry", calendar_iso_ms(t->oldest_ms, time));
        print_member(out, "newestEntry", calendar_iso_ms(t->newest_ms, time));
    }
    print_key(out, "byService");
    (void)buffer_append_char(out, '{');
    for (size_t i = 0; i < t->service_count; i++) {
        const struct cache_service *s = &t->services[i];
        print_key(out, s->name);
        (void)buffer_append_format(out, "{\"entries\":%" PRIu64 ",\"size\":%" PRIu64 "}",
                                   s->entries, s->bytes);
    }
    (void)buffer_append_text(out, "}}");
}

/* The services as an array of rows, which is a table. */
static void put_services(const struct cache_totals *t, struct buffer *out)
{
    struct buffer rows = {0};
    char size[SIZE_TEXT];
    for (size_t i = 0; i < t->service_count; i++) {
        const struct cache_service *s = &t->services[i];
        (void)buffer_append_text(&rows, i ? ",{" : "[{");
        print_member(&rows, "Service", s->name);
        (void)buffer_append_format(
            &rows, ",\"Entries\":%" PRIu64 ",\"Size\":\"%s\",\"%% of Total\":\"%.1f%%\"}",
            s->entries, size_text(s->bytes, size),
            t->bytes ? 100.0 * (double)s->bytes / (double)t->bytes : 0.0);
    }
    (void)buffer_append_char(&rows, ']');
    pretty_value(buffer_slice(&rows), 0, out);
    buffer_free(&rows);
}

void cache_totals_pretty(const struct cache_totals *t, bool verbose, struct buffer *out)
{
    char size[SIZE_TEXT], time[TIME_TEXT];
    (void)buffer_append_format(
        out, "Cache Statistics:\n\nTotal entries: %" PRIu64 "\nTotal size: %s\n", t->entries,
        size_text(t->bytes, size));
    if (!t->entries)
        return;
    (void)buffer_append_format(out, "Oldest entry: %s\n",
                               calendar_plain(t->oldest_ms / MS_PER_S, time));
    (void)buffer_append_format(out, "Newest entry: %s\n",
                               calendar_plain(t->newest_ms / MS_PER_S, time));
    if (!verbose)
        return;
    (void)buffer_append_text(out, "\nBy Service:\n");
    put_services(t, out);
}

void cache_totals_fini(struct cache_totals *t)
{
    for (size_t i = 0; i < t->service_count; i++)
        free(t->services[i].name);
    free(t->services);
}

/* ---- list ---- */

static void add_json(struct cache_list *l, const struct cache_entry *e, const char *key)
{
    struct buffer *out = &l->text;
    int64_t left = e->expires_ms - l->now_ms;
    (void)buffer_append_text(out, l->count ? ",{" : "{");
    print_member(out, "service", e->service);
    print_member(out, "endpoint", e->endpoint);
    print_key(out, "url");
    (void)json_string_encode(e->url, out);
    print_member(out, "key", key);
    (void)buffer_append_format(out,
                               ",\"timestamp\":%" PRId64 ",\"expiresAt\":%" PRId64
                               ",\"ttlRemaining\":%" PRId64 ",\"size\":%zu,\"expired\":%s}",
                               e->stored_ms, e->expires_ms, left > 0 ? left : 0, e->body.length,
                               left < 0 ? "true" : "false");
}

static void add_row(struct cache_list *l, const struct cache_entry *e)
{
    char cached[TIME_TEXT], expires[TIME_TEXT], size[SIZE_TEXT];
    struct buffer name = {0};
    (void)buffer_append_format(&name, "%s.%s", e->service, e->endpoint);
    (void)buffer_append_text(&l->text, l->count ? ",{" : "{");
    print_member(&l->text, "Endpoint", buffer_text(&name));
    (void)buffer_append_format(
        &l->text, ",\"Cached\":\"%s\",\"Expires\":\"%s\",\"Size\":\"%s\"}",
        relative_text(e->stored_ms - l->now_ms, cached),
        relative_text(e->expires_ms - l->now_ms, expires), size_text(e->body.length, size));
    buffer_free(&name);
}

static void add_paragraph(struct cache_list *l, const struct cache_entry *e, const char *key)
{
    char cached[TIME_TEXT], expires[TIME_TEXT], left[TIME_TEXT], size[SIZE_TEXT];
    struct buffer text = {0};
    int64_t left_ms = e->expires_ms - l->now_ms;
    (void)buffer_append_format(
        &text,
        "%s.%s\n  Key: %s\n  URL: %.*s\n  Cached: %s\n  Expires: %s\n  TTL remaining: %s\n"
        "  Size: %s\n  Status: %s\n",
        e->service, e->endpoint, key, (int)e->url.length, e->url.data,
        calendar_plain(e->stored_ms / MS_PER_S, cached),
        calendar_plain(e->expires_ms / MS_PER_S, expires), left_text(left_ms, left),
        size_text(e->body.length, size), left_ms < 0 ? "Expired" : "Valid");
    pretty_text(buffer_slice(&text), 0, &l->text);
    (void)buffer_append_char(&l->text, '\n');
    buffer_free(&text);
}

void cache_list_add(void *list, const struct cache_entry *entry)
{
    struct cache_list *l = list;
    struct buffer key = {0};
    cache_key(entry->service, entry->endpoint, &entry->digest, &key);
    if (!l->pretty)
        add_json(l, entry, buffer_text(&key));
    else if (l->verbose)
        add_paragraph(l, entry, buffer_text(&key));
    else
        add_row(l, entry);
    l->count++;
    buffer_free(&key);
}

static void end_json(const struct cache_list *l, struct buffer *out)
{
    (void)buffer_append_text(out, "{\"entries\":[");
    (void)buffer_append_slice(out, buffer_slice(&l->text));
    (void)buffer_append_text(out, "]}");
}

static void end_table(const struct cache_list *l, struct buffer *out)
{
    struct buffer rows = {0};
    (void)buffer_append_char(&rows, '[');
    (void)buffer_append_slice(&rows, buffer_slice(&l->text));
    (void)buffer_append_char(&rows, ']');
    pretty_value(buffer_slice(&rows), 0, out);
    (void)buffer_append_char(out, '\n');
    buffer_free(&rows);
}

void cache_list_end(const struct cache_list *l, const char *part, struct buffer *out)
{
    if (!l->pretty) {
        end_json(l, out);
        return;
    }
    if (!l->count) {
        (void)buffer_append_text(out, "No cached entries found\n");
        return;
    }
    struct buffer head = {0};
    (void)buffer_append_format(&head, "Cached entries%s%s:", part ? " for " : "",
                               part ? part : "");
    pretty_text(buffer_slice(&head), 0, out);
    (void)buffer_append_char(out, '\n');
    if (l->verbose)
        (void)buffer_append_slice(out, buffer_slice(&l->text));
    else
        end_table(l, out);
    (void)buffer_append_format(out, "Total: %" PRIu64 " entries\n", l->count);
    buffer_free(&head);
}

void cache_list_fini(struct cache_list *l)
{
    buffer_free(&l->text);
}

/* ---- clear ---- */

void cache_cleared(const char *prefix, uint64_t count, bool pretty, struct buffer *out)
{
    if (pretty && count)
        (void)buffer_append_format(out, "Cleared %" PRIu64 " cache entries\n", count);
    else if (pretty)
        (void)buffer_append_text(out, "No cache entries to clear\n");
    if (pretty)
        return;
    (void)buffer_append_char(out, '{');
    print_member(out, "action", "clear");
    print_member(out, "target", prefix ? prefix : "all");
    (void)buffer_append_format(out, ",\"cleared\":%" PRIu64 ",\"success\":true}", count);
}
