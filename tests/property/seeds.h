/* SPDX-License-Identifier: MIT */
#ifndef PROPERTY_SEEDS_H
#define PROPERTY_SEEDS_H

/*
 * Which seeds a property is tried with: 1 to 10,000, or OVRMND_SEEDS=n of them, or the one of
 * OVRMND_SEED=n, which is how to see a failure again.
 */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static inline uint64_t seeds_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static inline uint64_t seeds_first(void)
{
    return seeds_from("OVRMND_SEED", 1);
}

static inline uint64_t seeds_last(void)
{
    return getenv("OVRMND_SEED") ? seeds_first() : seeds_from("OVRMND_SEEDS", 10000);
}

#endif
