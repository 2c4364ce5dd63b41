/* SPDX-License-Identifier: MIT */
#include "engine/batch.h"
#include "engine/policy.h"

/* Makes the item's request, or its error where there can be none. */
static void bind(struct batch *b, struct job *job)
{
    struct binder *binder = b->settings->binder;
    if (job->item.broken)
        job->error = job->item.error;
    else
        job->bound = !binder->bind(binder, &job->item, &job->request, &job->error);
    window_weigh(b, job);
    job_set_state(job, JOB_READY);
}

/* Reads one item into a job that then has its place in the window; NULL: none to be had now. */
static struct job *read_item(struct batch *b)
{
    if (b->source_ended || b->source_later || !window_has_room(b))
        return NULL;
    struct source *source = b->settings->source;
    struct job *job = job_pool_take(&b->pool);
    switch (source->next(source, false, &job->item, &b->report->input_error)) {
    case SOURCE_ITEM:
        window_expect(b, job);
        if (!(b->report->totals.flags & OVRMND_TOTAL_KNOWN))
            b->report->totals.total++;
        return job;
    case SOURCE_LATER:
        b->source_later = true;
        break;
    case SOURCE_FAILED:
        b->report->input_failed = true;
        b->source_ended = true;
        break;
    case SOURCE_END:
        b->source_ended = true;
        break;
    }
    job_pool_give(&b->pool, job);
    return NULL;
}

/* Reads on to an item that has to be sent. What is known already is finished on the way; but a
 * failure waits for its turn, as one that cannot be sent does. */
static struct job *next_item(struct batch *b)
{
    struct job *job;
    while (b->halt == HALT_NO && (job = read_item(b))) {
        bind(b, job);
        if (!job->bound || !memory_recall(b, job) || job->error.code != ERROR_NONE)
            return job;
        batch_finish(b, job);
    }
    return NULL;
}

/* The job whose turn it is: a retry that is due, else the next item. */
static struct job *candidate(struct batch *b)
{
    struct job *retry = waiting_first(&b->waiting);
    if (retry && retry->due.at_ns <= b->now_ns)
        return retry;
    if (!b->next)
        b->next = next_item(b);
    return b->next;
}

/* The attempt as it would start now; nothing is counted yet. */
static void prepare(struct job *job)
{
    struct ovrmnd_attempt *facts = &job->attempt.facts;
    facts->size = sizeof *facts;
    facts->item = job->item.index;
    facts->cost = 1;
    facts->flags = job->request.shape && job->request.shape->idempotent
                       ? OVRMND_ATTEMPT_IDEMPOTENT
                       : 0;
}

static int tell_started(struct batch *b, const struct attempt *a, struct error *err)
{
    struct ovrmnd_load load = wire_load(b);
    int stack = stack_started(&b->stack, b->now_ns, &load, &a->facts, err);
    int retry = policy_started(&b->settings->retry, b->now_ns, &a->facts, stack ? NULL : err);
    return stack || retry ? -1 : 0;
}

/* A plugin broke when it was told: the batch ends, and this attempt is not sent. */
static void never_send(struct batch *b, struct job *job, const struct error *err)
{
    struct ovrmnd_outcome *facts = &job->attempt.outcome.facts;
    facts->error = OVRMND_ERROR_CANCELLED;
    facts->flags = OVRMND_OUTCOME_UNAPPLIED;
    facts->finished_ns = b->now_ns;
    batch_take_back_one(b, job);
    halt_broken(b, err);
}

static void start(struct batch *b, struct job *job)
{
    struct attempt *a = &job->attempt;
    if (a->facts.number == 1)
        a->facts.first_ns = b->now_ns;
    job_write_id(job, b->settings->batch_id);
    a->request = &job->request;
    a->outcome.facts = (struct ovrmnd_outcome){.size = sizeof a->outcome.facts,
                                               .started_ns = b->now_ns};
    a->outcome.body_kind = BODY_NONE;
    a->outcome.turned = a->outcome.stale = false;
    buffer_reset(&a->outcome.body);

    struct error err;
    wire_enter(b, job);
    job_set_state(job, JOB_RUNNING);
    window_weigh(b, job);
    b->report->totals.running++;
    b->report->totals.attempts++;
    b->report->totals.retries += a->facts.number > 1;
    if (tell_started(b, a, &err)) {
        never_send(b, job, &err);
        return;
    }
    memory_started(b, a);
    b->settings->transport->start(b->settings->transport, a);
}

static void leave_the_queue(struct batch *b, struct job *job)
{
    if (job == b->next)
        b->next = NULL;
    else
        waiting_remove(&b->waiting, job);
}

/* Asks the schedulers about one job, and starts it if they agree. An item that cannot be sent
 * has to wait for its turn as well, so that --fail-fast finds what comes before it finished;
 * but it costs the schedulers nothing. */
static bool start_if_allowed(struct batch *b, struct job *job)
{
    struct ovrmnd_load load = wire_load(b);
    struct error err;
    prepare(job);
    job->attempt.facts.number++;
    b->now_ns = clock_now(b->settings->clock);
    switch (stack_may_start(&b->stack, b->now_ns, &load, &job->attempt.facts,
                            &b->blocked_until_ns, &err)) {
    case STACK_START:
        leave_the_queue(b, job);
        if (job->error.code == ERROR_NONE) {
            start(b, job);
        } else {
            job->attempt.facts.number--;
            batch_finish(b, job);
        }
        return true;
    case STACK_WAIT:
        job->attempt.facts.number--;
        /* Nothing runs and nothing may start in time: there is no use in waiting for the end.
         */
        if (b->settings->deadline_ns && b->running_count == 0 &&
            b->blocked_until_ns >= b->settings->deadline_ns)
            halt_at_deadline(b);
        return false;
    case STACK_BROKEN:
        job->attempt.facts.number--;
        halt_broken(b, &err);
        return false;
    }
    return false;
}

/* One that will not be sent any more. What an earlier run made of it is its result all the
 * same: as cancelled it would be run again. */
static void cancel_one(struct batch *b, struct job *job)
{
    if (job->recalled_by)
        batch_finish(b, job);
    else
        batch_finish_cancelled(b, job);
}

static void cancel_unread(struct batch *b, struct job *job)
{
    if (b->settings->memo_count && !b->stop) {
        bind(b, job);
        (void)(job->bound && memory_recall(b, job));
    }
    cancel_one(b, job);
}

/* The batch ends early: what has not been sent is finished as cancelled, item by item as far as
 * the window has room. */
static void cancel_rest(struct batch *b)
{
    struct job *job;
    if ((job = b->next)) {
        b->next = NULL;
        cancel_one(b, job);
    }
    while ((job = waiting_first(&b->waiting))) {
        waiting_remove(&b->waiting, job);
        batch_finish_cancelled(b, job);
    }
    /* A pipe or terminal may never end by itself. Nobody waits for more of it than is there,
     * nor for long if there is always more, and after a signal or a deadline not even for that.
     */
    bool at_once = b->signalled || b->report->ending == ENGINE_DEADLINE;
    if ((at_once || b->now_ns >= b->read_until_ns) && b->settings->source->endless)
        b->source_ended = true;
    while ((job = read_item(b)))
        cancel_unread(b, job);
    if (b->source_later && b->settings->source->endless)
        b->source_ended = true;
}

void batch_start_attempts(struct batch *b)
{
    while (b->halt == HALT_NO && b->now_ns >= b->blocked_until_ns &&
           b->running_count < b->settings->max_running) {
        struct job *job = candidate(b);
        if (!job || !start_if_allowed(b, job))
            break;
    }
    if (b->halt != HALT_NO && !b->stop)
        cancel_rest(b);
}
