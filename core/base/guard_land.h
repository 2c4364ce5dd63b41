/* SPDX-License-Identifier: MIT */
#ifndef BASE_GUARD_LAND_H
#define BASE_GUARD_LAND_H

/*
 * How a call into a plugin can end badly, for the two files of the guard.
 */

#include "base/guard.h"

#include <stdbool.h>

enum guard_ending { GUARD_CRASHED, GUARD_EXITED, GUARD_CLOSED, GUARD_STUCK };

/* Is this the thread that makes the calls, in the process that opened the guard? */
bool guard_is_own_thread(void);

/* If a call is active in this thread, ends it: does not return. */
bool guard_land(enum guard_ending ending);

/* From guard_open to guard_close: see guard_take_signal. */
void guard_catch_signals(void);
void guard_end_signals(void);

/* Once guard_last was called: the program's exit status, else -1. */
int guard_last_status(void);

#endif
