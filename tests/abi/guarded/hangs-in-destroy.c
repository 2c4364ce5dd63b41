/* SPDX-License-Identifier: MIT */
/* Waits in destroy for what never comes. */
#include "../misbehaving/misbehaving.h"

#include <unistd.h>

static void destroy(void *self)
{
    free(self);
    for (;;)
        pause();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .destroy = destroy};

PLUGIN("hangs-in-destroy", OVRMND_SCHEDULER, functions)
