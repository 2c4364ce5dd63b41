/* SPDX-License-Identifier: MIT */
/* Changes the attempt that it is asked about. */
#include "misbehaving.h"

static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)outcome;
    ((struct ovrmnd_attempt *)(uintptr_t)attempt)->cost = 7;
    return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
}

static const struct ovrmnd_retry functions = {SOUND_RETRY, .decide = decide};

PLUGIN("retry-writes-to-const", OVRMND_RETRY, functions)
