/* SPDX-License-Identifier: MIT */

/*
 * plain: a line from time to time, for logs.
 *
 *     Progress: 37/100 completed, 5 running, 2 failed
 */

#include "line.h"

#include <stdlib.h>

enum { PLAIN_INTERVAL };

static const struct ovrmnd_option plain_options[] = {
    [PLAIN_INTERVAL] = {.name = "interval",
                        .help = "Shortest time between two lines",
                        .fallback = "1s",
                        .least = "100ms",
                        .type = OVRMND_DURATION},
};

struct plain {
    const struct ovrmnd_screen *screen; /* NULL: this host has none, and nothing is shown */
    struct line line;
};

static void *plain_create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                          struct ovrmnd_text *why)
{
    struct plain *plain = calloc(1, sizeof *plain);
    if (!plain) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    plain->screen = host->extension(host, OVRMND_SCREEN);
    plain->line.interval_ns = (uint64_t)options->values[PLAIN_INTERVAL].integer;
    return plain;
}

static void plain_destroy(void *self)
{
    free(self);
}

static void plain_begin(void *self, const struct ovrmnd_snapshot *now)
{
    struct plain *plain = self;
    line_begin(&plain->line, now);
}

static void plain_update(void *self, const struct ovrmnd_snapshot *now)
{
    struct plain *plain = self;
    if (plain->screen)
        line_update(&plain->line, plain->screen, now);
}

static void plain_end(void *self, const struct ovrmnd_snapshot *now)
{
    struct plain *plain = self;
    if (plain->screen)
        line_print(&plain->line, plain->screen, now);
}

static const struct ovrmnd_progress functions = {
    .size = sizeof functions,
    .create = plain_create,
    .destroy = plain_destroy,
    .begin = plain_begin,
    .update = plain_update,
    .end = plain_end,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_PROGRESS,
    .name = "plain",
    .version = "1.0.0",
    .summary = "A line from time to time: how many are completed, running and failed",
    .functions = &functions,
    .options = plain_options,
    .option_count = sizeof plain_options / sizeof *plain_options,
    .option_size = sizeof *plain_options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
