/* SPDX-License-Identifier: MIT */
/* Closes files that are not its own. */
#include "misbehaving.h"

#include <unistd.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    close(STDIN_FILENO);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("closes-files", OVRMND_SCHEDULER, functions)
