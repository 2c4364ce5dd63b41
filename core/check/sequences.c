/* SPDX-License-Identifier: MIT */
#include "check/sequences.h"

#include <inttypes.h>
#include <stdio.h>

void trace_add(struct trace *trace, struct ovrmnd_verdict verdict)
{
    if (trace && trace->count < TRACE_MOST)
        trace->answers[trace->count++] = verdict;
}

static bool same(struct ovrmnd_verdict a, struct ovrmnd_verdict b)
{
    return a.action == b.action && a.reserved == b.reserved && a.at_ns == b.at_ns;
}

static void word(struct ovrmnd_verdict v, char text[64])
{
    static const char *const names[] = {[OVRMND_START] = "START",
                                        [OVRMND_WAIT_UNTIL] = "WAIT_UNTIL",
                                        [OVRMND_WAIT_FINISH] = "WAIT_FINISH",
                                        [OVRMND_GIVE_UP] = "GIVE_UP",
                                        [OVRMND_AGAIN] = "AGAIN"};
    if (v.action < OVRMND_START || v.action > OVRMND_AGAIN)
        snprintf(text, 64, "action %" PRIu32, v.action);
    else if (v.at_ns)
        snprintf(text, 64, "%s %" PRIu64, names[v.action], v.at_ns);
    else
        snprintf(text, 64, "%s", names[v.action]);
}

/* The rule that stands against answering otherwise in this manner. */
static const struct {
    enum check_rule rule;
    const char *when;
} manners[MANNERS] = {
    [MANNER_ONCE_MORE] = {CHECK_A2, "With the same seed and calls once more"},
    [MANNER_ASKED_OFTEN] = {CHECK_A1, "When it was asked the same more often"},
    [MANNER_BESIDE_ANOTHER] = {CHECK_A3, "With another instance at work"},
};

static bool differs(struct subject *s, const struct trace *a, const struct trace *b,
                    enum manner manner)
{
    enum check_function function = subject_answers(s);
    char one[64], other[64];
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (same(a->answers[i], b->answers[i]))
            continue;
        word(a->answers[i], one);
        word(b->answers[i], other);
        check_note(s->page, manners[manner].rule, function,
                   "%s, answer %zu of %s was %s, and before %s", manners[manner].when, i + 1,
                   check_function_name(function), other, one);
        return true;
    }
    return false;
}

/* True: it broke a rule, and further sequences would say no more. */
static bool compare(struct subject *s, sequence_run *run, uint64_t seed)
{
    static struct trace first, then;
    struct random random = random_seeded(seed);
    size_t variant = subject_variant(s, &random);
    first.count = 0;
    bool broken = run(s, variant, seed, MANNER_ALONE, &first);
    if (broken || s->calls.blocked)
        return true;
    for (enum manner manner = MANNER_ONCE_MORE; manner < MANNERS; manner++) {
        if (manner == MANNER_ASKED_OFTEN && subject_answers(s) != FUNCTION_MAY_START)
            continue;
        then.count = 0;
        broken |= run(s, variant, seed, manner, &then);
        if (differs(s, &first, &then, manner))
            return true;
    }
    return broken;
}

void sequences_run(struct subject *s, sequence_run *run)
{
    calls_keep_times(&s->calls);
    for (uint64_t i = 0; i < s->settings->rounds && !subject_stops(s); i++)
        if (compare(s, run, s->settings->seed + i))
            break;
    calls_tell_times(&s->calls);
}
