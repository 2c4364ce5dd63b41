/* SPDX-License-Identifier: MIT */
#include "bench/plot.h"

#include <math.h>
#include <stdio.h>

#define ROOM 0.02 /* beyond the last value, as a share */

/* ---- scales ---- */

/* 1, 2 or 5 times a power of ten, so that there are about `wanted` steps. */
static double round_step(double span, int wanted)
{
    double rough = span / wanted, power = pow(10, floor(log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

struct scale plot_scale(double least, double most)
{
    if (most <= least)
        most = least + 1;
    return (struct scale){.least = least, .most = most + (most - least) * ROOM};
}

struct scale plot_log_scale(double least, double most)
{
    if (least <= 0)
        least = 1e-9;
    if (most < least * 1.2) {
        most = least * 1.1;
        least /= 1.1;
    }
    double room = pow(most / least, ROOM);
    return (struct scale){.least = least / room, .most = most * room, .logarithmic = true};
}

static double share_of(const struct scale *s, double value)
{
    if (s->logarithmic)
        return log(value / s->least) / log(s->most / s->least);
    return (value - s->least) / (s->most - s->least);
}

double plot_x(const struct plot *p, double value)
{
    return PLOT_LEFT + share_of(&p->x, value) * (PLOT_WIDTH - PLOT_LEFT - PLOT_RIGHT);
}

static double y_of(const struct plot *p, double value)
{
    return PLOT_TOP + (1 - share_of(&p->y, value)) * p->height;
}

/* ---- numbers ---- */

/* As few decimals as tell it apart. */
static void put_short(double value, struct buffer *out)
{
    (void)buffer_append_format(out, "%.4g", value);
}

static void put_seconds(double seconds, struct buffer *out)
{
    const char *unit = seconds >= 1 || seconds == 0 ? "s" : seconds >= 1e-3 ? "ms" : "us";
    double scale = *unit == 's' ? 1 : *unit == 'm' ? 1e3 : 1e6;
    put_short(seconds * scale, out);
    (void)buffer_append_format(out, " %s", unit);
}

/* A value with its unit. */
static void put_value(double value, enum plot_unit unit, struct buffer *out)
{
    switch (unit) {
    case PLOT_NUMBER:
        if (fabs(value) >= 1e4)
            (void)buffer_append_format(out, "%.0f", value);
        else
            put_short(value, out);
        break;
    case PLOT_SECONDS:
        put_seconds(value, out);
        break;
    case PLOT_PERCENT:
        put_short(value, out);
        (void)buffer_append_text(out, " %");
        break;
    case PLOT_TIMES:
        put_short(value, out);
        (void)buffer_append_text(out, "\xC3\x97");
        break;
    }
}

/* ---- axes ---- */

static void put_x_tick(struct plot *p, double value, enum plot_unit unit)
{
    double x = plot_x(p, value);
    (void)buffer_append_format(p->out,
                               "<path class=\"grid\" d=\"M%.1f %d v%.1f\"/>"
                               "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" "
                               "text-anchor=\"middle\">",
                               x, PLOT_TOP, p->height, x, PLOT_TOP + p->height + 18);
    put_value(value, unit, p->out);
    (void)buffer_append_text(p->out, "</text>\n");
}

static void put_y_tick(struct plot *p, double value, enum plot_unit unit)
{
    double y = y_of(p, value);
    (void)buffer_append_format(p->out,
                               "<path class=\"grid\" d=\"M%d %.1f h%d\"/>"
                               "<text class=\"tick\" x=\"%d\" y=\"%.1f\" "
                               "text-anchor=\"end\">",
                               PLOT_LEFT, y, PLOT_WIDTH - PLOT_LEFT - PLOT_RIGHT, PLOT_LEFT - 8,
                               y + 4);
    put_value(value, unit, p->out);
    (void)buffer_append_text(p->out, "</text>\n");
}

/* Of logarithmic scales wide enough: 1, 2 and 5 times the powers of ten; else even steps. */
static void put_ticks(struct plot *p, const struct scale *s, int wanted, enum plot_unit unit,
                      void put(struct plot *, double, enum plot_unit))
{
    static const double digits[] = {1, 2, 5};
    if (s->logarithmic && s->most / s->least > 8) {
        size_t every = s->most / s->least > 1e4 ? 3 : 1;
        for (double power = pow(10, floor(log10(s->least))); power <= s->most; power *= 10)
            for (size_t i = 0; i < 3; i += every)
                if (digits[i] * power >= s->least && digits[i] * power <= s->most)
                    put(p, digits[i] * power, unit);
        return;
    }
    double step = round_step(s->most - s->least, wanted);
    for (double i = ceil(s->least / step); i * step <= s->most; i++)
        put(p, i * step, unit);
}

void plot_x_axis(struct plot *p, enum plot_unit unit, const char *label)
{
    put_ticks(p, &p->x, 8, unit, put_x_tick);
    (void)buffer_append_format(p->out,
                               "<path class=\"axis\" d=\"M%d %.1f h%d\"/>"
                               "<text class=\"label\" x=\"%d\" y=\"%.1f\" "
                               "text-anchor=\"end\">%s</text>\n",
                               PLOT_LEFT, PLOT_TOP + p->height,
                               PLOT_WIDTH - PLOT_LEFT - PLOT_RIGHT, PLOT_WIDTH - PLOT_RIGHT,
                               PLOT_TOP + p->height + 38, label);
}

void plot_y_axis(struct plot *p, enum plot_unit unit, const char *label)
{
    put_ticks(p, &p->y, 6, unit, put_y_tick);
    (void)buffer_append_format(p->out,
                               "<text class=\"label\" transform=\"translate(14 %.1f) "
                               "rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
                               PLOT_TOP + p->height / 2, label);
}

void plot_open(struct plot *p, const char *id, const char *title, const char *description)
{
    (void)buffer_append_format(p->out,
                               "<svg viewBox=\"0 0 %d %.0f\" role=\"img\" "
                               "aria-labelledby=\"%s-title %s-desc\">\n"
                               "<title id=\"%s-title\">%s</title>\n"
                               "<desc id=\"%s-desc\">%s</desc>\n",
                               PLOT_WIDTH, p->height + PLOT_TOP + PLOT_BOTTOM, id, id, id,
                               title, id, description);
}

void plot_close(struct plot *p)
{
    (void)buffer_append_text(p->out, "</svg>\n");
}

/* ---- lines ---- */

void plot_line_begin(struct plot *p, size_t variant)
{
    (void)buffer_append_format(p->out, "<path class=\"line v%zu\" d=\"", variant);
    p->drawing = false;
}

void plot_line_to(struct plot *p, double x, double y)
{
    double at_x = plot_x(p, x), at_y = y_of(p, y);
    if (p->drawing && fabs(at_x - p->last_x) < 0.5 && fabs(at_y - p->last_y) < 0.5)
        return;
    (void)buffer_append_format(p->out, "%s%.1f %.1f", p->drawing ? "L" : "M", at_x, at_y);
    p->last_x = at_x;
    p->last_y = at_y;
    p->drawing = true;
}

void plot_line_end(struct plot *p)
{
    (void)buffer_append_text(p->out, "\"/>\n");
}
