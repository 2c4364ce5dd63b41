/* SPDX-License-Identifier: MIT */
/* Says to try again in more than a year. */
#include "misbehaving.h"

static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)attempt, (void)outcome;
    return (struct ovrmnd_verdict){.action = OVRMND_AGAIN, .at_ns = UINT64_MAX};
}

static const struct ovrmnd_retry functions = {SOUND_RETRY, .decide = decide};

PLUGIN("retry-too-far", OVRMND_RETRY, functions)
