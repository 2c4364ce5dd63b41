/* SPDX-License-Identifier: MIT */
#ifndef BASE_GUARD_H
#define BASE_GUARD_H

/*
 * Calls into code that is not ours, a plugin's, from which we come back whatever it does: it
 * crashes, ends the process, or never returns.
 *
 *     if (guard_landed())
 *         return guard_error(err);             a call below ended badly: whose, where, how
 *     guard_enter("scheduler", name, "started", GUARD_LOOP);
 *     functions->started(...);
 *     guard_leave();
 *
 * One landing serves all calls that follow it in the same function. A local that is changed
 * between landing and jump must be volatile.
 *
 * A crash jumps from the signal's handler to the landing; so does a call that has not returned
 * for the time of guard_open, which a thread looks after (guard_watch); so do exit(), exec()
 * and their relatives, and close() of what is not a plugin's to close, which the program
 * defines itself so that plugins find those first (guard_stand_in.c). Without guard_open
 * nothing is watched, and the calls are merely named. Where none is active, a crash is our own
 * fault, and has its usual end.
 *
 * What a plugin held at that moment is lost: its memory, its locks. Where nothing can go on,
 * since it holds the C library's own lock on memory, or its thread cannot be stopped, the
 * program says so, saves what it has (guard_at_last) and ends with GUARD_EXIT_STATUS.
 *
 * One thread makes all calls, the one that called guard_open; they do not nest.
 */

#include "base/error.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

/* What a call may do. */
enum guard_duty {
    GUARD_CONSTRUCT, /* no landing, since it holds the loader's lock: ends the program */
    GUARD_LOAD,
    GUARD_SETUP, /* may take its time; once it has ended badly, its plugin is dead */
    GUARD_LOOP,  /* the same, but must return at once: see guard_held_up */
};

/* The call that is active. Written here and in guard.c alone. */
struct guard_record {
    const char *kind, *name;
    const char *volatile function; /* NULL: none is active */
    enum guard_duty duty;
    volatile uint64_t sequence; /* of calls, so that a watcher knows one from the next */
    volatile int paused;        /* it waits for us, not we for it */
    volatile bool held_up;
    volatile bool forked; /* this is a process that the call has forked */
    unsigned dead_count;
    jmp_buf landing;
};
extern struct guard_record guard_now;

/* Guards calls from here on. `patience_ns`: how long one may take; a tenth of it holds up the
 * loop. */
void guard_open(uint64_t patience_ns);

/* Has a thread look after calls that do not return, until guard_close. With a second thread the
 * C library locks at every turn, so a program asks for it only where strangers' code comes in.
 */
void guard_watch(void);

void guard_close(void);

/* The program is about to end, its work done: what plugins left to run at the end (destructors,
 * exit handlers) writes nothing to stdout any more, and neither crashes nor hangs it, nor says
 * that it ended with another status. */
void guard_last(int status);

/* A plugin's call that closes or replaces this descriptor, or one of the standard ones, ends
 * badly. At most some; guard_let_go_file before it is closed. */
void guard_keep_file(int fd);
void guard_let_go_file(int fd);

/* Puts back what a plugin may have changed without ending badly: the working folder, the umask,
 * how numbers are rounded, and that crashes are caught. */
void guard_mend(void);

/* The first signal that the program was sent by itself since guard_open, a timer that ran out
 * included, and only once; 0: none. */
int guard_take_signal(void);

#define guard_landed() (_setjmp(guard_now.landing) != 0)

/* `kind` and `name` stand in messages ("scheduler", "pool"). `name` is the plugin's own text,
 * and its address tells plugins apart; it must stay. */
static inline void guard_enter(const char *kind, const char *name, const char *function,
                               enum guard_duty duty)
{
    guard_now.kind = kind;
    guard_now.name = name;
    guard_now.duty = duty;
    guard_now.sequence = guard_now.sequence + 1;
    guard_now.function = function;
}

/* Ends a process that a plugin forked and that comes back, lest it does the batch as well. */
_Noreturn void guard_end_fork(void);

static inline void guard_leave(void)
{
    if (guard_now.forked)
        guard_end_fork();
    guard_now.function = NULL;
}

/* After a landing: says what happened, and that the plugin is dead; returns -1. */
int guard_error(struct error *err);

/* Has a call into this plugin ended badly? Then it must not be called any more. */
bool guard_find_dead(const char *name);
static inline bool guard_is_dead(const char *name)
{
    return guard_now.dead_count && guard_find_dead(name);
}

/* Has a call held up the loop since this was asked last? -1: `err` says which. */
int guard_take_held_up(struct error *err);
static inline int guard_check(struct error *err)
{
    return guard_now.held_up ? guard_take_held_up(err) : 0;
}

/* While a plugin waits for something of ours, such as a slow stderr, its time stands still. */
void guard_pause(void);
void guard_resume(void);

/* What to do before the program has to end at once; NULL: nothing. The thread of the calls
 * stands still meanwhile, and with `heap` false no memory may be had or freed. */
typedef void guard_save(void *context, bool heap);
void guard_at_last(guard_save *save, void *context);

/* Of a program that has to end at once, a plugin's fault being the reason. */
#define GUARD_EXIT_STATUS 4

#endif
