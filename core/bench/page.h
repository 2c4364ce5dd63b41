/* SPDX-License-Identifier: MIT */
#ifndef BENCH_PAGE_H
#define BENCH_PAGE_H

/* The parts of the page of HTML; for report_html.c and page_*.c. */

#include "bench/report.h"

extern const char page_style[]; /* CSS, for light and dark */

/* page_plots.c: each a figure with its numbers as a table; nothing where there is nothing to
 * show. */
void page_ratios(const struct bench_report *report, struct buffer *out);
void page_throughput(const struct bench_report *report, struct buffer *out);
void page_latency(const struct bench_report *report, struct buffer *out);
void page_in_flight(const struct bench_report *report, struct buffer *out);

/* page_timeline.c */
void page_timeline(const struct bench_report *report, struct buffer *out);

/* What is common to figures. */
void page_figure_open(const char *title, const char *words, struct buffer *out);
void page_legend(const struct bench_report *report, struct buffer *out);
void page_figure_close(struct buffer *out);

#endif
