/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * Time, from one place: the engine's clock. The real one is CLOCK_MONOTONIC; a virtual one
 * stands still until the modelled world moves it. No other file may ask the system what time it
 * is; how long a thread has had a processor is another question (guard.c, check/calls.c).
 */

#include <stdint.h>

struct clock {
    uint64_t (*now_ns)(struct clock *self); /* never runs backwards */
    uint64_t virtual_ns; /* the virtual clock's time; unused by the real one */
};

/* CLOCK_MONOTONIC. */
struct clock clock_real(void);

/* Starts at `start_ns`; moved by clock_advance_to alone. */
struct clock clock_virtual(uint64_t start_ns);

/* Virtual clocks only; a time that is past changes nothing. */
void clock_advance_to(struct clock *clock, uint64_t ns);

static inline uint64_t clock_now(struct clock *clock)
{
    return clock->now_ns(clock);
}

/* The calendar: seconds since 1970, for HTTP dates and log lines; never for waiting. */
int64_t clock_wall_seconds(void);

/* The same in milliseconds: for what is kept from one run to the next. */
int64_t clock_wall_ms(void);

#endif
