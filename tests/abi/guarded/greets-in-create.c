/* SPDX-License-Identifier: MIT */
/* Tells the world on stdout that it is there. */
#include "../misbehaving/misbehaving.h"

#include <stdio.h>

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    printf("hello\n");
    return sound_create(host, options, why);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("greets-in-create", OVRMND_SCHEDULER, functions)
