/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "engine/batch.h"
#include "engine/judge.h"
#include "engine/policy.h"
#include "engine/rules.h"

#define MOST_STALE 5 /* repeats of an item; as many as libcurl makes */

static uint64_t later_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Asks the policy. True: try again at `*due_ns`. */
static bool policy_says_again(struct batch *b, const struct attempt *a, uint64_t *due_ns)
{
    const struct ovrmnd_outcome *facts = &a->outcome.facts;
    struct error err;
    response_show(b->settings->response, &a->outcome);
    int answer = policy_decide(&b->settings->retry, b->now_ns, &a->facts, facts, due_ns, &err);
    response_hide(b->settings->response);
    if (answer < 0)
        halt_broken(b, &err);
    if (answer <= 0)
        return false;
    if (facts->flags & OVRMND_OUTCOME_RETRY_AFTER)
        *due_ns = later_of(*due_ns, facts->not_before_ns);
    /* A server's word must not make a batch that never ends. */
    return *due_ns - b->now_ns <= LONGEST_WAIT_NS;
}

/* Does the budget still have a retry? `*spent` says that it is the budget that refuses. */
static bool budget_allows(struct batch *b, const struct ovrmnd_outcome *facts, bool *spent)
{
    const struct engine_retry_rules *rules = &b->settings->retry_rules;
    const struct ovrmnd_snapshot *totals = &b->report->totals;
    bool invited = facts->status == 429 && facts->flags & OVRMND_OUTCOME_RETRY_AFTER &&
                   facts->not_before_ns > b->now_ns;
    if (invited || rules->budget_floor == UINT32_MAX)
        return true;
    uint64_t first = totals->attempts - totals->retries;
    *spent = b->budgeted_retries >= rules->budget_floor + first * rules->budget_percent / 100;
    if (!*spent)
        b->budgeted_retries++;
    return !*spent;
}

/* A repeat of what a connection lost that had served others says nothing about the server, so
 * no policy is asked and no budget charged; but not without end. */
static bool is_stale(const struct job *job)
{
    return job->attempt.outcome.stale && job->stale_count < MOST_STALE &&
           job->attempt.facts.flags & OVRMND_ATTEMPT_IDEMPOTENT;
}

/* To be tried again: waits from now on. `*spent` as for budget_allows. */
static bool goes_again(struct batch *b, struct job *job, bool *spent)
{
    uint64_t due_ns = b->now_ns;
    uint64_t deadline_ns = b->settings->deadline_ns;
    bool stale = is_stale(job);
    if (b->halt != HALT_NO ||
        !(stale || (judge_may_retry(&job->attempt, &b->settings->retry_rules) &&
                    policy_says_again(b, &job->attempt, &due_ns))) ||
        (deadline_ns && due_ns >= deadline_ns) ||
        !(stale || budget_allows(b, &job->attempt.outcome.facts, spent)))
        return false;
    job->stale_count += stale;
    log_debug(RETRY, job->attempt.id, "status %u, error %u: again in %llu ms",
              job->attempt.outcome.facts.status, job->attempt.outcome.facts.error,
              (unsigned long long)((due_ns - b->now_ns) / NS_PER_MS));
    job_set_state(job, JOB_WAITING);
    window_weigh(b, job);
    waiting_add(&b->waiting, job, due_ns);
    memory_waits(b, job);
    return true;
}

static void word_late(struct job *job)
{
    error_set(&job->error, ERROR_DEADLINE_EXCEEDED, "Not finished before the batch's deadline");
}

static void word_failure(struct batch *b, struct job *job, bool spent)
{
    judge_error(&job->attempt, job->maybe_acted, &job->error);
    if (job->error.code == ERROR_CANCELLED && b->report->ending == ENGINE_DEADLINE)
        word_late(job);
    if (!spent)
        return;
    struct error before = job->error;
    error_set(&job->error, before.code, "%.900s; not tried again: the retry budget is spent",
              before.message);
}

static void tell_all(struct batch *b, const struct attempt *a)
{
    const struct engine_settings *s = b->settings;
    struct ovrmnd_load load = wire_load(b);
    struct error err;
    response_show(s->response, &a->outcome);
    if (stack_finished(&b->stack, b->now_ns, &load, &a->facts, &a->outcome.facts, &err))
        halt_broken(b, &err);
    if (policy_finished(&s->retry, b->now_ns, &a->facts, &a->outcome.facts, &err))
        halt_broken(b, &err);
    response_hide(s->response);
    for (size_t i = 0; i < s->observer_count; i++)
        if (s->observers[i]->attempt)
            s->observers[i]->attempt(s->observers[i], a);
}

void batch_take_back_one(struct batch *b, struct job *job)
{
    struct ovrmnd_snapshot *totals = &b->report->totals;
    const struct ovrmnd_outcome *facts = &job->attempt.outcome.facts;
    wire_leave(b, job);
    totals->running--;
    totals->bytes_in += facts->bytes_in;
    totals->bytes_out += facts->bytes_out;
    b->blocked_until_ns = 0;
    tell_all(b, &job->attempt);
    job->maybe_acted = job->maybe_acted || judge_is_unknown(&job->attempt);
    bool spent = false;
    if (goes_again(b, job, &spent))
        return;
    if (is_stale(job) && b->halt != HALT_NO) {
        batch_finish_cancelled(b, job); /* it is the halt that keeps it from being repeated */
        return;
    }
    if (!judge_is_success(&job->attempt.outcome))
        word_failure(b, job, spent);
    batch_finish(b, job);
}

void batch_take_back(struct batch *b)
{
    struct attempt *a;
    while ((a = b->settings->transport->next(b->settings->transport))) {
        b->now_ns = clock_now(b->settings->clock);
        batch_take_back_one(b, job_of_attempt(a));
    }
}

static void count(struct ovrmnd_snapshot *totals, enum error_code code)
{
    totals->completed++;
    if (code == ERROR_NONE)
        totals->succeeded++;
    else if (code == ERROR_CANCELLED)
        totals->cancelled++;
    else
        totals->failed++;
}

void batch_finish(struct batch *b, struct job *job)
{
    struct result result;
    job_set_state(job, JOB_DONE);
    count(&b->report->totals, job->error.code);
    window_finish(b, job);
    window_result(job, &result);
    memory_finished(b, job, &result);
    for (size_t i = 0; i < b->settings->observer_count; i++)
        b->settings->observers[i]->result(b->settings->observers[i], &result);
    halt_on_result(b, job->error.code != ERROR_NONE && job->error.code != ERROR_CANCELLED);
}

void batch_finish_cancelled(struct batch *b, struct job *job)
{
    judge_cancelled(job->maybe_acted, &job->error);
    if (job->error.code == ERROR_CANCELLED && job->attempt.facts.number &&
        b->report->ending == ENGINE_DEADLINE)
        word_late(job);
    job->attempt.outcome.body_kind = BODY_NONE;
    batch_finish(b, job);
}
