/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_MODEL_EVENTS_H
#define TRANSPORT_MODEL_EVENTS_H

/* When what happens next in the modelled world: a binary heap by time, equal times in the order
 * of their numbers. An event sits in what it is about, and knows its place, so that it can be
 * moved. Owns its array, not the events. {0} is an empty one. */

#include <stddef.h>
#include <stdint.h>

struct model_due {
    uint64_t at_ns;
    uint64_t number; /* unique */
    size_t place;    /* the heap's own */
};

struct model_events {
    struct model_due **due;
    size_t count, capacity;
};

void model_events_add(struct model_events *events, struct model_due *due);

/* The first, or NULL. */
struct model_due *model_events_first(const struct model_events *events);

/* Its time has changed. */
void model_events_move(struct model_events *events, struct model_due *due);

void model_events_remove(struct model_events *events, struct model_due *due);

void model_events_free(struct model_events *events);

#endif
