/* SPDX-License-Identifier: MIT */
/* Sleeps in the loop. */
#include "misbehaving.h"

#include <time.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("blocks-a-second", OVRMND_SCHEDULER, functions)
