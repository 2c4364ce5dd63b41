/* SPDX-License-Identifier: MIT */
/*
 * none: every outcome stands. The default, and the smallest retry policy there can be.
 */
#include <ovrmnd/retry.h>

#include <stddef.h>

static void *none_create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                         struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    static char nothing_to_keep; /* any address but NULL, which would mean a refusal */
    return &nothing_to_keep;
}

static void none_destroy(void *self)
{
    (void)self;
}

static struct ovrmnd_verdict none_decide(void *self, uint64_t now_ns,
                                         const struct ovrmnd_attempt *attempt,
                                         const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)attempt, (void)outcome;
    return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
}

static const struct ovrmnd_retry functions = {
    .size = sizeof functions,
    .create = none_create,
    .destroy = none_destroy,
    .decide = none_decide,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_RETRY,
    .name = "none",
    .version = "1.0.0",
    .summary = "Never tries again",
    .functions = &functions,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
