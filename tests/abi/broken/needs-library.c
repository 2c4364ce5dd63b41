/* SPDX-License-Identifier: MIT */
/* Needs a library that is not installed where it looks. */
#include "broken.h"

int absent_library_function(void);

static void destroy(void *self)
{
    (void)self;
    (void)absent_library_function();
}

static const struct ovrmnd_scheduler functions = {.size = sizeof functions,
                                                  .create = sound_create,
                                                  .destroy = destroy,
                                                  .may_start = sound_may_start};

static const struct ovrmnd_plugin descriptor = {SOUND("needs-library"),
                                                .functions = &functions};

RETURNS(&descriptor)
