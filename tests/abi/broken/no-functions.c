/* SPDX-License-Identifier: MIT */
/* Has no function table. */
#include "broken.h"

static const struct ovrmnd_plugin descriptor = {SOUND("no-functions"), .functions = NULL};

RETURNS(&descriptor)
