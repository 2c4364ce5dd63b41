/* SPDX-License-Identifier: MIT */
/* Dies when it is asked about the fourth item. */
#include "misbehaving.h"

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    if (next->item == 3)
        crash();
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("crash-in-may-start", OVRMND_SCHEDULER, functions)
