/* SPDX-License-Identifier: MIT */
/* Dies when its instance ends. */
#include "misbehaving.h"

static void destroy(void *self)
{
    free(self);
    crash();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .destroy = destroy};

PLUGIN("crash-in-destroy", OVRMND_SCHEDULER, functions)
