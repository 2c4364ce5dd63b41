/* SPDX-License-Identifier: MIT */
/*
 * fixed: tries again after the same delay, a fixed number of times.
 *
 * Simple and predictable. Where many items fail at once they also come back at once: against a
 * server that is overloaded, a policy that draws its delays at random is kinder.
 */
#include <ovrmnd/retry.h>

#include <stdio.h>
#include <stdlib.h>

/* The options, in the order of the table: an enum beside it indexes the values. */
enum { ATTEMPTS, DELAY, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [ATTEMPTS] = {.name = "attempts",
                  .help = "How many further attempts an item gets after its first",
                  .type = OVRMND_INTEGER,
                  .unit = "attempts",
                  .fallback = "3",
                  .least = "0",
                  .most = "1000"},
    [DELAY] = {.name = "delay",
               .help = "How long to wait before each of them",
               .type = OVRMND_DURATION,
               .fallback = "1s",
               .most = "366d"}, /* rule R2 of retry.h */
};

struct fixed {
    uint32_t attempts;
    uint64_t delay_ns;
};

static void *fixed_create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                          struct ovrmnd_text *why)
{
    (void)host;
    struct fixed *fixed = calloc(1, sizeof *fixed);
    if (!fixed) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    fixed->attempts = (uint32_t)given->values[ATTEMPTS].integer;
    fixed->delay_ns = (uint64_t)given->values[DELAY].integer;
    return fixed;
}

/* After the first attempt `number` is 1 and no further one has been used up. */
static struct ovrmnd_verdict fixed_decide(void *self, uint64_t now_ns,
                                          const struct ovrmnd_attempt *attempt,
                                          const struct ovrmnd_outcome *outcome)
{
    (void)outcome;
    const struct fixed *fixed = self;
    if (attempt->number > fixed->attempts)
        return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
    return (struct ovrmnd_verdict){.action = OVRMND_AGAIN, .at_ns = now_ns + fixed->delay_ns};
}

static const struct ovrmnd_retry functions = {
    .size = sizeof functions,
    .create = fixed_create,
    .destroy = free,
    .decide = fixed_decide,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_RETRY,
    .name = "fixed",
    .version = "1.0.0",
    .summary = "Tries again after the same delay, a fixed number of times",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
