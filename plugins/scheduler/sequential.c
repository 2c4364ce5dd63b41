/* SPDX-License-Identifier: MIT */
/*
 * sequential: one attempt at a time. The default, and the smallest scheduler there can be: it
 * has no options and keeps nothing, since the load it is told of says all that it needs.
 */
#include <ovrmnd/scheduler.h>

#include <stddef.h>

static void *sequential_create(const struct ovrmnd_host *host,
                               const struct ovrmnd_options *options, struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    static char nothing_to_keep; /* any address but NULL, which would mean a refusal */
    return &nothing_to_keep;
}

static void sequential_destroy(void *self)
{
    (void)self;
}

static struct ovrmnd_verdict sequential_may_start(const void *self, uint64_t now_ns,
                                                  const struct ovrmnd_load *load,
                                                  const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)next;
    return (struct ovrmnd_verdict){
        .action = load->running == 0 ? OVRMND_START : OVRMND_WAIT_FINISH,
    };
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = sequential_create,
    .destroy = sequential_destroy,
    .may_start = sequential_may_start,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "sequential",
    .version = "1.0.0",
    .summary = "One attempt at a time",
    .functions = &functions,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
