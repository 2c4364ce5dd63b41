/* SPDX-License-Identifier: MIT */
/* Ends the program from within the C library, at the fourth item. */
#include "../misbehaving/misbehaving.h"

#include <err.h>

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    if (next->item == 3)
        errx(0, "that is it");
    return sound_may_start(self, now_ns, load, next);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("err-in-loop", OVRMND_SCHEDULER, functions)
