/* SPDX-License-Identifier: MIT */

/* Who is on the wire, by place. A place is taken when an attempt starts and free again when it
 * is back, the last one freed first, so that they stay as low as the batch is wide. */

#include "base/memory.h"
#include "engine/batch.h"

#include <stdlib.h>

void wire_init(struct batch *b)
{
    b->running = memory_new(b->settings->max_running, sizeof(struct job *));
    b->free_places = memory_new(b->settings->max_running, sizeof *b->free_places);
}

void wire_fini(struct batch *b)
{
    free(b->running);
    free(b->free_places);
}

void wire_enter(struct batch *b, struct job *job)
{
    uint32_t place = b->free_count ? b->free_places[--b->free_count] : b->places++;
    job->attempt.facts.place = place;
    b->running[place] = job;
    b->running_count++;
    b->running_cost += job->attempt.facts.cost;
}

void wire_leave(struct batch *b, struct job *job)
{
    uint32_t place = job->attempt.facts.place;
    b->running[place] = NULL;
    b->free_places[b->free_count++] = place;
    b->running_count--;
    b->running_cost -= job->attempt.facts.cost;
}

void wire_cancel(struct batch *b)
{
    struct transport *transport = b->settings->transport;
    for (uint32_t i = 0; i < b->places; i++)
        if (b->running[i])
            transport->cancel(transport, &b->running[i]->attempt);
}

struct ovrmnd_load wire_load(const struct batch *b)
{
    const struct ovrmnd_snapshot *totals = &b->report->totals;
    return (struct ovrmnd_load){.size = sizeof(struct ovrmnd_load),
                                .running = b->running_count,
                                .running_cost = b->running_cost,
                                .waiting = waiting_count(&b->waiting),
                                .finished = totals->completed,
                                .failed = totals->failed};
}
