/* SPDX-License-Identifier: MIT */
/* Uses a function that nothing provides. */
#include "broken.h"

void ovrmnd_internal_function(void);

static void destroy(void *self)
{
    (void)self;
    ovrmnd_internal_function();
}

static const struct ovrmnd_scheduler functions = {.size = sizeof functions,
                                                  .create = sound_create,
                                                  .destroy = destroy,
                                                  .may_start = sound_may_start};

static const struct ovrmnd_plugin descriptor = {SOUND("undefined"), .functions = &functions};

RETURNS(&descriptor)
