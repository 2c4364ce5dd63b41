/* SPDX-License-Identifier: MIT */
/* Starts a process that ends, and one that is aborted, at the fourth item: neither is the
 * batch. */
#include "../misbehaving/misbehaving.h"

#include <sys/wait.h>
#include <unistd.h>

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    if (next->item == 3) {
        if (fork() == 0)
            _exit(0);
        if (fork() == 0)
            abort();
        while (wait(NULL) > 0)
            ;
    }
    return sound_may_start(self, now_ns, load, next);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("forks-in-loop", OVRMND_SCHEDULER, functions)
