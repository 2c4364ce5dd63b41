/* SPDX-License-Identifier: MIT */
/*
 * Not broken: a plugin built with the headers of some later ovrmnd, in which every struct has
 * grown. Its option rows are further apart than ours.
 */
#include "broken.h"

struct later_option {
    struct ovrmnd_option known;
    const char *later[3];
};

static const struct later_option options[] = {
    {{.name = "first", .help = "A", .type = OVRMND_INTEGER, .fallback = "11"}, {"x", "y", "z"}},
    {{.name = "second", .help = "B", .type = OVRMND_INTEGER, .fallback = "22"},
     {"x", "y", "z"}},
};

static const struct {
    struct ovrmnd_scheduler known;
    const char *later[3];
} functions = {
    .known = {.size = sizeof functions,
              .create = sound_create,
              .destroy = sound_destroy,
              .may_start = sound_may_start},
    .later = {"x", "y", "z"},
};

static const struct {
    struct ovrmnd_plugin known;
    const char *later[3];
} descriptor = {
    .known = {SOUND("new-and-large"), .size = sizeof descriptor, .functions = &functions,
              .options = &options[0].known, .option_count = 2, .option_size = sizeof *options},
    .later = {"x", "y", "z"},
};

RETURNS(&descriptor.known)
