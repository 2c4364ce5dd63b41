/* SPDX-License-Identifier: MIT */
/* Changes the attempt that it is told of. */
#include "misbehaving.h"

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    ((struct ovrmnd_attempt *)(uintptr_t)attempt)->number = 7;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("writes-to-const", OVRMND_SCHEDULER, functions)
