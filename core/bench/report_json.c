/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "bench/report.h"

#include <inttypes.h>

static void put_text(const char *key, const char *text, struct buffer *out)
{
    (void)buffer_append_format(out, "\"%s\": ", key);
    if (text)
        (void)json_string_encode(slice_of(text), out);
    else
        (void)buffer_append_text(out, "null");
}

static void put_count(const char *key, uint64_t count, struct buffer *out)
{
    (void)buffer_append_format(out, "\"%s\": %" PRIu64, key, count);
}

/* 0 stands for what is not known. */
static void put_number(const char *key, double value, struct buffer *out)
{
    if (value > 0)
        (void)buffer_append_format(out, "\"%s\": %.6g", key, value);
    else
        (void)buffer_append_format(out, "\"%s\": null", key);
}

static void put_counts(const struct record_counts *c, struct buffer *out)
{
    put_count("succeeded", c->succeeded, out);
    (void)buffer_append_text(out, ", ");
    put_count("failed", c->failed, out);
    (void)buffer_append_text(out, ", ");
    put_count("cancelled", c->cancelled, out);
    (void)buffer_append_text(out, ", ");
    put_count("attempts", c->attempts, out);
    (void)buffer_append_text(out, ", ");
    put_count("retries", c->retries, out);
    (void)buffer_append_text(out, ", ");
    put_count("limited", c->limited, out);
}

static void put_latency(const struct histogram *h, struct buffer *out)
{
    static const struct {
        const char *name;
        double percent;
    } percents[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99_9", 99.9}, {"max", 100}};
    (void)buffer_append_text(out, "      \"latency_ns\": {");
    put_count("count", h->count, out);
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        (void)buffer_append_text(out, ", ");
        if (h->count)
            put_count(percents[i].name, histogram_percentile(h, percents[i].percent), out);
        else
            (void)buffer_append_format(out, "\"%s\": null", percents[i].name);
    }
    (void)buffer_append_text(out, "},\n");
}

static void put_rounds(const struct record *r, struct buffer *out)
{
    (void)buffer_append_text(out, "      \"rounds\": [");
    for (size_t i = 0; i < r->round_count; i++) {
        (void)buffer_append_text(out, i ? ",\n        {" : "\n        {");
        put_count("wall_ns", r->rounds[i].wall_ns, out);
        (void)buffer_append_text(out, ", ");
        put_counts(&r->rounds[i], out);
        (void)buffer_append_char(out, '}');
    }
    (void)buffer_append_text(out, r->round_count ? "\n      ]\n" : "]\n");
}

static void put_variant(const struct bench_variant *v, struct buffer *out)
{
    (void)buffer_append_text(out, "    {\n      ");
    put_text("name", v->name, out);
    (void)buffer_append_text(out, ",\n      ");
    put_text("options", v->options, out);
    (void)buffer_append_text(out, ",\n      ");
    put_text("plan", buffer_text(&v->plan), out);
    (void)buffer_append_text(out, ",\n      ");
    put_number("items_per_s", bench_speed(v), out);
    (void)buffer_append_text(out, ",\n      ");
    put_count("wall_ns", bench_wall_ns(v), out);
    (void)buffer_append_text(out, ",\n      \"total\": {");
    put_counts(&v->record->total, out);
    (void)buffer_append_text(out, "},\n");
    put_latency(&v->record->latency, out);
    (void)buffer_append_text(out, "      ");
    put_text("first_failure", v->record->reason[0] ? v->record->reason : NULL, out);
    (void)buffer_append_text(out, ",\n");
    put_rounds(v->record, out);
    (void)buffer_append_text(out, "    }");
}

static const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {[VERDICT_TOO_FEW] = "too_few_rounds",
                                        [VERDICT_NOTHING_DONE] = "nothing_done",
                                        [VERDICT_NO_DIFFERENCE] = "no_difference",
                                        [VERDICT_FASTER] = "faster",
                                        [VERDICT_SLOWER] = "slower"};
    return names[verdict];
}

static void put_comparison(const struct bench_report *r, size_t at, struct buffer *out)
{
    const struct comparison *c = &r->variants[at].against_first;
    struct buffer sentence = {0};
    bench_sentence(r, at, &sentence);
    (void)buffer_append_text(out, "    {");
    put_text("variant", r->variants[at].name, out);
    (void)buffer_append_text(out, ", ");
    put_text("with", r->variants[0].name, out);
    (void)buffer_append_text(out, ", ");
    put_text("verdict", verdict_name(c->verdict), out);
    (void)buffer_append_text(out, ",\n     ");
    put_number("ratio", c->ratio, out);
    (void)buffer_append_text(out, ", ");
    put_number("low", c->low, out);
    (void)buffer_append_text(out, ", ");
    put_number("high", c->high, out);
    (void)buffer_append_text(out, ", ");
    put_number("chance", c->chance, out);
    (void)buffer_append_text(out, ",\n     ");
    put_text("sentence", buffer_text(&sentence), out);
    (void)buffer_append_char(out, '}');
    buffer_free(&sentence);
}

static void put_setting(const struct bench_report *r, struct buffer *out)
{
    (void)buffer_append_text(out, "{\n  \"version\": 1,\n  ");
    put_text("target", r->target, out);
    (void)buffer_append_text(out, ",\n  ");
    put_text("model", r->model, out);
    (void)buffer_append_text(out, ",\n  ");
    put_count("items", r->items, out);
    (void)buffer_append_text(out, ",\n  ");
    put_count("rounds", r->rounds, out);
    (void)buffer_append_text(out, ",\n  ");
    put_count("warmup", r->warmup, out);
    (void)buffer_append_text(out, ",\n  ");
    put_count("seed", r->seed, out);
    (void)buffer_append_format(out, ",\n  \"interrupted\": %s,\n",
                               r->interrupted ? "true" : "false");
}

void bench_json(const struct bench_report *r, struct buffer *out)
{
    put_setting(r, out);
    (void)buffer_append_text(out, "  \"variants\": [\n");
    for (size_t i = 0; i < r->variant_count; i++) {
        put_variant(&r->variants[i], out);
        (void)buffer_append_text(out, i + 1 < r->variant_count ? ",\n" : "\n");
    }
    (void)buffer_append_text(out, "  ],\n  \"comparisons\": [\n");
    for (size_t i = 1; i < r->variant_count; i++) {
        put_comparison(r, i, out);
        (void)buffer_append_text(out, i + 1 < r->variant_count ? ",\n" : "\n");
    }
    (void)buffer_append_text(out, "  ]\n}\n");
}
