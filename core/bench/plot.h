/* SPDX-License-Identifier: MIT */
#ifndef BENCH_PLOT_H
#define BENCH_PLOT_H

/*
 * Plots as inline SVG. A plot maps values to a frame with axes; lines are appended to a buffer
 * as they come, points that would fall on the pixel of the one before are left out. Colours and
 * dashes are classes of the page's style (page_style.c): v0 to v7 for variants.
 */

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

#define PLOT_WIDTH  920
#define PLOT_LEFT   64
#define PLOT_RIGHT  16
#define PLOT_TOP    12
#define PLOT_BOTTOM 46

/* A scale from values to pixels. A logarithmic one needs values above 0. */
struct scale {
    double least, most;
    bool logarithmic;
};

enum plot_unit {
    PLOT_NUMBER,
    PLOT_SECONDS,
    PLOT_PERCENT,
    PLOT_TIMES, /* a ratio */
};

struct plot {
    struct buffer *out;
    double height; /* of the frame alone */
    struct scale x, y;
    double last_x, last_y; /* of the line that is being drawn, in pixels */
    bool drawing;
};

/* A scale that holds both values, and a little room behind the last; the logarithmic one has it
 * on both sides. */
struct scale plot_scale(double least, double most);
struct scale plot_log_scale(double least, double most);

/* Where a value lies, in pixels. */
double plot_x(const struct plot *p, double value);

/* The SVG begins, with what it is and what it shows for those who do not see it. `id` is unique
 * in the page. */
void plot_open(struct plot *p, const char *id, const char *title, const char *description);
void plot_close(struct plot *p);

/* Axes with a grid, round numbers and what is counted. */
void plot_x_axis(struct plot *p, enum plot_unit unit, const char *label);
void plot_y_axis(struct plot *p, enum plot_unit unit, const char *label);

/* A line of a variant. */
void plot_line_begin(struct plot *p, size_t variant);
void plot_line_to(struct plot *p, double x, double y);
void plot_line_end(struct plot *p);

#endif
