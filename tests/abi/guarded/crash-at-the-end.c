/* SPDX-License-Identifier: MIT */
/* Crashes as the program ends. */
#include "../misbehaving/misbehaving.h"

__attribute__((destructor)) static void at_the_end(void)
{
    crash();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER};

PLUGIN("crash-at-the-end", OVRMND_SCHEDULER, functions)
