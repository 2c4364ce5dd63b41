/* SPDX-License-Identifier: MIT */
/* Says to wait for longer than anybody may. */
#include "misbehaving.h"

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL, .at_ns = UINT64_MAX};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("waits-for-a-year", OVRMND_SCHEDULER, functions)
