/* SPDX-License-Identifier: MIT */
/* Writes far beyond what it allocated, so that the C library gives up with its lock held. */
#include "misbehaving.h"

#include <malloc.h>
#include <string.h>

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    if (next->item == 3) {
        char *volatile small = malloc(24);
        memset(small, 0xFF, malloc_usable_size(small) + 8);
        for (volatile size_t size = 100000; size < 130000; size += 100)
            if (!malloc(size))
                break;
    }
    return sound_may_start(self, now_ns, load, next);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("holds-the-heap", OVRMND_SCHEDULER, functions)
