/* SPDX-License-Identifier: MIT */
/* Shows half a character. */
#include "misbehaving.h"

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)options, (void)why;
    const struct ovrmnd_screen **self = calloc(1, sizeof *self);
    if (self)
        *self = host->extension(host, OVRMND_SCREEN);
    return self;
}

static void update(void *self, const struct ovrmnd_snapshot *now)
{
    (void)now;
    const struct ovrmnd_screen *const *screen = self;
    if (*screen)
        (*screen)->line(*screen, "\xE2\x96");
}

static const struct ovrmnd_progress functions = {SOUND_PROGRESS, .create = create,
                                                 .update = update};

PLUGIN("progress-not-utf8", OVRMND_PROGRESS, functions)
