/* SPDX-License-Identifier: MIT */
#ifndef BASE_GUARD_STATE_H
#define BASE_GUARD_STATE_H

/* What guard.c (calls that end badly, and coming back from them), guard_watch.c (the thread
 * that looks after calls which do not end), guard_stand_in.c (functions that plugins find
 * before the C library's) and guard_signals.c know of each other. For these alone. */

#include "base/guard.h"

#include <signal.h>
#include <sys/types.h>

enum guard_ending { GUARD_CRASHED, GUARD_EXITED, GUARD_CLOSED, GUARD_STUCK };

/* One for the process, as signals are. */
struct guard_state {
    bool open;
    pid_t pid, thread; /* of the calls */
    uint64_t patience_ns;
    enum guard_ending ending;         /* of the call that landed last */
    volatile bool landed;             /* one has */
    volatile uint64_t stuck_sequence; /* the call that is to come back at GUARD_JUMP_SIGNAL */
};
extern struct guard_state guard_state;

#define GUARD_JUMP_SIGNAL (SIGRTMIN + 5)

/* Ends the program with the words for the call that is active or landed last, `and_so`, and
 * what guard_at_last saves. */
_Noreturn void guard_end_badly(enum guard_ending ending, const char *and_so, bool heap);

/* Is this the thread that makes the calls, in the process that opened the guard? */
bool guard_is_own_thread(void);

/* If a call is active in this thread, ends it: does not return. */
bool guard_land(enum guard_ending ending);

/* From guard_open to guard_close: see guard_take_signal. */
void guard_catch_signals(void);
void guard_end_signals(void);

/* Once guard_last was called: the program's exit status, else -1. */
int guard_last_status(void);

/* Ends the thread, if there is one. */
void guard_watch_end(void);

#endif
