/* SPDX-License-Identifier: MIT */
/* Divides by the number of items, which may be 0. */
#include "misbehaving.h"

static void update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
    volatile uint64_t total = now->total;
    volatile uint64_t percent = now->completed * 100 / total;
    (void)percent;
}

static const struct ovrmnd_progress functions = {SOUND_PROGRESS, .update = update};

PLUGIN("progress-crash", OVRMND_PROGRESS, functions)
