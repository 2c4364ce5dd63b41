/* SPDX-License-Identifier: MIT */

/* A stranger's scheduler: one attempt in each stretch of time, and no memory of a pause. */

#include <ovrmnd/scheduler.h>

#include <stdlib.h>

enum { EVERY, OPTION_COUNT };

static const struct ovrmnd_option options[] = {
    [EVERY] = {.name = "every",
               .help = "the least time between two attempts",
               .fallback = "1s",
               .least = "1ms",
               .type = OVRMND_DURATION},
};

struct drip {
    uint64_t every_ns, next_ns;
};

static void *drip_create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                         struct ovrmnd_text *why)
{
    (void)host;
    (void)why;
    struct drip *drip = calloc(1, sizeof *drip);
    if (drip)
        drip->every_ns = (uint64_t)given->values[EVERY].integer;
    return drip;
}

static struct ovrmnd_verdict drip_may_start(const void *self, uint64_t now_ns,
                                            const struct ovrmnd_load *load,
                                            const struct ovrmnd_attempt *next)
{
    const struct drip *drip = self;
    (void)load;
    (void)next;
    if (now_ns >= drip->next_ns)
        return (struct ovrmnd_verdict){.action = OVRMND_START};
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL, .at_ns = drip->next_ns};
}

static void drip_started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                         const struct ovrmnd_attempt *attempt)
{
    struct drip *drip = self;
    (void)load;
    (void)attempt;
    drip->next_ns = now_ns + drip->every_ns;
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = drip_create,
    .destroy = free,
    .may_start = drip_may_start,
    .started = drip_started,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "drip",
    .version = "1.0.0",
    .summary = "one attempt at a time, evenly spaced",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
