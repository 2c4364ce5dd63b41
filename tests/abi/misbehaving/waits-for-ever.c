/* SPDX-License-Identifier: MIT */
/* Waits for an attempt to finish while none runs. */
#include "misbehaving.h"

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_FINISH};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("waits-for-ever", OVRMND_SCHEDULER, functions)
