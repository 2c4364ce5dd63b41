/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H

/*
 * The state of one batch, shared by the phases of a turn, and nobody else's business:
 *
 *     loop.c    one turn after another; when to sleep, and how long
 *     intake.c  items in: read, bind, start                     (before the wire)
 *     settle.c  attempts back: judge, try again or finish       (after the wire)
 *     wire.c    who is on the wire
 *     memory.c  results known from before, and a record of those from now
 *     window.c  results out, in order
 *     halt.c    ways to end early
 */

#include "engine/engine.h"
#include "engine/job.h"
#include "engine/stack.h"
#include "engine/waiting.h"

enum halt {
    HALT_NO,
    HALT_DRAIN,  /* start nothing new; what runs may finish until `drain_until_ns` */
    HALT_CANCEL, /* what runs has been cancelled */
};

struct batch {
    const struct engine_settings *settings;
    struct engine_report *report;
    uint64_t now_ns; /* read once a turn, and again at each start */

    /* Items between source and sink, `live` of them, at most settings->window, and no new
     * one while those that do not run hold settings->window_bytes. Each is in one of: `next`,
     * the wire, `waiting`, or done in `turns`. */
    struct job_pool pool;
    struct job *next;       /* read and bound, not started yet; or NULL */
    struct waiting waiting; /* to be tried again */
    uint32_t live;
    uint64_t held_bytes; /* by those that do not run */

    /* Results to be written, a ring of `window` places: in input order, by index; otherwise in
     * the order in which they were finished. */
    struct job **turns;
    uint64_t written;  /* places passed so far */
    uint64_t finished; /* results known so far */

    struct job **running;  /* on the wire, by place; NULL: a free one */
    uint32_t *free_places; /* those below `places`, as a stack */
    uint32_t places, free_count;
    uint32_t running_count;
    uint64_t running_cost;

    uint64_t budgeted_retries; /* granted so far, of those that count */

    struct stack stack;
    uint64_t blocked_until_ns; /* the schedulers said wait; 0: ask them */
    bool source_later;         /* nothing to read until source->fd says so */
    bool source_ended;

    enum halt halt;
    uint64_t drain_until_ns;
    uint64_t read_until_ns; /* once it halts: what an endless input still has to give, it gives
                               until then */
    bool signalled; /* somebody waits for the end: an endless input is not read to its own */
    bool stop;      /* leave the loop now: nothing more can be written */

    bool sink_full;          /* no more results until its reader has taken some */
    bool sink_waiting;       /* its reader does not take what was flushed: poll sink->fd */
    uint64_t flush_at_ns;    /* UINT64_MAX: nothing to flush */
    uint64_t progress_at_ns; /* when to report next */
    uint64_t look_at_ns;     /* when to ask the witness next, if the loop turns then */
};

/* intake.c: starts attempts, due retries before fresh items, until a scheduler says wait, the
 * window is full or nothing is left. */
void batch_start_attempts(struct batch *b);

/* settle.c: takes back every attempt that the transport has finished. */
void batch_take_back(struct batch *b);

/* settle.c: one whose outcome is known. */
void batch_take_back_one(struct batch *b, struct job *job);

/* settle.c: a job whose result stands: `job->error` or success. */
void batch_finish(struct batch *b, struct job *job);

/* settle.c: a job that will not be tried any more, since the batch ends. One that has been
 * tried before the deadline passed says so. */
void batch_finish_cancelled(struct batch *b, struct job *job);

/* wire.c */
void wire_init(struct batch *b);
void wire_fini(struct batch *b);
void wire_enter(struct batch *b, struct job *job);
void wire_leave(struct batch *b, struct job *job);
void wire_cancel(struct batch *b);                   /* all that run */
struct ovrmnd_load wire_load(const struct batch *b); /* what schedulers are told */

/* memory.c: what the memos know and are told */
bool memory_recall(struct batch *b, struct job *job); /* its result is known, and is now its */
void memory_started(struct batch *b, const struct attempt *a);
void memory_waits(struct batch *b, const struct job *job); /* for its next attempt */
void memory_finished(struct batch *b, const struct job *job, const struct result *result);
void memory_settle(struct batch *b); /* may end the batch: what started is not sent then */
uint64_t memory_settle_time(const struct batch *b);

/* window.c */
void window_init(struct batch *b);
void window_fini(struct batch *b);
bool window_has_room(const struct batch *b);
void window_expect(struct batch *b, struct job *job); /* an item was read */
void window_weigh(struct batch *b, struct job *job);  /* what it holds may have changed */
void window_finish(struct batch *b, struct job *job); /* its result is known */
bool window_is_ready(const struct batch *b);          /* a result can be written now */
void window_write(struct batch *b);                   /* writes all whose turn it is */
void window_flush(struct batch *b);                   /* hands on what has lain long enough */
void window_result(const struct job *job, struct result *result);

/* halt.c */
void halt_on_signals(struct batch *b);
void halt_on_time(struct batch *b);
void halt_on_result(struct batch *b, bool failed); /* a result is known */
void halt_at_deadline(struct batch *b);
void halt_broken(struct batch *b, const struct error *err);

#endif
