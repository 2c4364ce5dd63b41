/* SPDX-License-Identifier: MIT */
/* Answers with a verdict that only schedulers have. */
#include "misbehaving.h"

static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)attempt, (void)outcome;
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

static const struct ovrmnd_retry functions = {SOUND_RETRY, .decide = decide};

PLUGIN("retry-garbage", OVRMND_RETRY, functions)
