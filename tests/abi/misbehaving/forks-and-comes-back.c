/* SPDX-License-Identifier: MIT */
/* Forks at the fourth item, and both processes come back. */
#include "misbehaving.h"

#include <unistd.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 3)
        (void)!fork();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("forks-and-comes-back", OVRMND_SCHEDULER, functions)
