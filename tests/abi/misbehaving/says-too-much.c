/* SPDX-License-Identifier: MIT */
/* Refuses with a reason that is longer than there is room for. */
#include "misbehaving.h"

#include <string.h>

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)host, (void)options;
    memset(why->data, 'x', why->capacity + 5000u);
    return NULL;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("says-too-much", OVRMND_SCHEDULER, functions)
