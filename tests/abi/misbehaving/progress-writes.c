/* SPDX-License-Identifier: MIT */
/* Writes to stderr itself. */
#include "misbehaving.h"

#include <stdio.h>

static void update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
    fprintf(stderr, "%llu done\r", (unsigned long long)now->completed);
}

static const struct ovrmnd_progress functions = {SOUND_PROGRESS, .update = update};

PLUGIN("progress-writes", OVRMND_PROGRESS, functions)
