/* SPDX-License-Identifier: MIT */
/* Sets a timer whose signal ends a program that does not expect it. */
#include "misbehaving.h"

#include <sys/time.h>

static const struct itimerval every = {{0, 1000}, {0, 1000}};

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 2)
        setitimer(ITIMER_REAL, &every, NULL);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("sets-a-timer", OVRMND_SCHEDULER, functions)
