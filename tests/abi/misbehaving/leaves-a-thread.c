/* SPDX-License-Identifier: MIT */
/* Starts a thread that nobody ends. */
#include "misbehaving.h"

#include <pthread.h>
#include <unistd.h>

static void *forever(void *nothing)
{
    for (;;)
        pause();
    return nothing;
}

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    pthread_t thread;
    pthread_create(&thread, NULL, forever, NULL);
    return calloc(1, 64);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create};

PLUGIN("leaves-a-thread", OVRMND_SCHEDULER, functions)
