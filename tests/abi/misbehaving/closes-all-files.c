/* SPDX-License-Identifier: MIT */
/* Closes all files, as a daemon does that has just begun. */
#include "misbehaving.h"

#include <unistd.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 2)
        closefrom(3);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("closes-all-files", OVRMND_SCHEDULER, functions)
