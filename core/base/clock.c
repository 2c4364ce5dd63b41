/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include "base/units.h"

#include <time.h>

static uint64_t real_now(struct clock *self)
{
    (void)self;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static uint64_t virtual_now(struct clock *self)
{
    return self->virtual_ns;
}

struct clock clock_real(void)
{
    return (struct clock){.now_ns = real_now};
}

struct clock clock_virtual(uint64_t start_ns)
{
    return (struct clock){.now_ns = virtual_now, .virtual_ns = start_ns};
}

void clock_advance_to(struct clock *clock, uint64_t ns)
{
    if (ns > clock->virtual_ns)
        clock->virtual_ns = ns;
}

int64_t clock_wall_seconds(void)
{
    return (int64_t)time(NULL);
}

int64_t clock_wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / (int64_t)NS_PER_MS;
}
