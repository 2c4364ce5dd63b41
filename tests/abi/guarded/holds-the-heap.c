/* SPDX-License-Identifier: MIT */
/* Writes far beyond what it allocated, so that the C library gives up with its lock held. */
#include "../misbehaving/misbehaving.h"

#include <malloc.h>
#include <string.h>

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    if (next->item == 3) {
        char *volatile last = NULL;
        for (int i = 0; i < 1000; i++) /* the last of them lies below what is not in use yet */
            last = malloc(2000);
        memset(last, 0xFF, malloc_usable_size(last) + 8);
        last = malloc(5000);
    }
    return sound_may_start(self, now_ns, load, next);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("holds-the-heap", OVRMND_SCHEDULER, functions)
