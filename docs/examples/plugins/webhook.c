/* SPDX-License-Identifier: MIT */
/*
 * webhook: tells people how a batch goes, as messages of the form that chat webhooks take, one
 * JSON object a line: {"text":"..."}.
 *
 *     gcc -shared -fPIC -fvisibility=hidden -o webhook.so webhook.c
 *     ovrmnd call ... --plugin-dir . --progress webhook 2> >(grep '^{"text"' |
 *         while read -r message; do curl -s -d "$message" "$WEBHOOK_URL"; done)
 *
 * It does not send them itself. A plugin's functions run in the loop that also runs the
 * requests, so one that waits for a chat server makes the whole batch wait. A line through the
 * host's screen costs nothing, and what reads it may take its time.
 *
 * A message when the batch begins, at each further quarter, when many items begin to fail, and
 * at the end.
 */
#include <ovrmnd/progress.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define NS_PER_S UINT64_C(1000000000)

enum { FAILURES, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [FAILURES] = {.name = "failures",
                  .help = "How many items may fail before it says so",
                  .type = OVRMND_INTEGER,
                  .unit = "items",
                  .fallback = "10",
                  .least = "0"},
};

struct state {
    const struct ovrmnd_screen *screen; /* NULL: this host has none, and nothing is told */
    uint64_t failures;
    uint64_t quarters; /* that have been told */
    bool warned;
};

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                    struct ovrmnd_text *why)
{
    struct state *state = calloc(1, sizeof *state);
    if (!state) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    state->screen = host->extension(host, OVRMND_SCREEN);
    state->failures = (uint64_t)given->values[FAILURES].integer;
    return state;
}

/* `event` is this plugin's own words, so nothing in it needs a backslash. */
static void tell(const struct state *state, const char *event,
                 const struct ovrmnd_snapshot *now)
{
    char line[256], total[24] = "?";
    if (now->flags & OVRMND_TOTAL_KNOWN)
        snprintf(total, sizeof total, "%" PRIu64, now->total);
    snprintf(line, sizeof line,
             "{\"text\":\"%s: %" PRIu64 " of %s items done, %" PRIu64 " failed, after %" PRIu64
             " s\"}",
             event, now->completed, total, now->failed,
             (now->now_ns - now->started_ns) / NS_PER_S);
    if (state->screen)
        state->screen->line(state->screen, line);
}

static void begin(void *self, const struct ovrmnd_snapshot *now)
{
    tell(self, "begun", now);
}

static uint64_t quarters_done(const struct ovrmnd_snapshot *now)
{
    uint64_t quarter = now->total / 4;
    return (now->flags & OVRMND_TOTAL_KNOWN) && quarter ? now->completed / quarter : 0;
}

static void update(void *self, const struct ovrmnd_snapshot *now)
{
    struct state *state = self;
    uint64_t quarters = quarters_done(now);
    if (now->failed > state->failures && !state->warned) {
        state->warned = true;
        tell(state, "trouble", now);
    }
    if (quarters > state->quarters && quarters < 4) {
        state->quarters = quarters;
        tell(state, "going on", now);
    }
}

static void end(void *self, const struct ovrmnd_snapshot *now)
{
    tell(self, now->flags & OVRMND_HALTING ? "stopped early" : "done", now);
}

static const struct ovrmnd_progress functions = {
    .size = sizeof functions,
    .create = create,
    .destroy = free,
    .begin = begin,
    .update = update,
    .end = end,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_PROGRESS,
    .name = "webhook",
    .version = "1.0.0",
    .summary = "Messages for a chat webhook, one JSON object a line",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
