/* SPDX-License-Identifier: MIT */
/* Writes to stdout as the program ends. */
#include "../misbehaving/misbehaving.h"

#include <unistd.h>

__attribute__((destructor)) static void speak(void)
{
    (void)!write(STDOUT_FILENO, "bye\n", 4);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER};

PLUGIN("speaks-at-the-end", OVRMND_SCHEDULER, functions)
