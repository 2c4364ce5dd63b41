/* SPDX-License-Identifier: MIT */
/* A shared object that is no plugin. */
#include "broken.h"

OVRMND_EXPORT const struct ovrmnd_scheduler *something_else(void);

const struct ovrmnd_scheduler *something_else(void)
{
    return &sound_functions;
}
