/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_SCHEDULER_H
#define OVRMND_SCHEDULER_H

/*
 * A scheduler says whether the next attempt may start now.
 *
 * Schedulers stack. Before each attempt, first tries and retries alike, the engine asks all of
 * them; it starts when all agree, and then tells all. A scheduler answers and does not act:
 * `may_start` changes nothing (its `self` is const), so being asked and refused costs nothing,
 * and a token is paid in `started`, with the time at which the attempt really started.
 *
 * One attempt is asked about at a time, and the others wait behind it: due retries first, then
 * items in the order of input. After a wait another one may be the next, and any time may have
 * gone by, since each scheduler of the stack may have named a later one.
 *
 * Rules, on which the engine ends the batch with PLUGIN_ERROR:
 *   S1  WAIT_UNTIL names a time after `now_ns`, at most 366 days away.
 *   S2  WAIT_FINISH is answered only while something runs (`load->running` > 0).
 *   S3  The action is START, WAIT_UNTIL or WAIT_FINISH, and `reserved` is 0.
 *   S4  Asked again at the time it named, it does not put the start off in ever new small
 *       steps: 1,000 times in a row within one second, with nothing running, is a spin.
 *
 * At a slower pace than that of S4 it may put off: the hours of business, a file that is looked
 * at again. Where it does so for ever, only the user's --deadline ends the batch.
 */

#include <ovrmnd/attempt.h>
#include <ovrmnd/host.h>
#include <ovrmnd/option.h>
#include <ovrmnd/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the batch stands. */
struct ovrmnd_load {
    uint32_t size;
    uint32_t running;      /* attempts on the wire */
    uint64_t running_cost; /* what they cost together, in the unit of ovrmnd_attempt.cost */
    uint64_t waiting;      /* items that wait to be tried again */
    uint64_t finished;     /* items with a result */
    uint64_t failed;       /* of those, failures */
};

struct ovrmnd_scheduler {
    uint32_t size;
    uint32_t reserved;

    /* Makes an instance. NULL: refused, and `why` says so. [setup] */
    void *(*create)(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why);

    /* Frees it. Called once for each instance, never with NULL. [end] */
    void (*destroy)(void *self);

    /* May `next` start now? No side effect, and no more than some tens of nanoseconds: it is
     * asked for every attempt, and again after each time it made one wait. [loop] */
    struct ovrmnd_verdict (*may_start)(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next);

    /* All agreed, and the attempt starts at `now_ns`, which is never before the last time
     * passed to this instance; `load` counts it. May be NULL. [loop] */
    void (*started)(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt);

    /* An attempt came back, whichever way, cancelled ones included: exactly once for each
     * `started`; `load` no longer counts it. May be NULL. [loop] */
    void (*finished)(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                     const struct ovrmnd_attempt *attempt,
                     const struct ovrmnd_outcome *outcome);
};

#ifdef __cplusplus
}
#endif
#endif
