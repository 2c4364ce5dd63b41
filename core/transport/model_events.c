/* SPDX-License-Identifier: MIT */
#include "transport/model_events.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

static bool comes_before(const struct model_due *a, const struct model_due *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->number < b->number;
}

static void put(struct model_events *e, size_t place, struct model_due *due)
{
    e->due[place] = due;
    due->place = place;
}

static void sift_up(struct model_events *e, size_t place, struct model_due *due)
{
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (!comes_before(due, e->due[parent]))
            break;
        put(e, place, e->due[parent]);
        place = parent;
    }
    put(e, place, due);
}

static void sift_down(struct model_events *e, size_t place, struct model_due *due)
{
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= e->count)
            break;
        if (child + 1 < e->count && comes_before(e->due[child + 1], e->due[child]))
            child++;
        if (!comes_before(e->due[child], due))
            break;
        put(e, place, e->due[child]);
        place = child;
    }
    put(e, place, due);
}

void model_events_add(struct model_events *e, struct model_due *due)
{
    if (e->count == e->capacity) {
        e->capacity = e->capacity ? 2 * e->capacity : 64;
        e->due = memory_grow(e->due, e->capacity, sizeof(struct model_due *));
    }
    sift_up(e, e->count++, due);
}

struct model_due *model_events_first(const struct model_events *e)
{
    return e->count ? e->due[0] : NULL;
}

void model_events_move(struct model_events *e, struct model_due *due)
{
    sift_down(e, due->place, due);
    sift_up(e, due->place, due);
}

void model_events_remove(struct model_events *e, struct model_due *due)
{
    struct model_due *last = e->due[--e->count];
    if (last == due)
        return;
    put(e, due->place, last);
    model_events_move(e, last);
}

void model_events_free(struct model_events *e)
{
    free(e->due);
    *e = (struct model_events){0};
}
