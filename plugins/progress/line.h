/* SPDX-License-Identifier: MIT */
#ifndef PROGRESS_LINE_H
#define PROGRESS_LINE_H

/*
 * What `plain` and `bar` share: the counts as one line, printed when it is time and when it
 * says something new.
 */

#include <ovrmnd/progress.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 160

struct line {
    uint64_t interval_ns; /* at most one line in so long */
    uint64_t last_ns;     /* when the last was printed, or the batch began */
    char last[LINE_SIZE]; /* "" before the first */
};

static inline void line_print(struct line *line, const struct ovrmnd_screen *screen,
                              const struct ovrmnd_snapshot *now)
{
    char total[24] = "", text[LINE_SIZE];
    if (now->flags & OVRMND_TOTAL_KNOWN)
        snprintf(total, sizeof total, "/%" PRIu64, now->total);
    snprintf(text, sizeof text,
             "Progress: %" PRIu64 "%s completed, %" PRIu64 " running, %" PRIu64 " failed",
             now->completed, total, now->running, now->failed);
    if (strcmp(text, line->last) == 0)
        return;
    memcpy(line->last, text, sizeof text);
    line->last_ns = now->now_ns;
    screen->line(screen, text);
}

static inline void line_begin(struct line *line, const struct ovrmnd_snapshot *now)
{
    line->last_ns = now->now_ns;
}

static inline void line_update(struct line *line, const struct ovrmnd_screen *screen,
                               const struct ovrmnd_snapshot *now)
{
    if (now->now_ns - line->last_ns >= line->interval_ns)
        line_print(line, screen, now);
}

#endif
