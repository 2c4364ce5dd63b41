/* SPDX-License-Identifier: MIT */
/* Allocates for each attempt. */
#include "misbehaving.h"

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    void *volatile note = malloc(100);
    free(note);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("allocates-in-loop", OVRMND_SCHEDULER, functions)
