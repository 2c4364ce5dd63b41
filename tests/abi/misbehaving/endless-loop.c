/* SPDX-License-Identifier: MIT */
/* Never comes back. */
#include "misbehaving.h"

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    volatile unsigned turns = 0;
    while (load->running < UINT32_MAX)
        turns = turns + 1;
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("endless-loop", OVRMND_SCHEDULER, functions)
