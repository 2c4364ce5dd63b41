/* SPDX-License-Identifier: MIT */
/* Holds all signals off and never comes back, at the fourth item. */
#include "../misbehaving/misbehaving.h"

#include <signal.h>

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    sigset_t all;
    sigfillset(&all);
    for (volatile int for_ever = next->item == 3; for_ever;)
        sigprocmask(SIG_BLOCK, &all, NULL);
    return sound_may_start(self, now_ns, load, next);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("deaf-loop", OVRMND_SCHEDULER, functions)
