/* SPDX-License-Identifier: MIT */
#include "engine/policy.h"

#include "base/guard.h"
#include "engine/rules.h"

static const char kind[] = "retry policy";

/* What a policy is passed is a copy, so that one that writes to it changes nothing. */

static int check(const struct engine_retry *retry, uint64_t now_ns, struct ovrmnd_verdict v,
                 uint64_t *due_ns, struct error *err)
{
    if (v.action == OVRMND_GIVE_UP && !v.reserved)
        return 0;
    if (v.action != OVRMND_AGAIN || v.reserved)
        return rule_broken(err, kind, retry->name, "decide", "R1",
                           "it answered with what is no verdict of a retry policy");
    if (v.at_ns > now_ns && v.at_ns - now_ns > LONGEST_WAIT_NS)
        return rule_broken(err, kind, retry->name, "decide", "R2",
                           "it said to try again in more than 366 days");
    *due_ns = v.at_ns > now_ns ? v.at_ns : now_ns;
    return 1;
}

int policy_decide(const struct engine_retry *retry, uint64_t now_ns,
                  const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome,
                  uint64_t *due_ns, struct error *err)
{
    if (!retry->functions || guard_is_dead(retry->name))
        return 0;
    if (guard_landed())
        return guard_error(err);
    struct ovrmnd_attempt its_attempt = *attempt;
    struct ovrmnd_outcome its_outcome = *outcome;
    guard_enter(kind, retry->name, "decide", GUARD_LOOP);
    struct ovrmnd_verdict v = retry->functions->decide(retry->self, now_ns, &its_attempt,
                                                       &its_outcome);
    guard_leave();
    return check(retry, now_ns, v, due_ns, err);
}

/* That `attempt` starts or, where there is an outcome, that it came back. */
static int tell(const struct engine_retry *retry, uint64_t now_ns,
                const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome,
                struct error *err)
{
    const struct ovrmnd_retry *f = retry->functions;
    if (!f || (outcome ? !f->finished : !f->started) || guard_is_dead(retry->name))
        return 0;
    if (guard_landed())
        return guard_error(err);
    struct ovrmnd_attempt its_attempt = *attempt;
    struct ovrmnd_outcome its_outcome = outcome ? *outcome : (struct ovrmnd_outcome){0};
    guard_enter(kind, retry->name, outcome ? "finished" : "started", GUARD_LOOP);
    if (outcome)
        f->finished(retry->self, now_ns, &its_attempt, &its_outcome);
    else
        f->started(retry->self, now_ns, &its_attempt);
    guard_leave();
    return 0;
}

int policy_started(const struct engine_retry *retry, uint64_t now_ns,
                   const struct ovrmnd_attempt *attempt, struct error *err)
{
    return tell(retry, now_ns, attempt, NULL, err);
}

int policy_finished(const struct engine_retry *retry, uint64_t now_ns,
                    const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome,
                    struct error *err)
{
    return tell(retry, now_ns, attempt, outcome, err);
}
