/* SPDX-License-Identifier: MIT */
/* Ends the program well once it ends, however it was to end. */
#include "../misbehaving/misbehaving.h"

#include <unistd.h>

__attribute__((destructor)) static void end(void)
{
    _exit(0);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER};

PLUGIN("ends-at-the-end", OVRMND_SCHEDULER, functions)
