/* SPDX-License-Identifier: MIT */
/* Makes failures of successes, and an idle program of a busy one. */
#include "misbehaving.h"

static void finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                     const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)attempt;
    struct ovrmnd_outcome *theirs = (struct ovrmnd_outcome *)(uintptr_t)outcome;
    theirs->flags &= ~OVRMND_OUTCOME_SUCCESS;
    theirs->status = 99;
    ((struct ovrmnd_load *)(uintptr_t)load)->running = 77;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .finished = finished};

PLUGIN("writes-to-outcome", OVRMND_SCHEDULER, functions)
