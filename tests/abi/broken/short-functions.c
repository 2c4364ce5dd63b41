/* SPDX-License-Identifier: MIT */
/* The table says a size in which may_start does not lie, though it is there. */
#include "broken.h"

static const struct ovrmnd_scheduler functions = {
    .size = offsetof(struct ovrmnd_scheduler, may_start),
    .create = sound_create,
    .destroy = sound_destroy,
    .may_start = sound_may_start,
};

static const struct ovrmnd_plugin descriptor = {SOUND("short-functions"),
                                                .functions = &functions};

RETURNS(&descriptor)
