/* SPDX-License-Identifier: MIT */
/* Returns NULL. */
#include "broken.h"

RETURNS(NULL)
