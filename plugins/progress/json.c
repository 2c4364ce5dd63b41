/* SPDX-License-Identifier: MIT */

/*
 * json: the counts as one JSON object a line, for programs that look after a batch.
 *
 *     {"event":"update","elapsed_ms":1000,"total":100,"completed":37,"succeeded":35,...}
 *
 * `event` is "begin" once, "update" from time to time and "end" once; `total` is null while it
 * is not known. Members may be added; none goes away or changes its meaning.
 */

#include <ovrmnd/progress.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NS_PER_MS UINT64_C(1000000)

/* 12 numbers of at most 20 digits, and what stands between them. */
#define LINE_SIZE 512

enum { JSON_INTERVAL };

static const struct ovrmnd_option json_options[] = {
    [JSON_INTERVAL] = {.name = "interval",
                       .help = "Shortest time between two lines; begin and end do not wait",
                       .fallback = "1s",
                       .least = "100ms",
                       .type = OVRMND_DURATION},
};

struct json {
    const struct ovrmnd_screen *screen; /* NULL: this host has none, and nothing is written */
    uint64_t interval_ns;
    uint64_t last_ns; /* when the last line was written */
};

static void *json_create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                         struct ovrmnd_text *why)
{
    struct json *json = calloc(1, sizeof *json);
    if (!json) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    json->screen = host->extension(host, OVRMND_SCREEN);
    json->interval_ns = (uint64_t)options->values[JSON_INTERVAL].integer;
    return json;
}

static void json_destroy(void *self)
{
    free(self);
}

static void write_line(struct json *json, const char *event, const struct ovrmnd_snapshot *now)
{
    char total[24] = "null", line[LINE_SIZE];
    if (!json->screen)
        return;
    if (now->flags & OVRMND_TOTAL_KNOWN)
        snprintf(total, sizeof total, "%" PRIu64, now->total);
    snprintf(line, sizeof line,
             "{\"event\":\"%s\",\"elapsed_ms\":%" PRIu64 ",\"total\":%s,\"completed\":%" PRIu64
             ",\"succeeded\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"cancelled\":%" PRIu64
             ",\"running\":%" PRIu64 ",\"waiting\":%" PRIu64 ",\"attempts\":%" PRIu64
             ",\"retries\":%" PRIu64 ",\"bytes_in\":%" PRIu64 ",\"bytes_out\":%" PRIu64 "}",
             event, (now->now_ns - now->started_ns) / NS_PER_MS, total, now->completed,
             now->succeeded, now->failed, now->cancelled, now->running, now->waiting,
             now->attempts, now->retries, now->bytes_in, now->bytes_out);
    json->last_ns = now->now_ns;
    json->screen->line(json->screen, line);
}

static void json_begin(void *self, const struct ovrmnd_snapshot *now)
{
    write_line(self, "begin", now);
}

static void json_update(void *self, const struct ovrmnd_snapshot *now)
{
    struct json *json = self;
    if (now->now_ns - json->last_ns >= json->interval_ns)
        write_line(json, "update", now);
}

static void json_end(void *self, const struct ovrmnd_snapshot *now)
{
    write_line(self, "end", now);
}

static const struct ovrmnd_progress functions = {
    .size = sizeof functions,
    .create = json_create,
    .destroy = json_destroy,
    .begin = json_begin,
    .update = json_update,
    .end = json_end,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_PROGRESS,
    .name = "json",
    .version = "1.0.0",
    .summary = "A line of JSON from time to time, for programs",
    .functions = &functions,
    .options = json_options,
    .option_count = sizeof json_options / sizeof *json_options,
    .option_size = sizeof *json_options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
