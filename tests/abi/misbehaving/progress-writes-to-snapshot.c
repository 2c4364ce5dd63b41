/* SPDX-License-Identifier: MIT */
/* Counts for itself in what it is shown. */
#include "misbehaving.h"

static void update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self;
    ((struct ovrmnd_snapshot *)(uintptr_t)now)->failed++;
}

static const struct ovrmnd_progress functions = {SOUND_PROGRESS, .update = update};

PLUGIN("progress-writes-to-snapshot", OVRMND_PROGRESS, functions)
