/*
 * plugin-name: a line on stderr whenever another `step` percent of the items are done; while
 * nobody knows how many there will be, whenever another thousand are.
 *
 * A progress reporter gets a snapshot of the batch at most 10 times a second and writes through
 * the host's screen. It cannot steer. <ovrmnd/progress.h> says what a snapshot holds.
 */
#include <ovrmnd/progress.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The options. The host parses and checks what the user writes, against this table; `create`
 * gets the values in the same order, so that this enum indexes them. */
enum { STEP, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [STEP] = {.name = "step",
              .help = "How much has to be done before the next line",
              .type = OVRMND_INTEGER,
              .unit = "percent",
              .fallback = "10",
              .least = "1",
              .most = "100"},
};

/* An instance: what one run of ovrmnd keeps. Nothing is static, since a run may have several.
 */
struct state {
    const struct ovrmnd_screen *screen; /* NULL: this host has none */
    uint64_t step;
    uint64_t told; /* items that the last line counted */
};

/* [setup] Here the plugin may allocate, read files, and refuse: NULL, with the reason. */
static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                    struct ovrmnd_text *why)
{
    struct state *state = calloc(1, sizeof *state);
    if (!state) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    state->screen = host->extension(host, OVRMND_SCREEN);
    state->step = (uint64_t)given->values[STEP].integer;
    return state;
}

/* [end] */
static void destroy(void *self)
{
    free(self);
}

static void tell(struct state *state, const struct ovrmnd_snapshot *now)
{
    char line[160];
    snprintf(line, sizeof line, "%" PRIu64 " items done, %" PRIu64 " of them failed",
             now->completed, now->failed);
    state->told = now->completed;
    if (state->screen)
        state->screen->line(state->screen, line);
}

/* A step in items. In this order no batch is large enough to overflow. */
static uint64_t step_items(const struct state *state, const struct ovrmnd_snapshot *now)
{
    if (!(now->flags & OVRMND_TOTAL_KNOWN))
        return 1000;
    return now->total / 100 * state->step + now->total % 100 * state->step / 100;
}

/* [loop] The screen adds the line feed, and keeps lines from tearing one another. */
static void update(void *self, const struct ovrmnd_snapshot *now)
{
    struct state *state = self;
    uint64_t more = now->completed - state->told;
    if (more && more >= step_items(state, now))
        tell(state, now);
}

/* [end] The last result is out, perhaps after the last `update`. */
static void end(void *self, const struct ovrmnd_snapshot *now)
{
    struct state *state = self;
    if (now->completed != state->told)
        tell(state, now);
}

/* `begin` is not needed here: it may be NULL. */
static const struct ovrmnd_progress functions = {
    .size = sizeof functions,
    .create = create,
    .destroy = destroy,
    .update = update,
    .end = end,
};

/* What the plugin is. The file must be called after `name`. */
static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_PROGRESS,
    .name = "plugin-name",
    .version = "0.1.0",
    .summary = "A line for each further part that is done",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

/* The one symbol that the host looks for. */
const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
