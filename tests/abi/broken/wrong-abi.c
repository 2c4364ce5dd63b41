/* SPDX-License-Identifier: MIT */
/* Built for an ABI to come. */
#include "broken.h"

static const struct ovrmnd_plugin descriptor = {SOUND("wrong-abi"), .abi = OVRMND_ABI + 1};

RETURNS(&descriptor)
