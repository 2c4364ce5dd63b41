/* SPDX-License-Identifier: MIT */
#ifndef CHECK_STAGES_H
#define CHECK_STAGES_H

/*
 * The stages of a check, each in a child process of its own. A stage notes what it finds in the
 * subject's page and returns; if the plugin dies in it, the parent notes that.
 */

#include "check/subject.h"

/* settings.c: instances of all variants are made and ended. Fills s->accepted, which lies in
 * the page, for the stages that follow. */
void stage_settings(struct subject *s);

/* traces.c, for scheduler.c and retry.c: what an instance answered, one call after another. */
#define TRACE_MOST 512
struct trace {
    size_t count;
    struct ovrmnd_verdict answers[TRACE_MOST];
};
void trace_add(struct trace *trace, struct ovrmnd_verdict verdict);

/* Do two traces of the same calls differ? Then `rule` is noted. */
bool trace_differs(struct subject *s, const struct trace *a, const struct trace *b,
                   enum check_rule rule, enum check_function function, const char *when);

/* scheduler.c, retry.c: random sequences of calls. */
void stage_scheduler(struct subject *s);
void stage_retry(struct subject *s);
void stage_retry_gives_up(struct subject *s);

/* progress.c: odd snapshots on screens of all kinds. */
void stage_progress(struct subject *s);

/* batch.c: the engine, with this plugin, against the modelled server. */
void stage_batches(struct subject *s);

/* leaks.c: what instances leave in memory. */
void stage_leaks(struct subject *s);

/* surroundings.c: what the plugin changes in the process. Loads it itself. */
void stage_surroundings(struct subject *s);

/* life.c: a short life of an instance, as a batch of a few items gives it one. */
void live_shortly(struct instance *i);

#endif
