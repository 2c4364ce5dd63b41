/*
 * plugin-name: waits a little longer before each further attempt: `delay`, then twice, three
 * times `delay`, each cut short by up to a half at random, so that items that failed together
 * do not all come back together.
 *
 * A retry policy is asked after an attempt whose outcome the user calls worth another one.
 * <ovrmnd/retry.h> says what it may answer, and what the engine sees to by itself.
 */
#include <ovrmnd/retry.h>

#include <stdio.h>
#include <stdlib.h>

/* The options. The host parses and checks what the user writes, against this table; `create`
 * gets the values in the same order, so that this enum indexes them. */
enum { ATTEMPTS, DELAY, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [ATTEMPTS] = {.name = "attempts",
                  .help = "How many further attempts an item gets after its first",
                  .type = OVRMND_INTEGER,
                  .unit = "attempts",
                  .fallback = "3",
                  .least = "0",
                  .most = "100"},
    [DELAY] = {.name = "delay",
               .help = "The longest wait before the first of them",
               .type = OVRMND_DURATION,
               .fallback = "500ms",
               .most = "1h"},
};

/* An instance: what one run of ovrmnd keeps. Nothing is static, since a run may have several.
 */
struct state {
    const struct ovrmnd_host *host; /* lives until `destroy` returns */
    uint64_t attempts, delay_ns;
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
    state->host = host;
    state->attempts = (uint64_t)given->values[ATTEMPTS].integer;
    state->delay_ns = (uint64_t)given->values[DELAY].integer;
    return state;
}

/* [end] */
static void destroy(void *self)
{
    free(self);
}

/* [loop] Random bits come from the host: with the same --seed, the same run. */
static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    const struct state *state = self;
    (void)outcome;
    if (attempt->number > state->attempts)
        return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
    uint64_t longest_ns = state->delay_ns * attempt->number;
    uint64_t less_ns = state->host->random(state->host) % (longest_ns / 2 + 1);
    return (struct ovrmnd_verdict){.action = OVRMND_AGAIN,
                                   .at_ns = now_ns + longest_ns - less_ns};
}

/* `started` and `finished`, for policies that keep a budget, are not needed here: they may be
 * NULL. */
static const struct ovrmnd_retry functions = {
    .size = sizeof functions,
    .create = create,
    .destroy = destroy,
    .decide = decide,
};

/* What the plugin is. The file must be called after `name`. */
static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_RETRY,
    .name = "plugin-name",
    .version = "0.1.0",
    .summary = "Tries again after waits that grow evenly",
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
