/* SPDX-License-Identifier: MIT */
#include "engine/waiting.h"

#include "engine/job.h"

static struct job *job_of(struct due *due)
{
    return due ? (struct job *)((char *)due - offsetof(struct job, due)) : NULL;
}

void waiting_add(struct waiting *w, struct job *job, uint64_t due_ns)
{
    job->due.at_ns = due_ns;
    job->due.number = w->next_number++;
    due_heap_add(&w->heap, &job->due);
}

struct job *waiting_first(const struct waiting *w)
{
    return job_of(due_heap_first(&w->heap));
}

void waiting_remove(struct waiting *w, struct job *job)
{
    due_heap_remove(&w->heap, &job->due);
}

void waiting_free(struct waiting *w)
{
    due_heap_free(&w->heap);
    *w = (struct waiting){0};
}
