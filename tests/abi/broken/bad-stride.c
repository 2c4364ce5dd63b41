/* SPDX-License-Identifier: MIT */
/* Forgot to say how large a row of its option table is. */
#include "broken.h"

static const struct ovrmnd_option options[] = {
    {.name = "width", .help = "How wide", .type = OVRMND_INTEGER},
};

static const struct ovrmnd_plugin descriptor = {SOUND("bad-stride"), .options = options,
                                                .option_count = 1};

RETURNS(&descriptor)
