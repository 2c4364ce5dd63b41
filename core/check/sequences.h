/* SPDX-License-Identifier: MIT */
#ifndef CHECK_SEQUENCES_H
#define CHECK_SEQUENCES_H

/*
 * Random sequences of calls, each run several times with the same seed: an instance must answer
 * the same whatever else goes on. What is called is up to scheduler.c and retry.c.
 */

#include "check/subject.h"

enum manner {
    MANNER_ALONE,
    MANNER_ONCE_MORE,
    MANNER_ASKED_OFTEN,    /* more often than needed; for may_start alone, which is to change
                              nothing */
    MANNER_BESIDE_ANOTHER, /* while another instance is busy */
    MANNERS
};

/* What an instance answered, one call after another. */
#define TRACE_MOST 512
struct trace {
    size_t count;
    struct ovrmnd_verdict answers[TRACE_MOST];
};

/* `trace` may be NULL: nobody compares. */
void trace_add(struct trace *trace, struct ovrmnd_verdict verdict);

/* Runs one sequence and fills the trace, which is empty. True: a rule was seen to break. */
typedef bool sequence_run(struct subject *s, size_t variant, uint64_t seed, enum manner manner,
                          struct trace *trace);

/* Runs as many sequences as the settings say, or until one shows a fault; keeps times. */
void sequences_run(struct subject *s, sequence_run *run);

#endif
