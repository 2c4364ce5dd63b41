/* SPDX-License-Identifier: MIT */
/* The default lies outside its own bounds. */
#include "broken.h"

static const struct ovrmnd_option options[] = {
    {.name = "width",
     .help = "How wide",
     .type = OVRMND_INTEGER,
     .fallback = "0",
     .least = "1"},
};

static const struct ovrmnd_plugin descriptor = {SOUND("bad-default"), .options = options,
                                                .option_count = 1,
                                                .option_size = sizeof *options};

RETURNS(&descriptor)
