/* SPDX-License-Identifier: MIT */

/* The books of a trial, and the promises held against them. */

#include "base/memory.h"
#include "property/trial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define MOST_WAITS_IN_A_ROW 1000

void trial_break(struct trial *t, enum promise promise, const char *format, ...)
{
    if (t->broken[promise][0])
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(t->broken[promise], sizeof t->broken[promise], format, args);
    va_end(args);
}

void trial_note(struct trial *t, uint64_t kind, uint64_t a, uint64_t b)
{
    const uint64_t facts[] = {kind, t->clock.virtual_ns, a, b};
    for (size_t i = 0; i < 4; i++) {
        struct random mixed = random_seeded(t->history ^ facts[i]);
        t->history = mixed.state;
    }
}

static void append(uint64_t **list, size_t *count, size_t *room, uint64_t value)
{
    if (*count == *room) {
        *room = *room ? 2 * *room : 256;
        *list = memory_grow(*list, *room, sizeof **list);
    }
    (*list)[(*count)++] = value;
}

static bool is_halting(const struct trial *t)
{
    return (t->report.totals.flags & OVRMND_HALTING) != 0;
}

/* ---- starts ---- */

/* A waiting retry that should have come before `due_ns`; NULL: none. */
static const struct trial_item *overtaken(const struct trial *t, uint64_t due_ns)
{
    for (uint32_t i = 0; i < t->waiting; i++)
        if (t->waiters[i]->due_ns < due_ns)
            return t->waiters[i];
    return NULL;
}

static void begin_waiting(struct trial *t, struct trial_item *item)
{
    item->waiting = true;
    item->place = t->waiting;
    t->waiters[t->waiting++] = item;
}

static void end_waiting(struct trial *t, struct trial_item *item)
{
    item->waiting = false;
    t->waiters[item->place] = t->waiters[--t->waiting];
    t->waiters[item->place]->place = item->place;
}

static void watch_retry_start(struct trial *t, uint64_t index, uint64_t now_ns)
{
    struct trial_item *item = &t->item[index];
    const struct engine_retry_rules *rules = &t->settings.retry_rules;
    t->retry_starts++;
    t->retries_in_a_row++;
    t->budgeted_retry_starts += !item->invited;
    if (t->budgeted_retry_starts >
        rules->budget_floor + t->first_starts * rules->budget_percent / 100)
        trial_break(t, RETRY_BUDGET, "%" PRIu64 " retries after %" PRIu64 " first attempts",
                    t->budgeted_retry_starts, t->first_starts);
    if (!item->waiting)
        trial_break(t, NO_EARLY_RETRY, "item %" PRIu64 " is tried again unasked", index);
    else
        end_waiting(t, item);
    if (now_ns < item->due_ns)
        trial_break(t, NO_EARLY_RETRY, "item %" PRIu64 " is tried again %" PRIu64 " ns early",
                    index, item->due_ns - now_ns);
    if (overtaken(t, item->due_ns))
        trial_break(t, BOUNDED_WAIT, "item %" PRIu64 " overtakes a retry that was due before",
                    index);
    if (!t->shape.idempotent && item->unsafe_seen)
        trial_break(t, UNSAFE_ONCE, "item %" PRIu64 " is sent again, and is unsafe", index);
    if (t->retries_in_a_row > (uint64_t)t->settings.window * t->most_attempts)
        trial_break(t, BOUNDED_WAIT, "%" PRIu64 " retries without a fresh item between them",
                    t->retries_in_a_row);
}

static void watch_fresh_start(struct trial *t, uint64_t index, uint64_t now_ns)
{
    t->retries_in_a_row = 0;
    t->first_starts++;
    if (index < t->next_fresh)
        trial_break(t, BOUNDED_WAIT, "item %" PRIu64 " starts after a later one", index);
    t->next_fresh = index + 1;
    if (overtaken(t, now_ns))
        trial_break(t, BOUNDED_WAIT, "item %" PRIu64 " overtakes a retry that is due", index);
}

static bool too_many_failed(const struct trial *t)
{
    const struct engine_settings *s = &t->settings;
    return (s->max_failures && t->failed >= s->max_failures) ||
           (s->max_failure_percent && t->finished >= 20 &&
            t->failed * 100 >= t->finished * s->max_failure_percent);
}

/* Ways to end that let nothing start any more. */
static void watch_endings(struct trial *t, uint64_t index, uint64_t now_ns)
{
    if (t->settings.fail_fast && t->failed)
        trial_break(t, FAIL_FAST, "item %" PRIu64 " starts after a failure", index);
    if (t->signals_sent)
        trial_break(t, SIGNALLED, "item %" PRIu64 " starts after a signal", index);
    if (too_many_failed(t))
        trial_break(t, FAILURES_STOP, "item %" PRIu64 " starts after %" PRIu64 " failed", index,
                    t->failed);
    if (t->settings.deadline_ns && now_ns >= t->settings.deadline_ns)
        trial_break(t, IN_TIME, "item %" PRIu64 " starts after the deadline", index);
    if (t->pushback && now_ns < t->held_back_until_ns)
        trial_break(t, HELD_BACK, "item %" PRIu64 " starts %" PRIu64 " ns early", index,
                    t->held_back_until_ns - now_ns);
}

static void watch_start(struct trial *t, uint64_t now_ns, const struct attempt *a)
{
    uint64_t index = a->facts.item;
    struct trial_item *item = &t->item[index];
    append(&t->starts, &t->start_count, &t->start_room, now_ns);
    if (a->facts.number != item->starts + 1)
        trial_break(t, ONE_RESULT, "attempt %u of item %" PRIu64 " is its %u.", a->facts.number,
                    index, item->starts + 1);
    if (item->starts)
        watch_retry_start(t, index, now_ns);
    else
        watch_fresh_start(t, index, now_ns);
    item->starts++;
    item->started = item->running = true;
    if (++t->running > t->peak_running)
        t->peak_running = t->running;
    if (t->width && t->running > t->width)
        trial_break(t, POOL_WIDTH, "%u run in a pool of %u", t->running, t->width);
    if (t->running > t->settings.max_running)
        trial_break(t, POOL_WIDTH, "%u run of at most %u", t->running, t->settings.max_running);
    watch_endings(t, index, now_ns);
}

static void watch_outcome(struct trial *t, uint64_t now_ns, const struct attempt *a)
{
    const struct ovrmnd_outcome *o = &a->outcome.facts;
    struct trial_item *item = &t->item[a->facts.item];
    t->running--;
    item->running = false;
    item->success = (o->flags & OVRMND_OUTCOME_SUCCESS) != 0;
    if (t->settings.deadline_ns && now_ns > t->settings.deadline_ns)
        trial_break(t, IN_TIME, "item %" PRIu64 " is on the wire after the deadline",
                    a->facts.item);
    item->unsafe_seen |= !(o->flags & OVRMND_OUTCOME_UNAPPLIED);
    if (item->success)
        append(&t->completions, &t->completion_count, &t->completion_room, now_ns);
    if ((o->flags & OVRMND_OUTCOME_RETRY_AFTER) && o->not_before_ns > t->held_back_until_ns)
        t->held_back_until_ns = o->not_before_ns;
    trial_note(t, MODEL_ENDED, a->facts.item, (uint64_t)o->status << 32 | o->error);
}

void watch_event(void *trial, enum model_event event, uint64_t now_ns,
                 const struct attempt *attempt)
{
    struct trial *t = trial;
    struct trial_item *item = &t->item[attempt->facts.item];
    switch (event) {
    case MODEL_STARTED:
        watch_start(t, now_ns, attempt);
        trial_note(t, event, attempt->facts.item, attempt->facts.number);
        break;
    case MODEL_SERVED:
        item->served++;
        if (!t->shape.idempotent && item->served > 1)
            trial_break(t, UNSAFE_ONCE, "item %" PRIu64 " takes effect twice",
                        attempt->facts.item);
        break;
    case MODEL_ENDED:
        watch_outcome(t, now_ns, attempt);
        break;
    }
}

void watch_decision(struct trial *t, struct ovrmnd_verdict verdict, uint64_t now_ns,
                    const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome)
{
    struct trial_item *item = &t->item[attempt->item];
    if (verdict.action != OVRMND_AGAIN)
        return;
    item->due_ns = verdict.at_ns > now_ns ? verdict.at_ns : now_ns;
    if ((outcome->flags & OVRMND_OUTCOME_RETRY_AFTER) && outcome->not_before_ns > item->due_ns)
        item->due_ns = outcome->not_before_ns;
    item->invited = outcome->status == 429 && (outcome->flags & OVRMND_OUTCOME_RETRY_AFTER) &&
                    outcome->not_before_ns > now_ns;
    begin_waiting(t, item);
}

void watch_load(struct trial *t, const struct ovrmnd_load *load)
{
    if (load->running != t->running)
        trial_break(t, NO_SLOT_WAITING, "schedulers hear of %u running, and it is %u",
                    load->running, t->running);
    if (load->waiting != t->waiting)
        trial_break(t, NO_SLOT_WAITING, "schedulers hear of %" PRIu64 " waiting, and it is %u",
                    load->waiting, t->waiting);
}

/* ---- results ---- */

void watch_result(struct trial *t, const struct result *r)
{
    struct trial_item *item = &t->item[r->index];
    bool lost = r->success != (item->success && item->starts > 0);
    if (item->waiting)
        end_waiting(t, item);
    item->finished = true;
    t->finished++;
    t->failed += r->error && r->error->code != ERROR_CANCELLED;
    if (lost || r->attempts != item->starts)
        trial_break(t, ONE_RESULT, "the result of item %" PRIu64 " is not that of its attempts",
                    r->index);
}

void watch_written(struct trial *t, const struct result *r)
{
    if (r->index >= t->items || t->item[r->index].results++)
        trial_break(t, ONE_RESULT, "a second result of item %" PRIu64, r->index);
    if (t->settings.ordered && r->index != t->written)
        trial_break(t, IN_ORDER, "item %" PRIu64 " is written as number %" PRIu64, r->index,
                    t->written);
    t->written++;
    trial_note(t, 100, r->index, r->attempts);
}

/* ---- sleeping ---- */

static uint64_t first_due(const struct trial *t)
{
    uint64_t due_ns = UINT64_MAX;
    for (uint32_t i = 0; i < t->waiting; i++)
        if (t->waiters[i]->due_ns < due_ns)
            due_ns = t->waiters[i]->due_ns;
    return due_ns;
}

/* Is there an item that has been read, and not been started? Or one to be read? */
static bool has_fresh(const struct trial *t)
{
    for (uint64_t i = t->next_fresh; i < t->read; i++)
        if (!t->item[i].started && !t->item[i].finished)
            return true;
    return t->read < t->items && t->clock.virtual_ns >= t->source_ready_ns &&
           t->read - t->written < t->settings.window &&
           !(t->sink_room && t->sink_holds >= t->sink_room);
}

/* When all schedulers would agree to one more attempt. */
static uint64_t agreed_ns(const struct trial *t, uint64_t index)
{
    uint64_t now_ns = t->clock.virtual_ns, at_ns = now_ns;
    struct ovrmnd_load load = {.size = sizeof load,
                               .running = t->running,
                               .running_cost = t->running,
                               .waiting = t->waiting,
                               .finished = t->finished,
                               .failed = t->failed};
    struct ovrmnd_attempt next = {.size = sizeof next, .number = 1, .item = index, .cost = 1};
    for (size_t i = 0; i < t->scheduler_count; i++) {
        const struct engine_scheduler *s = &t->stack[i];
        struct ovrmnd_verdict v = s->functions->may_start(s->self, now_ns, &load, &next);
        if (v.action == OVRMND_WAIT_FINISH)
            return UINT64_MAX;
        if (v.action == OVRMND_WAIT_UNTIL && v.at_ns > at_ns)
            at_ns = v.at_ns;
    }
    return at_ns;
}

static void watch_turns(struct trial *t)
{
    t->waits++;
    t->waits_in_a_row = t->clock.virtual_ns == t->last_wait_ns ? t->waits_in_a_row + 1 : 0;
    t->last_wait_ns = t->clock.virtual_ns;
    if (t->waits_in_a_row > MOST_WAITS_IN_A_ROW + t->items * t->most_attempts)
        trial_break(t, BATCH_ENDS, "the engine spins");
}

/* The engine goes to sleep until `until_ns`. What could start before then? */
void watch_wait(struct trial *t, uint64_t until_ns)
{
    uint64_t now_ns = t->clock.virtual_ns;
    watch_turns(t);
    if (until_ns <= now_ns || is_halting(t) || t->running == t->settings.max_running)
        return;
    uint64_t due_ns = first_due(t);
    if (has_fresh(t) || due_ns <= now_ns) {
        uint64_t at_ns = agreed_ns(t, t->next_fresh);
        if (t->running < t->least_width && at_ns > now_ns)
            trial_break(t, POOL_WIDTH, "%u run, %u may always, and a further one is held back",
                        t->running, t->least_width);
        if (at_ns < until_ns)
            trial_break(t, WORK_CONSERVED,
                        "at %" PRIu64 " an item could start in %" PRIu64
                        " ns, and the engine sleeps",
                        now_ns, at_ns - now_ns);
    } else if (due_ns < until_ns) {
        trial_break(t, WORK_CONSERVED, "at %" PRIu64 " the engine sleeps through a retry",
                    now_ns);
    }
}

/* ---- the whole ---- */

/* For all i <= j: (j - i + 1 - burst) * W <= N * (t[j] - t[i]). Put as the sum of what depends
 * on i and on j, the worst i for each j is the least so far. */
static void check_bucket(struct trial *t, const struct bucket *b)
{
    __int128 w = b->rate.per_ns, n = b->rate.count, least = 0;
    for (size_t j = 0; j < t->start_count; j++) {
        __int128 before = (__int128)j * w - n * t->starts[j];
        least = j == 0 || before < least ? before : least;
        if ((__int128)(j + 1) * w - n * t->starts[j] - (__int128)b->burst * w > least)
            trial_break(t, RATE_BOUND, "start %zu of %zu is above rate x T + burst", j,
                        t->start_count);
        if (b->strict && j >= b->rate.count &&
            t->starts[j] - t->starts[j - b->rate.count] < b->rate.per_ns)
            trial_break(t, STRICT_WINDOW, "start %zu of %zu is one too many in its window", j,
                        t->start_count);
    }
}

static void check_results(struct trial *t)
{
    for (uint64_t i = 0; i < t->items; i++)
        if (t->item[i].results != t->item[i].read || (!t->endless && !t->item[i].read))
            trial_break(t, ONE_RESULT, "item %" PRIu64 " has %u results", i,
                        t->item[i].results);
    const struct ovrmnd_snapshot *totals = &t->report.totals;
    if (totals->completed != t->read ||
        totals->succeeded + totals->failed + totals->cancelled != t->read ||
        totals->attempts != t->start_count || totals->running != 0)
        trial_break(t, ONE_RESULT, "the totals do not add up");
}

void watch_end(struct trial *t)
{
    if (t->report.ending == ENGINE_BROKEN)
        trial_break(t, BATCH_ENDS, "%s", t->report.error.message);
    check_results(t);
    uint64_t deadline_ns = t->settings.deadline_ns;
    if (deadline_ns && !t->sink_room && !t->source_late_ns && t->clock.virtual_ns > deadline_ns)
        trial_break(t, IN_TIME, "it ends %" PRIu64 " ns after the deadline",
                    t->clock.virtual_ns - deadline_ns);
    for (size_t i = 0; i < t->bucket_count; i++)
        check_bucket(t, &t->buckets[i]);
    trial_note(t, 101, t->report.ending, t->report.totals.attempts);
}
