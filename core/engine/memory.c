/* SPDX-License-Identifier: MIT */
#include "engine/batch.h"

/* The result becomes the job's, as if its last attempt had just come back. */
static void take_over(struct batch *b, struct job *job, const struct memo *memo,
                      const struct recalled *known)
{
    struct attempt *a = &job->attempt;
    job->recalled_by = memo;
    job->error = known->error;
    a->facts.number = known->attempts;
    a->facts.first_ns = 0;
    a->outcome.facts = (struct ovrmnd_outcome){.size = sizeof a->outcome.facts,
                                               .status = known->status,
                                               .finished_ns = known->duration_ns};
    a->outcome.turned = known->acted;
    a->outcome.body_kind = known->body_kind;
    a->outcome.body_json = buffer_slice(&a->outcome.body);
    job->maybe_acted = known->acted;
    b->report->totals.recalled++;
    if (known->attempts)
        job_write_id(job, b->settings->batch_id);
}

bool memory_recall(struct batch *b, struct job *job)
{
    const struct engine_settings *s = b->settings;
    for (size_t i = 0; i < s->memo_count; i++) {
        struct recalled known = {.body = &job->attempt.outcome.body};
        buffer_reset(known.body);
        known.body->limit = 0; /* else that of an attempt which this job carried before */
        if (s->memos[i]->recall(s->memos[i], &job->item, &job->request, &known)) {
            take_over(b, job, s->memos[i], &known);
            return true;
        }
        job->maybe_acted |= known.acted;
    }
    return false;
}

void memory_started(struct batch *b, const struct attempt *a)
{
    const struct engine_settings *s = b->settings;
    for (size_t i = 0; i < s->memo_count; i++)
        if (s->memos[i]->started)
            s->memos[i]->started(s->memos[i], a);
}

/* Where requests are repeated that a server may have acted on, the last attempt does not speak
 * for those before it. */
static bool is_untouched(const struct batch *b, const struct job *job)
{
    return !b->settings->retry_rules.unsafe && !job->maybe_acted &&
           job->attempt.outcome.facts.flags & OVRMND_OUTCOME_UNAPPLIED;
}

void memory_waits(struct batch *b, const struct job *job)
{
    const struct engine_settings *s = b->settings;
    if (!is_untouched(b, job))
        return;
    for (size_t i = 0; i < s->memo_count; i++)
        if (s->memos[i]->waits)
            s->memos[i]->waits(s->memos[i], &job->attempt);
}

void memory_finished(struct batch *b, const struct job *job, const struct result *result)
{
    const struct engine_settings *s = b->settings;
    if (!job->bound)
        return;
    for (size_t i = 0; i < s->memo_count; i++)
        if (s->memos[i] != job->recalled_by)
            s->memos[i]->finished(s->memos[i], &job->request, result);
}

void memory_settle(struct batch *b)
{
    const struct engine_settings *s = b->settings;
    struct error err;
    for (size_t i = 0; i < s->memo_count; i++)
        if (s->memos[i]->settle(s->memos[i], b->now_ns, &err))
            halt_broken(b, &err);
}

uint64_t memory_settle_time(const struct batch *b)
{
    const struct engine_settings *s = b->settings;
    uint64_t at = UINT64_MAX;
    for (size_t i = 0; i < s->memo_count; i++)
        if (s->memos[i]->settle_at_ns < at)
            at = s->memos[i]->settle_at_ns;
    return at;
}
