/* SPDX-License-Identifier: MIT */
/* Puts a signal handler of its own in place. */
#include "misbehaving.h"

#include <signal.h>

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    signal(SIGINT, SIG_IGN);
    return calloc(1, 64);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("takes-signals", OVRMND_SCHEDULER, functions)
