/* SPDX-License-Identifier: MIT */
#include "transport/model_latency.h"

/* Numbers with 32 bits behind the point. */
#define ONE  (INT64_C(1) << 32)
#define LN_2 INT64_C(2977044472) /* 0.693147... */

typedef unsigned __int128 u128;

/* What is beyond the clock is its end. */
static uint64_t clipped(u128 ns)
{
    return ns < UINT64_MAX ? (uint64_t)ns : UINT64_MAX;
}

static uint64_t scaled(uint64_t ns, uint64_t factor)
{
    return clipped((u128)ns * factor >> 32);
}

/* log2(x / 2^63) for x in [2^63, 2^64), in [0, 1): squaring doubles the logarithm, so each
 * square gives another binary digit of it. */
static int64_t log2_of_fraction(uint64_t x)
{
    int64_t digits = 0;
    for (int i = 31; i >= 0; i--) {
        u128 square = (u128)x * x;
        bool above_2 = square >> 127;
        x = (uint64_t)(square >> (above_2 ? 64 : 63));
        digits |= (int64_t)above_2 << i;
    }
    return digits;
}

/* -ln(u / 2^64) for a uniform u: an exponential draw with a mean of one. */
static uint64_t draw_exponential(struct random *random)
{
    uint64_t u = random_u64(random) | 1;
    int zeros = __builtin_clzll(u);
    int64_t log2 = (int64_t)(zeros + 1) * ONE - log2_of_fraction(u << zeros);
    return scaled((uint64_t)log2, LN_2);
}

/* e to the x, for x up to 20: whole powers of two apart, and Taylor's series for the rest. */
static uint64_t exp_of(int64_t x)
{
    int64_t powers = x / LN_2 - (x % LN_2 < 0);
    int64_t rest = x - powers * LN_2;
    int64_t sum = ONE;
    for (int64_t n = 12; n > 0; n--)
        sum = ONE + ((__int128)sum * rest >> 32) / n;
    return powers >= 0 ? (uint64_t)sum << powers : (uint64_t)sum >> -powers;
}

/* The sum of twelve uniform draws is as good as normal, up to six sigma. */
static int64_t draw_normal(struct random *random)
{
    int64_t sum = -6 * ONE;
    for (int i = 0; i < 3; i++)
        for (uint64_t bits = random_u64(random), n = 0; n < 4; n++, bits >>= 16)
            sum += (int64_t)((bits & 0xFFFF) << 16 | 0x8000);
    return sum;
}

static uint64_t draw_lognormal(const struct model_latency *l, struct random *random)
{
    return scaled(l->scale_ns, exp_of(draw_normal(random) * l->sigma_thousandths / 1000));
}

static uint64_t draw_shape(const struct model_latency *l, struct random *random)
{
    switch (l->shape) {
    case MODEL_UNIFORM:
        return random_below(random, l->scale_ns + 1);
    case MODEL_EXPONENTIAL:
        return scaled(l->scale_ns, draw_exponential(random));
    case MODEL_LOGNORMAL:
        return draw_lognormal(l, random);
    default:
        return l->scale_ns;
    }
}

uint64_t model_latency_draw(const struct model_latency *l, struct random *random)
{
    u128 ns = (u128)l->least_ns + draw_shape(l, random);
    if (l->tail_per_million && random_below(random, 1000000) < l->tail_per_million)
        ns *= l->tail_factor;
    return clipped(ns);
}
