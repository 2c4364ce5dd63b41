/* SPDX-License-Identifier: MIT */
/* Refuses, and does not say why. */
#include "misbehaving.h"

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    return NULL;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("null-create-no-reason", OVRMND_SCHEDULER, functions)
