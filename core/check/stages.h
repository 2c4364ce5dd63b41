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
