/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_WAITING_H
#define ENGINE_WAITING_H

/* Jobs that wait to be tried again: a binary heap by time, equal times in the order in which
 * they came. Owns its array, not the jobs. {0} is an empty one. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;

struct waiting {
    struct job **jobs;
    size_t count, capacity;
    uint64_t next_sequence;
};

void waiting_add(struct waiting *w, struct job *job, uint64_t due_ns);

/* The job that is due first, or NULL. */
struct job *waiting_first(const struct waiting *w);

void waiting_remove(struct waiting *w, struct job *job);

void waiting_free(struct waiting *w);

#endif
