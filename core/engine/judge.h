/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

/* What an outcome means: may the attempt be repeated, and how is its failure worded. Pure. */

#include "engine/engine.h"

static inline bool judge_is_success(const struct outcome *outcome)
{
    return (outcome->facts.flags & OVRMND_OUTCOME_SUCCESS) != 0;
}

/* May this attempt be followed by another? Where the user's list has its status, be it that of
 * a success, or the failure is one that passes (no connection, broken connection, timeout); and
 * never for a request that is not idempotent unless the server cannot have acted on it (RFC
 * 9110, section 9.2.2). */
bool judge_may_retry(const struct attempt *attempt, const struct engine_retry_rules *rules);

/* Did an unsafe request perhaps reach a server that never answered it? Once that is so of one
 * attempt, it stays so for the item, whatever later attempts come back with. */
bool judge_is_unknown(const struct attempt *attempt);

/* Words the failure of the last attempt as the item's error. */
void judge_error(const struct attempt *attempt, bool maybe_acted, struct error *err);

/* Words that an item is given up before it was finished. */
void judge_cancelled(bool maybe_acted, struct error *err);

#endif
