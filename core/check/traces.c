/* SPDX-License-Identifier: MIT */
#include "check/stages.h"

#include <inttypes.h>
#include <stdio.h>

void trace_add(struct trace *trace, struct ovrmnd_verdict verdict)
{
    if (trace->count < TRACE_MOST)
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

bool trace_differs(struct subject *s, const struct trace *a, const struct trace *b,
                   enum check_rule rule, enum check_function function, const char *when)
{
    char one[64], other[64];
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (same(a->answers[i], b->answers[i]))
            continue;
        word(a->answers[i], one);
        word(b->answers[i], other);
        check_note(s->page, rule, function, "%s, answer %zu of %s was %s, and before %s", when,
                   i + 1, check_function_name(function), other, one);
        return true;
    }
    return false;
}
