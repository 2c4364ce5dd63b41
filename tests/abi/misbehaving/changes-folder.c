/* SPDX-License-Identifier: MIT */
/* Leaves the working folder, and what it opened stays open. */
#include "misbehaving.h"

#include <fcntl.h>
#include <unistd.h>

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    if (chdir("/") || open("/dev/null", O_RDONLY) < 0)
        return NULL;
    return calloc(1, 64);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("changes-folder", OVRMND_SCHEDULER, functions)
