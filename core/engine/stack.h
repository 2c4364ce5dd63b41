/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_STACK_H
#define ENGINE_STACK_H

/*
 * The stack of schedulers. Asks all of them about the next attempt and takes the strictest
 * answer; tells all when one starts or comes back; ends the batch when one breaks a rule of
 * scheduler.h, or a call to it ends badly (base/guard.h). One that did is not called again.
 */

#include "engine/engine.h"

struct stack {
    const struct engine_scheduler *schedulers; /* borrowed */
    size_t count;
    unsigned put_offs;         /* rule S4: answers of "wait until" in a row, nothing running */
    uint64_t first_put_off_ns; /* when the first of them was given */
};

enum stack_answer { STACK_START, STACK_WAIT, STACK_BROKEN };

/* May `next` start at `now_ns`? On STACK_WAIT, `*wake_ns` is when to ask again; UINT64_MAX:
 * when an attempt finishes. On STACK_BROKEN, `err` names the scheduler and the rule. */
enum stack_answer stack_may_start(struct stack *stack, uint64_t now_ns,
                                  const struct ovrmnd_load *load,
                                  const struct ovrmnd_attempt *next, uint64_t *wake_ns,
                                  struct error *err);

/* Tell all. -1: a call to one of them ended badly, and `err` says which; the others have been
 * told. */
int stack_started(struct stack *stack, uint64_t now_ns, const struct ovrmnd_load *load,
                  const struct ovrmnd_attempt *attempt, struct error *err);

int stack_finished(struct stack *stack, uint64_t now_ns, const struct ovrmnd_load *load,
                   const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome,
                   struct error *err);

#endif
