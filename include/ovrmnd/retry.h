/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_RETRY_H
#define OVRMND_RETRY_H

/*
 * A retry policy says, after an attempt, whether and when to try again.
 *
 * It is asked only where another attempt is allowed at all: the outcome is one that the user
 * calls worth another attempt (--retry-on; a success whose status is on that list included,
 * which stands as a success if the policy gives up), the request may be sent twice without harm
 * or the server cannot have acted on it, and the batch is not ending. So no policy can break
 * those promises, and none has to know them.
 *
 * Nor does AGAIN force another attempt. The batch has a budget of retries, a fifth of its first
 * attempts plus ten, to which those that a 429 invites by naming a time do not count; what it
 * refuses, and what would start after the batch's deadline, is not tried again. A server's
 * Retry-After is obeyed whatever the policy says: the engine takes the later time, and gives up
 * where that is more than 366 days away. A waiting retry holds no place in a pool and passes
 * all schedulers again.
 *
 * Rules, on which the engine ends the batch with PLUGIN_ERROR:
 *   R1  The action is GIVE_UP or AGAIN, and `reserved` is 0.
 *   R2  AGAIN names a time at most 366 days away (a time that is past means now).
 */

#include <ovrmnd/attempt.h>
#include <ovrmnd/host.h>
#include <ovrmnd/option.h>
#include <ovrmnd/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ovrmnd_retry {
    uint32_t size;
    uint32_t reserved;

    /* Makes an instance. NULL: refused, and `why` says so. [setup] */
    void *(*create)(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why);

    /* Frees it. Called once for each instance, never with NULL. [end] */
    void (*destroy)(void *self);

    /* Try again? `attempt` is the one that came back with `outcome`, and its `number` says how
     * many there have been. [loop] */
    struct ovrmnd_verdict (*decide)(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome);

    /* Told of every attempt that starts, retries included: one that was granted and is then
     * cancelled never starts. May be NULL. [loop] */
    void (*started)(void *self, uint64_t now_ns, const struct ovrmnd_attempt *attempt);

    /* Told of every attempt that came back, good or bad, before `decide` is asked: for policies
     * that keep a budget. May be NULL. [loop] */
    void (*finished)(void *self, uint64_t now_ns, const struct ovrmnd_attempt *attempt,
                     const struct ovrmnd_outcome *outcome);
};

#ifdef __cplusplus
}
#endif
#endif
