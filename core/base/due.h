/* SPDX-License-Identifier: MIT */
#ifndef BASE_DUE_H
#define BASE_DUE_H

/* What is to happen when: a binary heap by time, equal times in the order of their numbers. A
 * due sits in what it is about, and knows its place, so that it can be moved and removed. The
 * heap owns its array, not the dues. {0} is an empty one. */

#include <stddef.h>
#include <stdint.h>

struct due {
    uint64_t at_ns;
    uint64_t number; /* unique */
    size_t place;    /* the heap's own */
};

struct due_heap {
    struct due **dues;
    size_t count, capacity;
};

void due_heap_add(struct due_heap *heap, struct due *due);

/* The first, or NULL. */
struct due *due_heap_first(const struct due_heap *heap);

/* Its time has changed. */
void due_heap_move(struct due_heap *heap, struct due *due);

void due_heap_remove(struct due_heap *heap, struct due *due);

void due_heap_free(struct due_heap *heap);

#endif
