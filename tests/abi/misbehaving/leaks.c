/* SPDX-License-Identifier: MIT */
/* Never frees its instance. */
#include "misbehaving.h"

static void destroy(void *self)
{
    (void)self;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .destroy = destroy};

PLUGIN("leaks", OVRMND_SCHEDULER, functions)
