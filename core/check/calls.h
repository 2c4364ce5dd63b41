/* SPDX-License-Identifier: MIT */
#ifndef CHECK_CALLS_H
#define CHECK_CALLS_H

/*
 * What is looked at around each call of a plugin's function, in the child: which one runs, how
 * long it took, whether it blocked, whether it allocated.
 *
 *     calls_enter(c, FUNCTION_STARTED);
 *     functions->started(...);
 *     calls_leave(c);
 */

#include "base/clock.h"
#include "check/page.h"

#include <stdbool.h>
#include <sys/types.h>

/* A call in the loop that takes longer than this is looked at. */
#define LONG_CALL_NS UINT64_C(50000000)

/* Times of calls of one function: the last of so many. */
#define MOST_SAMPLES 8192
struct samples {
    uint64_t count;
    uint64_t worst_ns;
    uint32_t ns[MOST_SAMPLES];
};

struct calls {
    struct check_page *page;
    pid_t pid;               /* of the process that makes the calls */
    struct clock wall;       /* the real one: everything else goes by virtual time */
    struct samples *samples; /* FUNCTION_COUNT of them; NULL: nothing is timed */

    enum check_function function; /* the one that runs */
    uint64_t began_ns, allocations;
    bool precise; /* a call was slow: look at the processor's time from now on */
    int stops;    /* and how often the program had been stopped */
    long sleeps;  /* how often this thread had slept when it began */
    uint64_t began_cpu_ns;
    bool blocked; /* a function in the loop blocks: go no further */
};

void calls_init(struct calls *calls, struct check_page *page);
void calls_fini(struct calls *calls);

void calls_enter(struct calls *calls, enum check_function function);
void calls_leave(struct calls *calls);

/* Starts to keep times; calls_tell_times puts them into the page, and notes T2. */
void calls_keep_times(struct calls *calls);
void calls_tell_times(struct calls *calls);

#endif
