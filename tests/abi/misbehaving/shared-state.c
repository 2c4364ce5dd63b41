/* SPDX-License-Identifier: MIT */
/* Keeps for all instances together what each should keep for itself. */
#include "misbehaving.h"

#include <stdbool.h>

static unsigned running;

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    (void)self, (void)now_ns, (void)next;
    bool room = running < 3 || load->running == 0;
    return (struct ovrmnd_verdict){.action = room ? OVRMND_START : OVRMND_WAIT_FINISH};
}

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    running++;
}

static void finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                     const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome)
{
    (void)self, (void)now_ns, (void)load, (void)attempt, (void)outcome;
    running--;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .may_start = may_start,
                                                  .started = started, .finished = finished};

PLUGIN("shared-state", OVRMND_SCHEDULER, functions)
