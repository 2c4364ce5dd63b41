/* SPDX-License-Identifier: MIT */
#include "base/due.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

static bool comes_before(const struct due *a, const struct due *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->number < b->number;
}

static void put(struct due_heap *h, size_t place, struct due *due)
{
    h->dues[place] = due;
    due->place = place;
}

static void sift_up(struct due_heap *h, size_t place, struct due *due)
{
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (!comes_before(due, h->dues[parent]))
            break;
        put(h, place, h->dues[parent]);
        place = parent;
    }
    put(h, place, due);
}

static void sift_down(struct due_heap *h, size_t place, struct due *due)
{
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && comes_before(h->dues[child + 1], h->dues[child]))
            child++;
        if (!comes_before(h->dues[child], due))
            break;
        put(h, place, h->dues[child]);
        place = child;
    }
    put(h, place, due);
}

void due_heap_add(struct due_heap *h, struct due *due)
{
    if (h->count == h->capacity) {
        h->capacity = h->capacity ? 2 * h->capacity : 64;
        h->dues = memory_grow(h->dues, h->capacity, sizeof(struct due *));
    }
    sift_up(h, h->count++, due);
}

struct due *due_heap_first(const struct due_heap *h)
{
    return h->count ? h->dues[0] : NULL;
}

void due_heap_move(struct due_heap *h, struct due *due)
{
    sift_down(h, due->place, due);
    sift_up(h, due->place, due);
}

void due_heap_remove(struct due_heap *h, struct due *due)
{
    struct due *last = h->dues[--h->count];
    if (last == due)
        return;
    put(h, due->place, last);
    due_heap_move(h, last);
}

void due_heap_free(struct due_heap *h)
{
    free(h->dues);
    *h = (struct due_heap){0};
}
