/* SPDX-License-Identifier: MIT */

/*
 * none: shows nothing.
 */

#include <ovrmnd/progress.h>

static void *none_create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                         struct ovrmnd_text *why)
{
    static char self;
    (void)host, (void)options, (void)why;
    return &self;
}

static void none_destroy(void *self)
{
    (void)self;
}

static void none_update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
}

static const struct ovrmnd_progress functions = {
    .size = sizeof functions,
    .create = none_create,
    .destroy = none_destroy,
    .update = none_update,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_PROGRESS,
    .name = "none",
    .version = "1.0.0",
    .summary = "Shows nothing",
    .functions = &functions,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
