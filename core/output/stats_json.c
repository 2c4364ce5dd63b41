/* SPDX-License-Identifier: MIT */
#include "base/calendar.h"
#include "base/json.h"
#include "output/stats.h"
#include "output/text.h"
#include "output/writer.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * A member a line, so that the file can be looked at; histograms, which are long, on one each.
 * Each function appends its members without a comma in front of the first.
 */

static void put_text(const char *key, const char *text, struct buffer *out)
{
    (void)buffer_append_format(out, "\"%s\":", key);
    (void)json_string_encode(slice_of(text), out);
}

static void put_count(const char *key, uint64_t count, struct buffer *out)
{
    (void)buffer_append_format(out, "\"%s\":%" PRIu64, key, count);
}

static void put_batch(const struct stats *s, uint64_t elapsed_ns, struct buffer *out)
{
    char when[CALENDAR_TEXT];
    (void)buffer_append_text(out, "  \"version\":1,\n  ");
    put_text("batch_id", s->batch_id, out);
    (void)buffer_append_text(out, ",\n  ");
    put_text("started_at", calendar_iso(s->started_at_s, when), out);
    (void)buffer_append_text(out, ",\n  ");
    put_count("elapsed_ns", elapsed_ns, out);
}

static void put_items(const struct stats *s, struct buffer *out)
{
    (void)buffer_append_text(out, "  \"items\":{");
    put_count("total", s->succeeded + s->failed + s->cancelled, out);
    (void)buffer_append_char(out, ',');
    put_count("succeeded", s->succeeded, out);
    (void)buffer_append_char(out, ',');
    put_count("failed", s->failed, out);
    (void)buffer_append_char(out, ',');
    put_count("cancelled", s->cancelled, out);
    (void)buffer_append_char(out, ',');
    put_count("from_journal", s->from_journal, out);
    (void)buffer_append_char(out, '}');
}

static void put_attempts(const struct stats *s, struct buffer *out)
{
    const char *comma = "";
    (void)buffer_append_text(out, "  \"attempts\":{");
    put_count("total", s->attempts, out);
    (void)buffer_append_char(out, ',');
    put_count("retries", s->retries, out);
    (void)buffer_append_text(out, ",\"by_status\":{");
    for (unsigned i = 0; i < STATS_STATUSES; i++) {
        if (s->by_status[i] == 0)
            continue;
        (void)buffer_append_format(out, "%s\"%u\":%" PRIu64, comma, i, s->by_status[i]);
        comma = ",";
    }
    (void)buffer_append_text(out, "},\"by_error\":{");
    comma = "";
    for (unsigned i = 0; i < STATS_ERRORS; i++) {
        if (s->by_error[i] == 0)
            continue;
        (void)buffer_append_text(out, comma);
        put_count(stats_error_names[i], s->by_error[i], out);
        comma = ",";
    }
    (void)buffer_append_text(out, "}}");
}

static void put_amounts(const struct stats *s, uint64_t elapsed_ns, struct buffer *out)
{
    (void)buffer_append_text(out, "  ");
    put_count("bytes_in", s->bytes_in, out);
    (void)buffer_append_text(out, ",\n  ");
    put_count("bytes_out", s->bytes_out, out);
    (void)buffer_append_text(out, ",\n  \"throughput\":{");
    text_rate_json("results_per_s", stats_own_results(s), elapsed_ns, out);
    (void)buffer_append_char(out, ',');
    text_rate_json("attempts_per_s", s->attempts, elapsed_ns, out);
    (void)buffer_append_char(out, '}');
}

/* Nothing has no minimum: null, not 0. */
static void put_time(const char *key, const struct histogram *h, uint64_t ns,
                     struct buffer *out)
{
    (void)buffer_append_char(out, ',');
    if (h->count > 0)
        put_count(key, ns, out);
    else
        (void)buffer_append_format(out, "\"%s\":null", key);
}

static void put_histogram(const char *key, const struct histogram *h, struct buffer *out)
{
    (void)buffer_append_format(out, "    \"%s\":{", key);
    put_count("count", h->count, out);
    put_time("min_ns", h, h->min_ns, out);
    put_time("max_ns", h, h->max_ns, out);
    put_time("mean_ns", h, histogram_mean(h), out);
    put_time("p50_ns", h, histogram_percentile(h, 50), out);
    put_time("p90_ns", h, histogram_percentile(h, 90), out);
    put_time("p99_ns", h, histogram_percentile(h, 99), out);
    put_time("p99_9_ns", h, histogram_percentile(h, 99.9), out);
    (void)buffer_append_text(out, ",\"buckets\":[");
    const char *comma = "";
    struct histogram_bucket bucket;
    for (uint32_t at = 0; histogram_next(h, &at, &bucket); comma = ",")
        (void)buffer_append_format(out, "%s[%" PRIu64 ",%" PRIu64 "]", comma, bucket.last_ns,
                                   bucket.count);
    (void)buffer_append_text(out, "]}");
}

static void put_all(const struct stats *s, uint64_t elapsed_ns, struct buffer *out)
{
    (void)buffer_append_text(out, "{\n");
    put_batch(s, elapsed_ns, out);
    (void)buffer_append_text(out, ",\n");
    put_items(s, out);
    (void)buffer_append_text(out, ",\n");
    put_attempts(s, out);
    (void)buffer_append_text(out, ",\n");
    put_amounts(s, elapsed_ns, out);
    (void)buffer_append_text(out, ",\n  \"latency\":{\n");
    put_histogram("attempts", &s->all_ns, out);
    (void)buffer_append_text(out, ",\n");
    put_histogram("succeeded", &s->succeeded_ns, out);
    (void)buffer_append_text(out, ",\n");
    put_histogram("first_byte", &s->first_byte_ns, out);
    (void)buffer_append_text(out, ",\n");
    put_histogram("items", &s->items_ns, out);
    (void)buffer_append_text(out, "\n  }\n}\n");
}

int stats_write_json(const struct stats *s, uint64_t elapsed_ns, const char *path,
                     struct error *err)
{
    struct writer *file = writer_file_of("statistics", path, err);
    if (!file)
        return -1;
    put_all(s, elapsed_ns, &file->out);
    int failed = writer_finish(file, err);
    writer_free(file);
    return failed;
}
