/* SPDX-License-Identifier: MIT */
/* Forgot to say its size. */
#include "broken.h"

static const struct ovrmnd_plugin descriptor = {SOUND("too-small"), .size = 8};

RETURNS(&descriptor)
