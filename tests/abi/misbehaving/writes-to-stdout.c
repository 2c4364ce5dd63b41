/* SPDX-License-Identifier: MIT */
/* Writes where the results go. */
#include "misbehaving.h"

#include <stdio.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    printf("started item %llu\n", (unsigned long long)attempt->item);
    fflush(stdout);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("writes-to-stdout", OVRMND_SCHEDULER, functions)
