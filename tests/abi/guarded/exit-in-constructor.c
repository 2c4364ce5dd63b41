/* SPDX-License-Identifier: MIT */
/* Ends the program as soon as it is loaded. */
#include "../misbehaving/misbehaving.h"

__attribute__((constructor)) static void construct(void)
{
    exit(0);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER};

PLUGIN("exit-in-constructor", OVRMND_SCHEDULER, functions)
