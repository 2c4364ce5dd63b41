/* SPDX-License-Identifier: MIT */
/* Gives the whole program up when the fourth item starts. */
#include "misbehaving.h"

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 3)
        abort();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("abort-in-started", OVRMND_SCHEDULER, functions)
