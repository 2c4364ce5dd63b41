/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include "base/clock.h"

#include <sys/random.h>
#include <unistd.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct random random_seeded(uint64_t seed)
{
    return (struct random){mix(seed + UINT64_C(0x9E3779B97F4A7C15))};
}

struct random random_split(const struct random *parent, uint64_t stream)
{
    return (struct random){mix(parent->state ^ mix(stream + UINT64_C(0x9E3779B97F4A7C15)))};
}

uint64_t random_u64(struct random *r)
{
    r->state += UINT64_C(0x9E3779B97F4A7C15);
    return mix(r->state);
}

uint64_t random_below(struct random *r, uint64_t bound)
{
    /* Numbers under 2^64 mod bound would make small results likelier: draw again. */
    uint64_t unfair = -bound % bound;
    uint64_t drawn;
    do {
        drawn = random_u64(r);
    } while (drawn < unfair);
    return drawn % bound;
}

uint64_t random_system_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) == (ssize_t)sizeof seed)
        return seed;
    struct clock clock = clock_real();
    return clock_now(&clock) ^ ((uint64_t)getpid() << 32);
}
