/* SPDX-License-Identifier: MIT */
#include "engine/job.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* What a job may keep of a buffer when it is used again: enough for most, so that one large
 * response does not stay in memory for the rest of the batch. */
#define KEEP_BYTES (16u << 10)

static const char *const state_names[] = {"free", "ready", "running", "waiting", "done"};

void job_set_state(struct job *job, enum job_state state)
{
    log_debug(ENGINE, job->attempt.id[0] ? job->attempt.id : NULL, "item %llu: %s -> %s",
              (unsigned long long)job->item.index, state_names[job->state], state_names[state]);
    job->state = state;
}

void job_write_id(struct job *job, const char *batch_id)
{
    struct attempt *a = &job->attempt;
    size_t at = strlen(batch_id);
    memcpy(a->id, batch_id, at);
    a->id[at++] = '-';
    at += buffer_digits_u64(job->item.index, a->id + at);
    a->id[at++] = '.';
    at += buffer_digits_u64(a->facts.number, a->id + at);
    a->id[at] = '\0';
}

struct job *job_pool_take(struct job_pool *pool)
{
    struct job *job = pool->free;
    if (job) {
        pool->free = job->next_free;
        return job;
    }
    job = memory_new(1, sizeof *job);
    job->next_made = pool->made;
    pool->made = job;
    return job;
}

void job_pool_give(struct job_pool *pool, struct job *job)
{
    if (job->state != JOB_FREE) /* else nothing was read into it */
        job_set_state(job, JOB_FREE);
    buffer_trim(&job->item.json, KEEP_BYTES);
    buffer_trim(&job->request.url, KEEP_BYTES);
    buffer_trim(&job->request.headers, KEEP_BYTES);
    buffer_trim(&job->request.body, KEEP_BYTES);
    buffer_trim(&job->attempt.outcome.body, KEEP_BYTES);
    job->request.shape = NULL;
    job->bound = false;
    job->request.has_body = false;
    job->attempt.facts = (struct ovrmnd_attempt){0};
    job->attempt.outcome.facts = (struct ovrmnd_outcome){0};
    job->attempt.outcome.body_kind = BODY_NONE;
    job->attempt.id[0] = '\0';
    job->error.code = ERROR_NONE;
    job->maybe_acted = false;
    job->stale_count = 0;
    job->recalled_by = NULL;
    job->item.broken = false;
    job->next_free = pool->free;
    pool->free = job;
}

void job_pool_free(struct job_pool *pool)
{
    while (pool->made) {
        struct job *job = pool->made;
        pool->made = job->next_made;
        buffer_free(&job->item.json);
        buffer_free(&job->request.url);
        buffer_free(&job->request.headers);
        buffer_free(&job->request.body);
        buffer_free(&job->attempt.outcome.body);
        free(job);
    }
    pool->free = NULL;
}
