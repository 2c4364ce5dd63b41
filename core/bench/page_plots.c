/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "bench/page.h"
#include "bench/plot.h"

#include <math.h>
#include <stdio.h>

#define HEIGHT     260
#define MOST_STEPS 64 /* of a line over time */
#define ROW_HEIGHT 46
#define TABLE_ROWS 16

/* ---- the numbers below a figure: a column for each variant ---- */

static void open_table(const char *rows, const struct bench_report *r, struct buffer *out)
{
    (void)buffer_append_format(out,
                               "<details><summary>The numbers</summary><div class=\"wide\">"
                               "<table><thead><tr><th scope=\"col\">%s</th>",
                               rows);
    for (size_t i = 0; i < r->variant_count; i++)
        (void)buffer_append_format(out, "<th scope=\"col\">%s</th>", r->variants[i].name);
    (void)buffer_append_text(out, "</tr></thead><tbody>\n");
}

static void close_table(struct buffer *out)
{
    (void)buffer_append_text(out, "</tbody></table></div></details>\n");
}

/* ---- over time ---- */

/* What is drawn over time: a sum in each slice, for each second (or nanosecond) of the runs
 * that were under way then. */
struct course {
    const uint64_t *slices;
    const struct record *record;
    double per_ns; /* what one of the sum is worth in a nanosecond */
    size_t group;  /* slices in a step */
    size_t steps;
};

static struct course course_of(const struct record *r, const uint64_t *slices, double per_ns)
{
    size_t used = RECORD_SLICES;
    while (used > 1 && !r->done[used - 1] && !r->busy_ns[used - 1])
        used--;
    size_t group = (used + MOST_STEPS - 1) / MOST_STEPS;
    return (struct course){slices, r, per_ns, group, (used + group - 1) / group};
}

/* How long, in all rounds, a run was under way in a step. */
static double covered_ns(const struct course *c, size_t step)
{
    uint64_t width_ns = c->group * c->record->slice_ns, from_ns = step * width_ns, sum = 0;
    for (size_t i = 0; i < c->record->round_count; i++) {
        uint64_t wall_ns = c->record->rounds[i].wall_ns;
        uint64_t left_ns = wall_ns > from_ns ? wall_ns - from_ns : 0;
        sum += left_ns < width_ns ? left_ns : width_ns;
    }
    return (double)sum;
}

static double course_at(const struct course *c, size_t step)
{
    uint64_t sum = 0;
    for (size_t i = step * c->group; i < (step + 1) * c->group && i < RECORD_SLICES; i++)
        sum += c->slices[i];
    double covered = covered_ns(c, step);
    /* The end of the longest run may leave next to nothing to divide by. */
    double least = (double)(c->group * c->record->slice_ns) / 10;
    return (double)sum * c->per_ns / (covered > least ? covered : least);
}

static double longest_s(const struct bench_report *r)
{
    uint64_t most_ns = 0;
    for (size_t i = 0; i < r->variant_count; i++)
        for (size_t j = 0; j < r->variants[i].record->round_count; j++)
            if (r->variants[i].record->rounds[j].wall_ns > most_ns)
                most_ns = r->variants[i].record->rounds[j].wall_ns;
    return (double)most_ns / (double)NS_PER_S;
}

static double step_s(const struct course *c, size_t step)
{
    return (double)(step * c->group * c->record->slice_ns) / (double)NS_PER_S;
}

static void draw_course(struct plot *p, const struct course *c, size_t variant)
{
    double end_s = 0;
    for (size_t i = 0; i < c->record->round_count; i++)
        end_s = fmax(end_s, (double)c->record->rounds[i].wall_ns / (double)NS_PER_S);
    plot_line_begin(p, variant);
    for (size_t i = 0; i < c->steps && step_s(c, i) < end_s; i++) {
        plot_line_to(p, step_s(c, i), course_at(c, i));
        plot_line_to(p, fmin(step_s(c, i + 1), end_s), course_at(c, i));
    }
    plot_line_to(p, end_s, 0);
    plot_line_end(p);
}

static void put_course_table(const struct course *courses, const struct bench_report *r,
                             struct buffer *out)
{
    double end_s = longest_s(r);
    open_table("after", r, out);
    for (size_t row = 0; row < TABLE_ROWS; row++) {
        double at_s = end_s * ((double)row + 0.5) / TABLE_ROWS;
        (void)buffer_append_text(out, "<tr><th scope=\"row\">");
        bench_put_time((uint64_t)(at_s * (double)NS_PER_S), out);
        (void)buffer_append_text(out, "</th>");
        for (size_t i = 0; i < r->variant_count; i++) {
            size_t step = (size_t)(at_s / step_s(&courses[i], 1));
            bool under_way = step < courses[i].steps;
            (void)buffer_append_text(out, "<td>");
            if (under_way)
                bench_put_speed(course_at(&courses[i], step), out);
            (void)buffer_append_text(out, "</td>");
        }
        (void)buffer_append_text(out, "</tr>\n");
    }
    close_table(out);
}

static void put_courses(const struct course *courses, const struct bench_report *r,
                        const char *id, const char *title, const char *unit, struct buffer *out)
{
    double most = 0;
    for (size_t i = 0; i < r->variant_count; i++)
        for (size_t j = 0; j < courses[i].steps; j++)
            most = fmax(most, course_at(&courses[i], j));
    struct plot p = {.out = out,
                     .height = HEIGHT,
                     .x = plot_scale(0, longest_s(r)),
                     .y = plot_scale(0, most)};
    page_legend(r, out);
    plot_open(&p, id, title,
              "A line for each variant; the same numbers are in the table below");
    plot_y_axis(&p, PLOT_NUMBER, unit);
    plot_x_axis(&p, PLOT_SECONDS, "time since the run began");
    for (size_t i = 0; i < r->variant_count; i++)
        draw_course(&p, &courses[i], i);
    plot_close(&p);
    put_course_table(courses, r, out);
}

void page_throughput(const struct bench_report *r, struct buffer *out)
{
    struct course courses[BENCH_MOST_VARIANTS];
    for (size_t i = 0; i < r->variant_count; i++)
        courses[i] = course_of(r->variants[i].record, r->variants[i].record->done,
                               (double)NS_PER_S);
    page_figure_open("Throughput over time",
                     "Items that succeeded, each second, on the average of the rounds.", out);
    put_courses(courses, r, "throughput", "Throughput over time", "items/s", out);
    page_figure_close(out);
}

void page_in_flight(const struct bench_report *r, struct buffer *out)
{
    struct course courses[BENCH_MOST_VARIANTS];
    for (size_t i = 0; i < r->variant_count; i++)
        courses[i] = course_of(r->variants[i].record, r->variants[i].record->busy_ns, 1);
    page_figure_open("Attempts in flight over time",
                     "How many were on the wire at once, on the average of the rounds.", out);
    put_courses(courses, r, "flight", "Attempts in flight over time", "attempts", out);
    page_figure_close(out);
}

/* ---- latency ---- */

static void draw_latency(struct plot *p, const struct histogram *h, size_t variant)
{
    struct histogram_bucket bucket;
    uint64_t passed = 0;
    if (!h->count)
        return;
    plot_line_begin(p, variant);
    plot_line_to(p, (double)(h->min_ns ? h->min_ns : 1) / (double)NS_PER_S, 0);
    for (uint32_t at = 0; histogram_next(h, &at, &bucket);) {
        uint64_t last_ns = bucket.last_ns < h->max_ns ? bucket.last_ns : h->max_ns;
        double x = (double)(last_ns ? last_ns : 1) / (double)NS_PER_S;
        passed += bucket.count;
        plot_line_to(p, x, 100 * (double)passed / (double)h->count);
    }
    plot_line_to(p, p->x.most, 100);
    plot_line_end(p);
}

static void put_latency_table(const struct bench_report *r, struct buffer *out)
{
    static const double percents[] = {1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100};
    open_table("of the attempts", r, out);
    for (size_t row = 0; row < sizeof percents / sizeof *percents; row++) {
        (void)buffer_append_format(out, "<tr><th scope=\"row\">%g %% within</th>",
                                   percents[row]);
        for (size_t i = 0; i < r->variant_count; i++) {
            (void)buffer_append_text(out, "<td>");
            bench_put_latency(&r->variants[i].record->latency, percents[row], out);
            (void)buffer_append_text(out, "</td>");
        }
        (void)buffer_append_text(out, "</tr>\n");
    }
    close_table(out);
}

void page_latency(const struct bench_report *r, struct buffer *out)
{
    uint64_t least_ns = UINT64_MAX, most_ns = 1;
    for (size_t i = 0; i < r->variant_count; i++) {
        const struct histogram *h = &r->variants[i].record->latency;
        if (h->count && h->min_ns < least_ns)
            least_ns = h->min_ns;
        if (h->max_ns > most_ns)
            most_ns = h->max_ns;
    }
    if (least_ns == UINT64_MAX)
        return;
    struct plot p = {.out = out,
                     .height = HEIGHT,
                     .x = plot_log_scale((double)least_ns / (double)NS_PER_S,
                                         (double)most_ns / (double)NS_PER_S),
                     .y = plot_scale(0, 100)};
    page_figure_open("Latency of attempts",
                     "How many of the attempts took no longer than that; the time axis is "
                     "logarithmic. Further left is better.",
                     out);
    page_legend(r, out);
    plot_open(
        &p, "latency", "Latency of attempts",
        "The cumulative distribution for each variant; percentiles are in the table below");
    plot_y_axis(&p, PLOT_PERCENT, "of the attempts");
    plot_x_axis(&p, PLOT_SECONDS, "took at most");
    for (size_t i = 0; i < r->variant_count; i++)
        draw_latency(&p, &r->variants[i].record->latency, i);
    plot_close(&p);
    put_latency_table(r, out);
    page_figure_close(out);
}

/* ---- ratios ---- */

static double ratio_in(const struct bench_report *r, size_t variant, size_t round)
{
    double first = record_speed(&r->variants[0].record->rounds[round]);
    double speed = record_speed(&r->variants[variant].record->rounds[round]);
    return first > 0 && speed > 0 ? speed / first : 0;
}

static struct scale ratio_scale(const struct bench_report *r)
{
    double least = 1, most = 1;
    for (size_t i = 1; i < r->variant_count; i++) {
        const struct comparison *c = &r->variants[i].against_first;
        for (size_t j = 0; j < r->rounds; j++) {
            double ratio = ratio_in(r, i, j);
            least = ratio > 0 ? fmin(least, ratio) : least;
            most = fmax(most, ratio);
        }
        least = c->low > 0 ? fmin(least, c->low) : least;
        most = fmax(most, c->high);
    }
    return plot_log_scale(least, most);
}

/* Beside its interval, where there is more room. */
static void put_ratio_name(struct plot *p, const struct comparison *c, double y,
                           const char *name)
{
    double ratio = c->ratio > 0 ? c->ratio : 1;
    double low = plot_x(p, c->low > 0 ? c->low : ratio) - 14;
    double high = plot_x(p, c->high > 0 ? c->high : ratio) + 14;
    bool left = plot_x(p, ratio) > PLOT_WIDTH / 2.0;
    (void)buffer_append_format(
        p->out, "<text class=\"name\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        left ? low : high, y + 4, left ? "end" : "start", name);
}

static void draw_ratio(struct plot *p, const struct bench_report *r, size_t variant)
{
    const struct comparison *c = &r->variants[variant].against_first;
    double y = PLOT_TOP + ROW_HEIGHT * ((double)variant - 0.5);
    (void)buffer_append_format(p->out, "<g class=\"v%zu solid\">", variant);
    for (size_t i = 0; i < r->rounds; i++)
        if (ratio_in(r, variant, i) > 0)
            (void)buffer_append_format(
                p->out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
                plot_x(p, ratio_in(r, variant, i)), y + 12);
    if (c->low > 0)
        (void)buffer_append_format(
            p->out,
            "<path d=\"M%.1f %.1f H%.1f\" stroke-width=\"5\" stroke-linecap=\"round\"/>",
            plot_x(p, c->low), y, plot_x(p, c->high));
    if (c->ratio > 0)
        (void)buffer_append_format(
            p->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" fill=\"currentColor\"/>",
            plot_x(p, c->ratio), y);
    (void)buffer_append_text(p->out, "</g>");
    put_ratio_name(p, c, y, r->variants[variant].name);
}

void page_ratios(const struct bench_report *r, struct buffer *out)
{
    if (r->variant_count < 2)
        return;
    struct plot p = {.out = out,
                     .height = (double)(ROW_HEIGHT * (r->variant_count - 1)),
                     .x = ratio_scale(r)};
    char words[256];
    snprintf(words, sizeof words,
             "The speed of each variant, in times that of <code>%s</code>: the estimate, its "
             "95&nbsp;%% interval, and below it a dot for each round.",
             r->variants[0].name);
    page_figure_open("How much faster, and how sure", words, out);
    plot_open(&p, "ratios", "Ratios of speed",
              "For each variant the ratio with its interval; the sentences above say the same");
    plot_x_axis(&p, PLOT_TIMES, "as fast");
    (void)buffer_append_format(out, "<path class=\"one\" d=\"M%.1f %d v%.1f\"/>\n",
                               plot_x(&p, 1), PLOT_TOP, p.height);
    for (size_t i = 1; i < r->variant_count; i++)
        draw_ratio(&p, r, i);
    plot_close(&p);
    page_figure_close(out);
}
