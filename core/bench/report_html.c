/* SPDX-License-Identifier: MIT */
#include "bench/report.h"
void bench_html(const struct bench_report *report, struct buffer *out)
{
    (void)report;
    (void)out;
}
