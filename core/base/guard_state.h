/* SPDX-License-Identifier: MIT */
#ifndef BASE_GUARD_STATE_H
#define BASE_GUARD_STATE_H

/* What guard.c (calls that end badly, and coming back from them) and guard_watch.c (the thread
 * that looks after calls which do not end) know of each other. For these two alone. */

#include "base/guard.h"

#include <signal.h>
#include <sys/types.h>

enum guard_ending { GUARD_CRASHED, GUARD_EXITED, GUARD_STUCK };

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

/* Ends the thread, if there is one. */
void guard_watch_end(void);

#endif
