/* SPDX-License-Identifier: MIT */
/* Puts another program in place of the one it runs in. */
#include "misbehaving.h"

#include <unistd.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 2)
        execl("/bin/true", "true", NULL);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("becomes-another-program", OVRMND_SCHEDULER, functions)
