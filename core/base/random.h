/* SPDX-License-Identifier: MIT */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

/*
 * Seeded randomness (splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014). Not for secrets. One seed a run; each user of randomness splits
 * off a stream of its own, so that adding one does not change what the others see.
 */

#include <stdint.h>

struct random {
    uint64_t state;
};

struct random random_seeded(uint64_t seed);

/* A stream that depends on this one's seed and on `stream`; leaves `parent` as it is. */
struct random random_split(const struct random *parent, uint64_t stream);

uint64_t random_u64(struct random *r);

/* Uniform in [0, bound), without bias; bound above 0. */
uint64_t random_below(struct random *r, uint64_t bound);

/* A seed from the system, for runs without --seed. */
uint64_t random_system_seed(void);

#endif
