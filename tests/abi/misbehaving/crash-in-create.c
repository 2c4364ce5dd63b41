/* SPDX-License-Identifier: MIT */
/* Dies when an instance is made. */
#include "misbehaving.h"

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    crash();
    return NULL;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("crash-in-create", OVRMND_SCHEDULER, functions)
