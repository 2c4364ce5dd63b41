/* SPDX-License-Identifier: MIT */
/* Goes by the clock on the wall: the same seed does not give the same run. */
#include "misbehaving.h"

#include <time.h>

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (load->running == 0 || now.tv_nsec / 1000 % 2)
        return (struct ovrmnd_verdict){.action = OVRMND_START};
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_FINISH};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("own-clock", OVRMND_SCHEDULER, functions)
