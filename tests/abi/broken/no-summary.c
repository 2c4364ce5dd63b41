/* SPDX-License-Identifier: MIT */
/* A text that must not be NULL is. */
#include "broken.h"

static const struct ovrmnd_plugin descriptor = {SOUND("no-summary"), .summary = NULL};

RETURNS(&descriptor)
