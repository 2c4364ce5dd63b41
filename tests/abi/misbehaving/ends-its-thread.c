/* SPDX-License-Identifier: MIT */
/* Ends the thread that it is called in. */
#include "misbehaving.h"

#include <pthread.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 2)
        pthread_exit(NULL);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("ends-its-thread", OVRMND_SCHEDULER, functions)
