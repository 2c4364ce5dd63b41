/* SPDX-License-Identifier: MIT */
/* Dies as soon as it is loaded. */
#include "misbehaving.h"

__attribute__((constructor)) static void construct(void)
{
    crash();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER};

PLUGIN("crash-in-constructor", OVRMND_SCHEDULER, functions)
