/* SPDX-License-Identifier: MIT */
#include "bench/page.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- text ---- */

static void put_escaped(char c, struct buffer *out)
{
    switch (c) {
    case '&':
        (void)buffer_append_text(out, "&amp;");
        break;
    case '<':
        (void)buffer_append_text(out, "&lt;");
        break;
    case '>':
        (void)buffer_append_text(out, "&gt;");
        break;
    case '"':
        (void)buffer_append_text(out, "&quot;");
        break;
    default: /* control characters have no place in HTML */
        (void)buffer_append_char(out, (unsigned char)c < 0x20 || c == 0x7F ? ' ' : c);
    }
}

static void put_text(const char *text, struct buffer *out)
{
    while (*text)
        put_escaped(*text++, out);
}

/* `x` becomes <code>x</code>. */
static void put_prose(struct slice text, struct buffer *out)
{
    bool in_code = false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] != '`') {
            put_escaped(text.data[i], out);
            continue;
        }
        (void)buffer_append_text(out, in_code ? "</code>" : "<code>");
        in_code = !in_code;
    }
}

/* A sentence on its own begins with a capital, unless with a name. */
static void put_sentence(struct buffer *sentence, struct buffer *out)
{
    if (sentence->length && sentence->data[0] >= 'a' && sentence->data[0] <= 'z')
        sentence->data[0] = (char)(sentence->data[0] - 'a' + 'A');
    put_prose(buffer_slice(sentence), out);
    buffer_reset(sentence);
}

/* ---- figures ---- */

void page_figure_open(const char *title, const char *words, struct buffer *out)
{
    (void)buffer_append_format(out, "<figure>\n<figcaption><h2>%s</h2><p>%s</p></figcaption>\n",
                               title, words);
}

void page_legend(const struct bench_report *r, struct buffer *out)
{
    (void)buffer_append_text(out, "<ul class=\"legend\">");
    for (size_t i = 0; i < r->variant_count; i++)
        (void)buffer_append_format(out,
                                   "<li><svg viewBox=\"0 0 34 10\" aria-hidden=\"true\"><path "
                                   "class=\"line v%zu\" d=\"M1 5h32\"/></svg>%s</li>",
                                   i, r->variants[i].name);
    (void)buffer_append_text(out, "</ul>\n");
}

void page_figure_close(struct buffer *out)
{
    (void)buffer_append_text(out, "</figure>\n");
}

/* ---- the table ---- */

static void put_time_cell(uint64_t ns, struct buffer *out)
{
    (void)buffer_append_text(out, "<td>");
    bench_put_time(ns, out);
    (void)buffer_append_text(out, "</td>");
}

static void put_latency_cell(const struct histogram *h, double percent, struct buffer *out)
{
    (void)buffer_append_text(out, "<td>");
    bench_put_latency(h, percent, out);
    (void)buffer_append_text(out, "</td>");
}

static void put_count_cell(uint64_t count, struct buffer *out)
{
    (void)buffer_append_text(out, "<td>");
    bench_put_count(count, out);
    (void)buffer_append_text(out, "</td>");
}

static void put_row(const struct bench_variant *v, size_t at, struct buffer *out)
{
    static const double percents[] = {50, 90, 99, 99.9, 100};
    const struct record_counts *total = &v->record->total;
    (void)buffer_append_format(out,
                               "<tr><th scope=\"row\"><svg viewBox=\"0 0 14 14\" "
                               "style=\"display:inline-block;width:12px\" aria-hidden=\"true\">"
                               "<circle cx=\"7\" cy=\"7\" r=\"6\" class=\"v%zu solid\" "
                               "fill=\"currentColor\"/></svg> %s</th>",
                               at, v->name);
    put_time_cell(bench_wall_ns(v), out);
    (void)buffer_append_text(out, "<td>");
    bench_put_speed(bench_speed(v), out);
    (void)buffer_append_text(out, "</td>");
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++)
        put_latency_cell(&v->record->latency, percents[i], out);
    put_count_cell(total->failed + total->cancelled, out);
    put_count_cell(total->attempts, out);
    put_count_cell(total->retries, out);
    put_count_cell(total->limited, out);
    (void)buffer_append_text(out, "</tr>\n");
}

static void put_table(const struct bench_report *r, struct buffer *out)
{
    (void)buffer_append_text(
        out,
        "<div class=\"card\"><h2>In numbers</h2>\n<div class=\"wide\"><table>\n<thead><tr>"
        "<th scope=\"col\">variant</th><th scope=\"col\">time</th>"
        "<th scope=\"col\">items/s</th><th scope=\"col\">p50</th><th scope=\"col\">p90</th>"
        "<th scope=\"col\">p99</th><th scope=\"col\">p99.9</th><th scope=\"col\">max</th>"
        "<th scope=\"col\">failed</th><th scope=\"col\">attempts</th>"
        "<th scope=\"col\">retries</th><th scope=\"col\">429s</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < r->variant_count; i++)
        put_row(&r->variants[i], i, out);
    (void)buffer_append_text(
        out, "</tbody></table></div>\n<p class=\"note\">Time is the median of the rounds, "
             "items/s their geometric mean, of items that succeeded. p50 to max are latencies "
             "of all attempts. Counts are of all rounds together.</p>\n");
    (void)buffer_append_text(out, "<details><summary>What each variant is</summary>"
                                  "<div class=\"wide\"><table><tbody>\n");
    for (size_t i = 0; i < r->variant_count; i++) {
        (void)buffer_append_format(
            out, "<tr><th scope=\"row\">%s</th><td class=\"plan\"><code>", r->variants[i].name);
        put_text(r->variants[i].options, out);
        (void)buffer_append_text(out, "</code></td><td class=\"plan\">");
        put_text(buffer_text(&r->variants[i].plan), out);
        (void)buffer_append_text(out, "</td></tr>\n");
    }
    (void)buffer_append_text(out, "</tbody></table></div></details></div>\n");
}

/* ---- the page ---- */

static void put_head(const struct bench_report *r, struct buffer *out)
{
    (void)buffer_append_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                                  "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                                  "content=\"width=device-width,initial-scale=1\">\n<title>");
    for (size_t i = 0; i < r->variant_count; i++)
        (void)buffer_append_format(out, "%s%s", i ? ", " : "", r->variants[i].name);
    (void)buffer_append_format(out, " - ovrmnd bench</title>\n<style>\n%s</style>\n</head>\n",
                               page_style);
}

/* The first sentence is the page's heading. */
static void put_sentences(const struct bench_report *r, struct buffer *out)
{
    struct buffer text = {0};
    (void)buffer_append_text(out, "<p class=\"kind\">ovrmnd bench</p>\n<h1>");
    if (!r->rounds)
        (void)buffer_append_text(&text, "no round was finished: nothing can be said");
    else if (r->variant_count > 1)
        bench_sentence(r, 1, &text);
    else
        (void)buffer_append_format(&text, "how fast `%s` is", r->variants[0].name);
    put_sentence(&text, out);
    (void)buffer_append_text(out, "</h1>\n");
    for (size_t i = 2; r->rounds && i < r->variant_count; i++) {
        (void)buffer_append_text(out, "<p class=\"more\">");
        bench_sentence(r, i, &text);
        put_sentence(&text, out);
        (void)buffer_append_text(out, "</p>\n");
    }
    (void)buffer_append_text(out, "<p class=\"setting\">");
    bench_setting(r, &text);
    put_text(buffer_text(&text), out);
    (void)buffer_append_text(out, "</p>\n");
    buffer_reset(&text);
    for (size_t i = 0; r->rounds && bench_note(r, i, &text); i++) {
        (void)buffer_append_text(out, "<p class=\"note\">");
        put_sentence(&text, out);
        (void)buffer_append_text(out, "</p>\n");
    }
    buffer_free(&text);
}

void bench_html(const struct bench_report *r, struct buffer *out)
{
    put_head(r, out);
    (void)buffer_append_text(out, "<body>\n<main>\n<header>\n");
    put_sentences(r, out);
    (void)buffer_append_text(out, "</header>\n");
    if (r->rounds) {
        put_table(r, out);
        page_ratios(r, out);
        page_throughput(r, out);
        page_in_flight(r, out);
        page_latency(r, out);
        page_timeline(r, out);
    }
    (void)buffer_append_format(
        out,
        "<footer>ovrmnd %s, seed %" PRIu64
        ". Ratios are geometric means over rounds; their intervals are "
        "bootstrap intervals (expanded percentiles, %d resamples), and a "
        "difference has to pass a sign-flip test as well.</footer>\n"
        "</main>\n</body>\n</html>\n",
        r->version, r->seed, STATISTICS_RESAMPLES);
}
