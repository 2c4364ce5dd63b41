/* SPDX-License-Identifier: MIT */
/* Puts another file in place of stdout. */
#include "misbehaving.h"

#include <fcntl.h>
#include <unistd.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 2)
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("replaces-stdout", OVRMND_SCHEDULER, functions)
