/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "check/stages.h"

#define ITEMS 8

static void start_and_fail(struct instance *i, uint64_t item, uint64_t now_ns)
{
    struct ovrmnd_attempt a = {.size = sizeof a,
                               .number = 1,
                               .item = item,
                               .cost = 1,
                               .first_ns = now_ns,
                               .flags = OVRMND_ATTEMPT_IDEMPOTENT};
    struct ovrmnd_outcome o = {.size = sizeof o,
                               .status = 503,
                               .started_ns = now_ns,
                               .first_byte_ns = now_ns + 1,
                               .finished_ns = now_ns + 1};
    struct ovrmnd_load load = {.size = sizeof load, .finished = item, .failed = item};
    if (i->made.scheduler)
        instance_may_start(i, now_ns, &load, &a);
    load.running = 1;
    load.running_cost = 1;
    instance_started(i, now_ns, &load, &a);
    load.running = 0;
    load.running_cost = 0;
    instance_finished(i, now_ns + 1, &load, &a, &o);
    if (i->made.retry)
        instance_decide(i, now_ns + 1, &a, &o);
}

static void show(struct instance *i, uint64_t now_ns)
{
    struct ovrmnd_snapshot now = {.size = sizeof now,
                                  .flags = OVRMND_TOTAL_KNOWN,
                                  .now_ns = now_ns,
                                  .started_ns = now_ns,
                                  .total = ITEMS};
    instance_show(i, FUNCTION_BEGIN, &now);
    for (uint64_t item = 0; item < ITEMS; item++) {
        now.now_ns += NS_PER_S;
        now.completed++;
        now.succeeded++;
        now.attempts++;
        instance_show(i, FUNCTION_UPDATE, &now);
    }
    instance_show(i, FUNCTION_END, &now);
}

void live_shortly(struct instance *i)
{
    uint64_t now_ns = i->clock.virtual_ns;
    if (i->made.progress)
        show(i, now_ns);
    else
        for (uint64_t item = 0; item < ITEMS; item++)
            start_and_fail(i, item, now_ns + item * NS_PER_S);
}
