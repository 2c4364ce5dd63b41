/* SPDX-License-Identifier: MIT */
/* The file is called otherwise. */
#include "broken.h"

static const struct ovrmnd_plugin descriptor = {SOUND("right-name")};

RETURNS(&descriptor)
