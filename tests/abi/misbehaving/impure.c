/* SPDX-License-Identifier: MIT */
/* Changes itself when asked: every other question is refused. */
#include "misbehaving.h"

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)load, (void)next;
    unsigned *asked = (unsigned *)self;
    if ((*asked)++ % 2 == 0 || load->running == 0)
        return (struct ovrmnd_verdict){.action = OVRMND_START};
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_FINISH};
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("impure", OVRMND_SCHEDULER, functions)
