/* SPDX-License-Identifier: MIT */
/* Answers with an action that there is not. */
#include "misbehaving.h"

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    return (struct ovrmnd_verdict){.action = 77};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("garbage-verdict", OVRMND_SCHEDULER, functions)
