/* SPDX-License-Identifier: MIT */
/* Writes to stderr past the host. */
#include "misbehaving.h"

#include <stdio.h>

static void finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                     const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)load, (void)attempt, (void)outcome;
    fprintf(stderr, "item %llu is back\n", (unsigned long long)attempt->item);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .finished = finished};

PLUGIN("writes-to-stderr", OVRMND_SCHEDULER, functions)
