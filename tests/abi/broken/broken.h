/* SPDX-License-Identifier: MIT */
#ifndef BROKEN_H
#define BROKEN_H

/* A sound scheduler, for plugins that are wrong in just one place. */

#include <ovrmnd/scheduler.h>

#include <stddef.h>

static inline void *sound_create(const struct ovrmnd_host *host,
                                 const struct ovrmnd_options *options, struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    static char self;
    return &self;
}

static inline void sound_destroy(void *self)
{
    (void)self;
}

static inline struct ovrmnd_verdict sound_may_start(const void *self, uint64_t now_ns,
                                                    const struct ovrmnd_load *load,
                                                    const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

static const struct ovrmnd_scheduler sound_functions = {
    .size = sizeof sound_functions,
    .create = sound_create,
    .destroy = sound_destroy,
    .may_start = sound_may_start,
};

/* The fields of a sound descriptor called `plugin_name`; further ones override them. */
#define SOUND(plugin_name)                                                                     \
    .size = sizeof(struct ovrmnd_plugin), .abi = OVRMND_ABI, .kind = OVRMND_SCHEDULER,         \
    .name = plugin_name, .version = "1.0.0", .summary = "For the tests of the loader",         \
    .functions = &sound_functions

/* The exported function. */
#define RETURNS(descriptor)                                                                    \
    const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)                                      \
    {                                                                                          \
        return descriptor;                                                                     \
    }

#endif
