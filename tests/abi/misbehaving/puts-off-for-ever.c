/* SPDX-License-Identifier: MIT */
/* Puts the start off by another hour, again and again. */
#include "misbehaving.h"

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL,
                                   .at_ns = now_ns + 3600 * UINT64_C(1000000000)};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("puts-off-for-ever", OVRMND_SCHEDULER, functions)
