/*
 * plugin-name: no two attempts start closer together than `every`.
 *
 * A scheduler is asked before each attempt, "may it start now?", and told when one started and
 * when it came back. <ovrmnd/scheduler.h> says what it may answer.
 */
#include <ovrmnd/scheduler.h>

#include <stdio.h>
#include <stdlib.h>

/* The options. The host parses and checks what the user writes, against this table; `create`
 * gets the values in the same order, so that this enum indexes them. */
enum { EVERY, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [EVERY] = {.name = "every",
               .help = "The least time from one start to the next",
               .type = OVRMND_DURATION,
               .fallback = "100ms",
               .most = "1d"},
};

/* An instance: what one run of ovrmnd keeps. Nothing is static, since a run may have several.
 */
struct state {
    uint64_t every_ns;
    uint64_t next_ns; /* when the next attempt may start; 0: at once */
};

/* [setup] Here the plugin may allocate, read files, and refuse: NULL, with the reason. */
static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                    struct ovrmnd_text *why)
{
    (void)host;
    struct state *state = calloc(1, sizeof *state);
    if (!state) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    state->every_ns = (uint64_t)given->values[EVERY].integer;
    return state;
}

/* [end] */
static void destroy(void *self)
{
    free(self);
}

/* [loop] Asks only: `self` is const. What an attempt uses up is paid in `started`, since
 * another scheduler of the stack may still say no. */
static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    const struct state *state = self;
    (void)load, (void)next;
    if (now_ns >= state->next_ns)
        return (struct ovrmnd_verdict){.action = OVRMND_START};
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL, .at_ns = state->next_ns};
}

/* [loop] It starts, at `now_ns`. */
static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    struct state *state = self;
    (void)load, (void)attempt;
    state->next_ns = now_ns + state->every_ns;
}

/* `finished`, which tells what an attempt came back with, is not needed here: it may be NULL.
 */
static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = create,
    .destroy = destroy,
    .may_start = may_start,
    .started = started,
};

/* What the plugin is. The file must be called after `name`. */
static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "plugin-name",
    .version = "0.1.0",
    .summary = "One attempt in each stretch of time",
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
