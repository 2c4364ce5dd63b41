/* SPDX-License-Identifier: MIT */
/* Dies in decide, at a second failure. */
#include "misbehaving.h"

static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)attempt, (void)outcome;
    if (attempt->number == 2)
        crash();
    return (struct ovrmnd_verdict){.action = OVRMND_AGAIN};
}

static const struct ovrmnd_retry functions = {SOUND_RETRY, .decide = decide};

PLUGIN("retry-crash", OVRMND_RETRY, functions)
