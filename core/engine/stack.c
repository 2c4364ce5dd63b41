/* SPDX-License-Identifier: MIT */
#include "engine/stack.h"

#include "base/guard.h"
#include "base/units.h"
#include "engine/rules.h"

/* What schedulers are passed is a copy, so that one that writes to it changes nothing for the
 * engine, nor for the next. */

/* One scheduler's answer as a time: now, later, or never by the clock alone. */
static int scheduler_ask(const struct engine_scheduler *s, uint64_t now_ns,
                         const struct ovrmnd_load *load, const struct ovrmnd_attempt *next,
                         uint64_t *at_ns, struct error *err)
{
    struct ovrmnd_load its_load = *load;
    struct ovrmnd_attempt its_next = *next;
    guard_enter("scheduler", s->name, "may_start", GUARD_LOOP);
    struct ovrmnd_verdict v = s->functions->may_start(s->self, now_ns, &its_load, &its_next);
    guard_leave();
    switch (v.reserved ? 0 : v.action) {
    case OVRMND_START:
        *at_ns = now_ns;
        return 0;
    case OVRMND_WAIT_UNTIL:
        if (v.at_ns <= now_ns)
            return rule_broken(err, "scheduler", s->name, "may_start", "S1",
                               "it said to wait until a time that is not after now");
        if (v.at_ns - now_ns > LONGEST_WAIT_NS)
            return rule_broken(err, "scheduler", s->name, "may_start", "S1",
                               "it said to wait for more than 366 days");
        *at_ns = v.at_ns;
        return 0;
    case OVRMND_WAIT_FINISH:
        if (load->running == 0)
            return rule_broken(err, "scheduler", s->name, "may_start", "S2",
                               "it waits for an attempt to finish while none is running");
        *at_ns = UINT64_MAX;
        return 0;
    default:
        return rule_broken(err, "scheduler", s->name, "may_start", "S3",
                           "it answered with what is no verdict of a scheduler");
    }
}

/* Counts put-offs in stretches of 1,000, and looks how long each stretch took. */
static bool stack_spins(struct stack *stack, uint64_t now_ns)
{
    if (stack->put_offs == 0)
        stack->first_put_off_ns = now_ns;
    if (++stack->put_offs < MOST_PUT_OFFS)
        return false;
    stack->put_offs = 0;
    return now_ns - stack->first_put_off_ns < NS_PER_S;
}

/* Apart, so that its locals lie in a frame that a jump does not come back to. */
__attribute__((noinline)) static enum stack_answer
stack_ask(struct stack *stack, uint64_t now_ns, const struct ovrmnd_load *load,
          const struct ovrmnd_attempt *next, uint64_t *wake_ns, struct error *err)
{
    uint64_t latest = now_ns;
    const char *who = NULL;
    for (size_t i = 0; i < stack->count; i++) {
        uint64_t at_ns = now_ns;
        if (scheduler_ask(&stack->schedulers[i], now_ns, load, next, &at_ns, err))
            return STACK_BROKEN;
        if (at_ns > latest) {
            latest = at_ns;
            who = stack->schedulers[i].name;
        }
    }
    if (latest == now_ns)
        return STACK_START;
    if (load->running == 0 && stack_spins(stack, now_ns)) {
        rule_broken(
            err, "scheduler", who, "may_start", "S4",
            "it put the next attempt off 1,000 times within a second, with nothing running");
        return STACK_BROKEN;
    }
    *wake_ns = latest;
    return STACK_WAIT;
}

enum stack_answer stack_may_start(struct stack *stack, uint64_t now_ns,
                                  const struct ovrmnd_load *load,
                                  const struct ovrmnd_attempt *next, uint64_t *wake_ns,
                                  struct error *err)
{
    if (guard_landed()) {
        guard_error(err);
        return STACK_BROKEN;
    }
    return stack_ask(stack, now_ns, load, next, wake_ns, err);
}

/* Tells one that `attempt` starts or, where there is an outcome, that it came back. */
static void scheduler_tell(const struct engine_scheduler *s, uint64_t now_ns,
                           const struct ovrmnd_load *load, const struct ovrmnd_attempt *attempt,
                           const struct ovrmnd_outcome *outcome)
{
    const struct ovrmnd_scheduler *f = s->functions;
    if (outcome ? !f->finished : !f->started)
        return;
    struct ovrmnd_load its_load = *load;
    struct ovrmnd_attempt its_attempt = *attempt;
    struct ovrmnd_outcome its_outcome = outcome ? *outcome : (struct ovrmnd_outcome){0};
    guard_enter("scheduler", s->name, outcome ? "finished" : "started", GUARD_LOOP);
    if (outcome)
        f->finished(s->self, now_ns, &its_load, &its_attempt, &its_outcome);
    else
        f->started(s->self, now_ns, &its_load, &its_attempt);
    guard_leave();
}

/* One that breaks is passed over, and the rest are told all the same: what starts and what
 * comes back must match for them to the end. */
static int stack_tell(struct stack *stack, uint64_t now_ns, const struct ovrmnd_load *load,
                      const struct ovrmnd_attempt *attempt,
                      const struct ovrmnd_outcome *outcome, struct error *err)
{
    volatile size_t next = 0;
    volatile int rc = 0;
    stack->put_offs = 0;
    if (guard_landed())
        rc = guard_error(rc ? NULL : err);
    while (next < stack->count) {
        const struct engine_scheduler *s = &stack->schedulers[next++];
        if (!guard_is_dead(s->name))
            scheduler_tell(s, now_ns, load, attempt, outcome);
    }
    return rc;
}

int stack_started(struct stack *stack, uint64_t now_ns, const struct ovrmnd_load *load,
                  const struct ovrmnd_attempt *attempt, struct error *err)
{
    return stack_tell(stack, now_ns, load, attempt, NULL, err);
}

int stack_finished(struct stack *stack, uint64_t now_ns, const struct ovrmnd_load *load,
                   const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome,
                   struct error *err)
{
    return stack_tell(stack, now_ns, load, attempt, outcome, err);
}
