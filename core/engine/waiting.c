/* SPDX-License-Identifier: MIT */
#include "engine/waiting.h"

#include "base/memory.h"
#include "engine/job.h"

#include <stdlib.h>

static bool comes_before(const struct job *a, const struct job *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->sequence < b->sequence;
}

static void put(struct waiting *w, size_t place, struct job *job)
{
    w->jobs[place] = job;
    job->heap_place = place;
}

static void sift_up(struct waiting *w, size_t place, struct job *job)
{
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (!comes_before(job, w->jobs[parent]))
            break;
        put(w, place, w->jobs[parent]);
        place = parent;
    }
    put(w, place, job);
}

static void sift_down(struct waiting *w, size_t place, struct job *job)
{
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= w->count)
            break;
        if (child + 1 < w->count && comes_before(w->jobs[child + 1], w->jobs[child]))
            child++;
        if (!comes_before(w->jobs[child], job))
            break;
        put(w, place, w->jobs[child]);
        place = child;
    }
    put(w, place, job);
}

void waiting_add(struct waiting *w, struct job *job, uint64_t due_ns)
{
    if (w->count == w->capacity) {
        w->capacity = w->capacity ? 2 * w->capacity : 64;
        w->jobs = memory_grow(w->jobs, w->capacity, sizeof(struct job *));
    }
    job->due_ns = due_ns;
    job->sequence = w->next_sequence++;
    sift_up(w, w->count++, job);
}

struct job *waiting_first(const struct waiting *w)
{
    return w->count ? w->jobs[0] : NULL;
}

void waiting_remove(struct waiting *w, struct job *job)
{
    size_t place = job->heap_place;
    struct job *last = w->jobs[--w->count];
    if (last == job)
        return;
    sift_down(w, place, last);
    sift_up(w, last->heap_place, last);
}

void waiting_free(struct waiting *w)
{
    free(w->jobs);
    *w = (struct waiting){0};
}
