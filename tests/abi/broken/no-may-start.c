/* SPDX-License-Identifier: MIT */
/* A function that it cannot do without is NULL. */
#include "broken.h"

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = sound_create,
    .destroy = sound_destroy,
};

static const struct ovrmnd_plugin descriptor = {SOUND("no-may-start"), .functions = &functions};

RETURNS(&descriptor)
