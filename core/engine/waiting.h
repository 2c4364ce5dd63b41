/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_WAITING_H
#define ENGINE_WAITING_H

/* Jobs that wait to be tried again, by time, equal times in the order in which they came. Owns
 * none of them. {0} is an empty one. */

#include "base/due.h"

struct job;

struct waiting {
    struct due_heap heap;
    uint64_t next_number;
};

static inline size_t waiting_count(const struct waiting *w)
{
    return w->heap.count;
}

void waiting_add(struct waiting *w, struct job *job, uint64_t due_ns);

/* The job that is due first, or NULL. */
struct job *waiting_first(const struct waiting *w);

void waiting_remove(struct waiting *w, struct job *job);

void waiting_free(struct waiting *w);

#endif
