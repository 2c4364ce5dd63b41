/* SPDX-License-Identifier: MIT */
/* Dies in a thread of its own, at the fourth item. */
#include "../misbehaving/misbehaving.h"

#include <pthread.h>
#include <unistd.h>

static void *die(void *nothing)
{
    crash();
    return nothing;
}

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    pthread_t thread;
    if (next->item == 3 && pthread_create(&thread, NULL, die, NULL) == 0)
        pause();
    return sound_may_start(self, now_ns, load, next);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("crash-in-thread", OVRMND_SCHEDULER, functions)
