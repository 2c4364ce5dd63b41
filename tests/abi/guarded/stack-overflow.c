/* SPDX-License-Identifier: MIT */
/* Calls itself until the stack is used up, at the fourth item. */
#include "../misbehaving/misbehaving.h"

/* Deep enough for any stack; the compiler must not make a loop of it. */
static volatile unsigned depth;

static unsigned descend(unsigned level)
{
    volatile char room[4096] = {0};
    if (++depth == UINT32_MAX)
        return level;
    return descend(level + 1) + (unsigned)room[level % sizeof room];
}

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    if (next->item == 3)
        descend(0);
    return sound_may_start(self, now_ns, load, next);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start};

PLUGIN("stack-overflow", OVRMND_SCHEDULER, functions)
