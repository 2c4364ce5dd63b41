/* SPDX-License-Identifier: MIT */
/* Changes the environment, which all threads read. */
#include "misbehaving.h"

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 2)
        setenv("HOME", "/nonexistent", 1);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("changes-the-environment", OVRMND_SCHEDULER, functions)
