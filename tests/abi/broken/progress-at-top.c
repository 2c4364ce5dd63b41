/* SPDX-License-Identifier: MIT */
/* A plugin of another kind, found by a name in the folder itself. */
#include "broken.h"

#include <ovrmnd/progress.h>

static void update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)self, (void)now;
}

static const struct ovrmnd_progress functions = {.size = sizeof functions,
                                                 .create = sound_create,
                                                 .destroy = sound_destroy,
                                                 .update = update};

static const struct ovrmnd_plugin descriptor = {
    SOUND("progress-at-top"), .kind = OVRMND_PROGRESS, .functions = &functions};

RETURNS(&descriptor)
