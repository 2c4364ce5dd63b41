/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

/*
 * A job is an item on its way from source to sink: the record, the request made of it, its
 * latest attempt, and in the end its error. It owns all their buffers and is used again for a
 * later item, so that a batch allocates no more than its window holds.
 *
 *     FREE -> READY -> RUNNING -> DONE -> FREE
 *               |       |    ^     ^
 *               |       v    |     |
 *               |      WAITING ----|     WAITING holds no place on the wire
 *               +------------------+     a record that cannot be sent, one whose result is
 *                                        known already, or a batch that ends
 */

#include "base/due.h"
#include "flow/attempt.h"
#include "flow/item.h"
#include "flow/request.h"

enum job_state {
    JOB_FREE,    /* in the pool */
    JOB_READY,   /* bound; waits for the schedulers to agree */
    JOB_RUNNING, /* its attempt is on the wire */
    JOB_WAITING, /* for the time of its next attempt */
    JOB_DONE,    /* its result stands and waits for its turn */
};

struct job {
    struct attempt attempt; /* the latest; first, so that an attempt is its job */
    enum job_state state;
    struct item item;
    struct request request;
    bool bound;         /* `request` is whole */
    struct error error; /* of a failed result; code NONE on success */
    bool maybe_acted;   /* an unsafe attempt was lost: the server may have acted on it */
    const struct memo *recalled_by; /* it knew the result: nothing is sent */

    uint32_t stale_count; /* of its attempts that were repeated as stale */
    uint64_t held_bytes;  /* as counted in the batch's */

    struct due due; /* WAITING: when to try again */

    struct job *next_free;
    struct job *next_made;
};

/* The one place where a state changes; also the trace under --debug. */
void job_set_state(struct job *job, enum job_state state);

/* Names its latest attempt: BATCH-INDEX.ATTEMPT. */
void job_write_id(struct job *job, const char *batch_id);

static inline struct job *job_of_attempt(struct attempt *attempt)
{
    return (struct job *)attempt;
}

/* All jobs of a batch, those not in use ready to be taken. {0} is an empty pool. */
struct job_pool {
    struct job *free;
    struct job *made;
};

/* A job in state FREE, its buffers empty and its facts zero. */
struct job *job_pool_take(struct job_pool *pool);

/* Gives a job back; large buffers are let go. */
void job_pool_give(struct job_pool *pool, struct job *job);

/* Frees every job ever taken, given back or not. */
void job_pool_free(struct job_pool *pool);

#endif
