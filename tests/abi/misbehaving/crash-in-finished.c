/* SPDX-License-Identifier: MIT */
/* Dies when the fourth item comes back. */
#include "misbehaving.h"

static void finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                     const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)load, (void)attempt, (void)outcome;
    if (attempt->item == 3)
        crash();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .finished = finished};

PLUGIN("crash-in-finished", OVRMND_SCHEDULER, functions)
