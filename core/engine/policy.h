/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_POLICY_H
#define ENGINE_POLICY_H

/*
 * The retry policy: asks and tells it, and ends the batch when it breaks a rule of retry.h, or
 * a call to it ends badly (base/guard.h). One that did is not called again, and gives up. A
 * policy without functions is none.
 */

#include "engine/engine.h"

/* 1: try again at `*due_ns`, which is not before `now_ns`; 0: the outcome stands; -1: broken,
 * and `err` says how. */
int policy_decide(const struct engine_retry *retry, uint64_t now_ns,
                  const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome,
                  uint64_t *due_ns, struct error *err);

/* -1: broken. `err` may be NULL. */
int policy_started(const struct engine_retry *retry, uint64_t now_ns,
                   const struct ovrmnd_attempt *attempt, struct error *err);
int policy_finished(const struct engine_retry *retry, uint64_t now_ns,
                    const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome,
                    struct error *err);

#endif
