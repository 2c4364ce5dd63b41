/* SPDX-License-Identifier: MIT */
#ifndef MISBEHAVING_H
#define MISBEHAVING_H

/*
 * Sound plugins of each kind, for plugins that load well and then do one thing wrong. Each file
 * is called by what it does.
 *
 *     static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = mine};
 *     PLUGIN("name", OVRMND_SCHEDULER, functions)
 */

#include <ovrmnd/progress.h>
#include <ovrmnd/retry.h>
#include <ovrmnd/scheduler.h>

#include <stddef.h>
#include <stdlib.h>

#define MAYBE_UNUSED __attribute__((unused))

MAYBE_UNUSED static void *sound_create(const struct ovrmnd_host *host,
                                       const struct ovrmnd_options *options,
                                       struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    return calloc(1, 64);
}

MAYBE_UNUSED static struct ovrmnd_verdict sound_may_start(const void *self, uint64_t now_ns,
                                                          const struct ovrmnd_load *load,
                                                          const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

MAYBE_UNUSED static struct ovrmnd_verdict sound_decide(void *self, uint64_t now_ns,
                                                       const struct ovrmnd_attempt *attempt,
                                                       const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)attempt, (void)outcome;
    return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
}

MAYBE_UNUSED static void sound_update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
}

/* The fields of a sound function table; further ones override them. */
#define SOUND_SCHEDULER                                                                        \
    .size = sizeof(struct ovrmnd_scheduler), .create = sound_create, .destroy = free,          \
    .may_start = sound_may_start
#define SOUND_RETRY                                                                            \
    .size = sizeof(struct ovrmnd_retry), .create = sound_create, .destroy = free,              \
    .decide = sound_decide
#define SOUND_PROGRESS                                                                         \
    .size = sizeof(struct ovrmnd_progress), .create = sound_create, .destroy = free,           \
    .update = sound_update

/* The descriptor and the exported function. */
#define PLUGIN(plugin_name, plugin_kind, table)                                                \
    static const struct ovrmnd_plugin descriptor = {                                           \
        .size = sizeof descriptor,                                                             \
        .abi = OVRMND_ABI,                                                                     \
        .kind = plugin_kind,                                                                   \
        .name = plugin_name,                                                                   \
        .version = "1.0.0",                                                                    \
        .summary = "Misbehaves, for the tests",                                                \
        .functions = &table,                                                                   \
        .option_size = sizeof(struct ovrmnd_option),                                           \
    };                                                                                         \
    OVRMND_EXPORT const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)                        \
    {                                                                                          \
        return &descriptor;                                                                    \
    }

/* A segmentation fault that no compiler reasons away. */
MAYBE_UNUSED static void crash(void)
{
    int *volatile nowhere = NULL;
    *(volatile int *)nowhere = 1;
}

#endif
