/* SPDX-License-Identifier: MIT */
/* Waits in create for what never comes. */
#include "../misbehaving/misbehaving.h"

#include <unistd.h>

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    for (volatile int for_ever = 1; for_ever;)
        pause();
    return sound_create(host, options, why);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("hangs-in-create", OVRMND_SCHEDULER, functions)
