/* SPDX-License-Identifier: MIT */
#ifndef CHECK_DRAW_H
#define CHECK_DRAW_H

/* Random facts, as plugins may come to see them: what servers answer, sane and mad, and steps
 * of time. */

#include "base/random.h"

#include <ovrmnd/attempt.h>

#include <stdbool.h>

/* From nothing to days, small ones more often. */
uint64_t draw_step_ns(struct random *random);

/* Near now, or as extreme as a server can make it. */
uint64_t draw_time_ns(struct random *random, uint64_t now_ns);

/* What an attempt that started at `started_ns` comes back with now. `calm`: the server names no
 * times that are far away. */
struct ovrmnd_outcome draw_outcome(struct random *random, uint64_t started_ns, uint64_t now_ns,
                                   bool calm);

#endif
