/* SPDX-License-Identifier: MIT */
#include "support/mock-stats.h"

#include "base/memory.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- tallies ---- */

static size_t hash(struct slice key)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < key.length; i++)
        h = (h ^ (unsigned char)key.data[i]) * UINT64_C(1099511628211);
    return (size_t)(h ^ (h >> 32));
}

static struct tally_entry *tally_find(struct tally *tally, struct slice key)
{
    size_t at = hash(key) & (tally->capacity - 1);
    for (;; at = (at + 1) & (tally->capacity - 1)) {
        struct tally_entry *entry = &tally->entries[at];
        if (!entry->key || slice_equal((struct slice){entry->key, entry->length}, key))
            return entry;
    }
}

static void tally_double(struct tally *tally)
{
    struct tally old = *tally;
    tally->capacity = old.capacity ? old.capacity * 2 : 64;
    tally->entries = memory_new(tally->capacity, sizeof *tally->entries);
    for (size_t i = 0; i < old.capacity; i++) {
        struct tally_entry *entry = &old.entries[i];
        if (entry->key)
            *tally_find(tally, (struct slice){entry->key, entry->length}) = *entry;
    }
    free(old.entries);
}

uint64_t tally_add(struct tally *tally, struct slice key)
{
    if (tally->used * 2 >= tally->capacity)
        tally_double(tally);
    struct tally_entry *entry = tally_find(tally, key);
    if (!entry->key) {
        entry->key = memory_copy_n(key.data, key.length);
        entry->length = key.length;
        tally->used++;
    }
    return ++entry->count;
}

static void tally_free(struct tally *tally)
{
    for (size_t i = 0; i < tally->capacity; i++)
        free(tally->entries[i].key);
    free(tally->entries);
    *tally = (struct tally){0};
}

static void tally_write(const struct tally *tally, const char *name, struct buffer *out)
{
    const char *comma = "";
    buffer_append_format(out, ",\n  \"%s\": {", name);
    for (size_t i = 0; i < tally->capacity; i++) {
        const struct tally_entry *entry = &tally->entries[i];
        if (!entry->key)
            continue;
        buffer_append_text(out, comma);
        stats_quote(out, (struct slice){entry->key, entry->length});
        buffer_append_format(out, ": %" PRIu64, entry->count);
        comma = ", ";
    }
    buffer_append_char(out, '}');
}

/* ---- counting ---- */

void stats_init(struct stats *stats, uint64_t now_ns)
{
    *stats = (struct stats){.started_ns = now_ns};
}

void stats_fini(struct stats *stats)
{
    tally_free(&stats->by_method);
    tally_free(&stats->by_path);
    tally_free(&stats->by_status);
    tally_free(&stats->deliveries);
    free(stats->arrivals);
}

void stats_reset(struct stats *stats, uint64_t now_ns)
{
    uint64_t running = stats->running;
    stats_fini(stats);
    stats_init(stats, now_ns);
    stats->running = stats->peak_running = running;
}

void stats_arrived(struct stats *stats, uint64_t now_ns, struct slice method, struct slice path)
{
    if (stats->requests == stats->arrival_capacity) {
        stats->arrival_capacity = stats->arrival_capacity ? stats->arrival_capacity * 2 : 1024;
        stats->arrivals = memory_grow(stats->arrivals, stats->arrival_capacity,
                                      sizeof *stats->arrivals);
    }
    stats->arrivals[stats->requests++] = now_ns;
    if (++stats->running > stats->peak_running)
        stats->peak_running = stats->running;
    tally_add(&stats->by_method, method);
    tally_add(&stats->by_path, path);
}

void stats_left(struct stats *stats, bool answered)
{
    stats->running--;
    *(answered ? &stats->completed : &stats->aborted) += 1;
}

/* ---- showing ---- */

void stats_quote(struct buffer *out, struct slice text)
{
    buffer_append_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\')
            buffer_append_format(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buffer_append_format(out, "\\u%04x", c);
        else
            buffer_append_char(out, (char)c);
    }
    buffer_append_char(out, '"');
}

/* Arrivals in each whole second since the first one. */
static void per_second_write(const struct stats *stats, struct buffer *out)
{
    uint64_t second = 0, count = 0;
    buffer_append_text(out, ",\n  \"per_second\": [");
    for (size_t i = 0; i < stats->requests; i++) {
        while ((stats->arrivals[i] - stats->arrivals[0]) / NS_PER_S > second) {
            buffer_append_format(out, "%" PRIu64 ", ", count);
            count = 0;
            second++;
        }
        count++;
    }
    if (stats->requests > 0)
        buffer_append_u64(out, count);
    buffer_append_char(out, ']');
}

static void arrivals_write(const struct stats *stats, struct buffer *out)
{
    buffer_append_text(out, ",\n  \"arrivals\": [");
    for (size_t i = 0; i < stats->requests; i++)
        buffer_append_format(out, "%s%" PRIu64, i ? ", " : "", stats->arrivals[i]);
    buffer_append_char(out, ']');
}

void stats_write(const struct stats *stats, struct stats_view view, struct buffer *out)
{
    buffer_append_format(out,
                         "{\n  \"requests\": %" PRIu64 ",\n  \"completed\": %" PRIu64
                         ",\n  \"aborted\": %" PRIu64 ",\n  \"connections\": %" PRIu64
                         ",\n  \"running\": %" PRIu64 ",\n  \"peak_running\": %" PRIu64,
                         stats->requests, stats->completed, stats->aborted, stats->connections,
                         stats->running, stats->peak_running);
    tally_write(&stats->by_method, "by_method", out);
    tally_write(&stats->by_status, "by_status", out);
    per_second_write(stats, out);
    if (view.paths)
        tally_write(&stats->by_path, "by_path", out);
    if (view.deliveries)
        tally_write(&stats->deliveries, "deliveries", out);
    if (view.arrivals)
        arrivals_write(stats, out);
    buffer_append_text(out, "\n}\n");
}
