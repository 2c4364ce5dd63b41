/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/units.h"
#include "engine/batch.h"

#include <stdlib.h>

/* How long a result may lie in the sink's buffer while nothing pushes it out. */
#define FLUSH_AFTER_NS (50 * NS_PER_MS)

void window_init(struct batch *b)
{
    b->turns = memory_new(b->settings->window, sizeof(struct job *));
    b->flush_at_ns = UINT64_MAX;
}

void window_fini(struct batch *b)
{
    free(b->turns);
}

/* However much is held, those that hold it go on without another item. */
bool window_has_room(const struct batch *b)
{
    const struct engine_settings *s = b->settings;
    return b->live < s->window && !b->sink_full &&
           (!s->window_bytes || b->held_bytes < s->window_bytes);
}

void window_weigh(struct batch *b, struct job *job)
{
    uint64_t bytes = job->state == JOB_RUNNING
                         ? 0
                         : job->item.json.length + job->request.url.length +
                               job->request.headers.length + job->request.body.length +
                               job->attempt.outcome.body.length;
    b->held_bytes = b->held_bytes - job->held_bytes + bytes;
    job->held_bytes = bytes;
}

void window_expect(struct batch *b, struct job *job)
{
    b->live++;
    window_weigh(b, job);
    if (b->settings->ordered)
        b->turns[job->item.index % b->settings->window] = job;
}

void window_finish(struct batch *b, struct job *job)
{
    if (!b->settings->ordered)
        b->turns[b->finished % b->settings->window] = job;
    b->finished++;
    window_weigh(b, job);
}

static struct job **turn_now(const struct batch *b)
{
    return &b->turns[b->written % b->settings->window];
}

bool window_is_ready(const struct batch *b)
{
    struct job *job = *turn_now(b);
    return !b->sink_full && job && job->state == JOB_DONE;
}

void window_result(const struct job *job, struct result *r)
{
    const struct attempt *a = &job->attempt;
    const struct outcome *o = &a->outcome;
    const struct request_shape *shape = job->request.shape;
    bool answered = o->facts.status >= 200 && o->facts.status <= 299;
    *r = (struct result){
        .index = job->item.index,
        .success = job->error.code == ERROR_NONE,
        .status = o->facts.status,
        .attempts = a->facts.number,
        .recalled = job->recalled_by != NULL,
        .duration_ns = a->facts.number ? o->facts.finished_ns - a->facts.first_ns : 0,
        .request_id = a->id,
        .acted = shape && !shape->idempotent &&
                 (job->error.code == ERROR_OUTCOME_UNKNOWN ||
                  (a->facts.number && (answered || o->turned))),
        .body_kind = o->body_kind,
        .body = o->body_kind == BODY_JSON ? o->body_json : buffer_slice(&o->body),
        .error = job->error.code == ERROR_NONE ? NULL : &job->error,
        .item = &job->item,
    };
}

static void sink_failed(struct batch *b, const struct error *err)
{
    b->report->sink_failed = true;
    halt_broken(b, err);
    b->stop = true;
}

static void write_one(struct batch *b, struct job *job)
{
    struct result result;
    struct error err;
    window_result(job, &result);
    if (b->settings->sink->write(b->settings->sink, &result, &err))
        sink_failed(b, &err);
    if (b->flush_at_ns == UINT64_MAX)
        b->flush_at_ns = b->now_ns + FLUSH_AFTER_NS;
    b->written++;
    b->live--;
    b->held_bytes -= job->held_bytes;
    job->held_bytes = 0;
    job_pool_give(&b->pool, job);
}

void window_write(struct batch *b)
{
    while (!b->stop && window_is_ready(b)) {
        struct job *job = *turn_now(b);
        *turn_now(b) = NULL;
        write_one(b, job);
        b->sink_full = b->settings->sink->full(b->settings->sink);
    }
}

void window_flush(struct batch *b)
{
    struct error err;
    struct sink *sink = b->settings->sink;
    if (b->stop || (b->now_ns < b->flush_at_ns && !b->sink_waiting && !b->sink_full))
        return;
    if (sink->flush(sink, &err))
        sink_failed(b, &err);
    b->sink_waiting = sink->pending(sink);
    b->sink_full = sink->full(sink);
    b->flush_at_ns = UINT64_MAX;
}
