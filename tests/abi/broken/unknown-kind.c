/* SPDX-License-Identifier: MIT */
/* A kind of some later ovrmnd. */
#include "broken.h"

static const struct ovrmnd_plugin descriptor = {SOUND("unknown-kind"),
                                                .kind = "ovrmnd.brewer/1"};

RETURNS(&descriptor)
