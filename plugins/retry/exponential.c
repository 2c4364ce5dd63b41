/* SPDX-License-Identifier: MIT */
/*
 * exponential: waits longer each time, and not for the same time as everybody else.
 *
 * The k-th further attempt has a ceiling c = min(cap, base * factor^(k-1)), and `jitter` says
 * where below it the delay lies. Items that failed together then do not come back together:
 *
 *      none          |                       c      always c
 *      full          [=======================]      0 to c
 *      equal         |           [===========]      c/2 to c
 *      decorrelated      [===== ... =====]          base to 3 times the delay before, up to cap
 *
 * (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. In the experiment
 * there, full needs the fewest calls, so it is the default.)
 *
 * All is exact: delays are whole nanoseconds, each in the range, its ends included, is equally
 * likely, and nothing overflows. A factor counts in thousandths.
 *
 * Decorrelated needs the delay before. Nothing is kept for it: each item has a random sequence
 * of its own, made from one seed and its index, and its delays are drawn again from the first.
 * That costs one draw for each attempt so far, and no memory however many items wait.
 *
 * Throttled answers have no longer base of their own, as AWS's clients have: the scheduler
 * pushback already holds the whole batch back after a 429.
 */
#include <ovrmnd/retry.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ATTEMPTS, BASE, FACTOR, CAP, JITTER, DEADLINE, OPTION_COUNT };
enum jitter { JITTER_NONE, JITTER_FULL, JITTER_EQUAL, JITTER_DECORRELATED };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [ATTEMPTS] = {.name = "attempts",
                  .help = "How many further attempts an item gets after its first",
                  .type = OVRMND_INTEGER,
                  .unit = "attempts",
                  .fallback = "3",
                  .least = "0",
                  .most = "1000"},
    [BASE] = {.name = "base",
              .help = "The longest delay before the first of them",
              .type = OVRMND_DURATION,
              .fallback = "200ms",
              .most = "366d"},
    [FACTOR] = {.name = "factor",
                .help = "How many times longer each next delay may be; without effect on "
                        "decorrelated jitter",
                .type = OVRMND_NUMBER,
                .fallback = "2",
                .least = "1",
                .most = "1000"},
    [CAP] = {.name = "cap",
             .help = "No delay is longer than this",
             .type = OVRMND_DURATION,
             .fallback = "20s",
             .most = "366d"}, /* rule R2 of retry.h */
    [JITTER] = {.name = "jitter",
                .help = "Where the delay lies: always the longest (none), anywhere below it "
                        "(full), in its upper half (equal), or between base and three times "
                        "the delay before (decorrelated)",
                .type = OVRMND_CHOICE,
                .choices = "none|full|equal|decorrelated",
                .fallback = "full"},
    [DEADLINE] = {.name = "deadline",
                  .help = "Give up an item rather than start an attempt later than this after "
                          "its first; if not given, there is no such limit",
                  .type = OVRMND_DURATION,
                  .least = "1ms"},
};

struct exponential {
    const struct ovrmnd_host *host;
    uint32_t attempts;
    enum jitter jitter;
    uint64_t base_ns, cap_ns;
    uint64_t deadline_ns;  /* UINT64_MAX: none */
    uint64_t seed;         /* of the items' own sequences */
    uint64_t ceiling_ns[]; /* for each further attempt, from the first */
};

static uint64_t at_most(uint64_t value, uint64_t most)
{
    return value < most ? value : most;
}

static uint64_t add_or_end_of_time(uint64_t ns, uint64_t more_ns)
{
    return ns + at_most(more_ns, UINT64_MAX - ns);
}

/* ---- randomness ---- */

/* Where random bits come from: the host, or an item's own sequence. */
struct source {
    const struct ovrmnd_host *host; /* NULL: the sequence */
    uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t bits(struct source *source)
{
    if (source->host)
        return source->host->random(source->host);
    return mix(source->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* Uniform from `least` to `most`, both included. The few values that would make some results
 * likelier than others are drawn again (D. Lemire, "Fast random integer generation in an
 * interval", 2019). */
static uint64_t between(struct source *source, uint64_t least, uint64_t most)
{
    uint64_t count = most - least + 1; /* never 0: delays end far below 2^64 */
    uint64_t excess = -count % count;
    unsigned __int128 product;
    do {
        product = (unsigned __int128)bits(source) * count;
    } while ((uint64_t)product < excess);
    return least + (uint64_t)(product >> 64);
}

/* ---- delays ---- */

static uint64_t decorrelated(const struct exponential *e, uint64_t item, uint32_t number)
{
    struct source own = {.state = mix(e->seed ^ mix(item))};
    uint64_t delay_ns = at_most(e->base_ns, e->cap_ns);
    uint64_t least_ns = delay_ns;
    for (uint32_t i = 0; i < number; i++) /* the cap is at most 366 days: no overflow */
        delay_ns = at_most(e->cap_ns, between(&own, least_ns, 3 * delay_ns));
    return delay_ns;
}

/* The delay before the `number`-th further attempt, from 1. */
static uint64_t delay(const struct exponential *e, uint64_t item, uint32_t number)
{
    struct source source = {.host = e->host};
    uint64_t ceiling_ns = e->ceiling_ns[number - 1];
    switch (e->jitter) {
    case JITTER_FULL:
        return between(&source, 0, ceiling_ns);
    case JITTER_EQUAL:
        return between(&source, ceiling_ns / 2, ceiling_ns);
    case JITTER_DECORRELATED:
        return decorrelated(e, item, number);
    default:
        return ceiling_ns;
    }
}

/* When the engine would start it: not before the server allows it. */
static bool too_late(const struct exponential *e, uint64_t at_ns,
                     const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome)
{
    if ((outcome->flags & OVRMND_OUTCOME_RETRY_AFTER) && outcome->not_before_ns > at_ns)
        at_ns = outcome->not_before_ns;
    return at_ns > add_or_end_of_time(attempt->first_ns, e->deadline_ns);
}

static struct ovrmnd_verdict exponential_decide(void *self, uint64_t now_ns,
                                                const struct ovrmnd_attempt *attempt,
                                                const struct ovrmnd_outcome *outcome)
{
    const struct exponential *e = self;
    const struct ovrmnd_verdict give_up = {.action = OVRMND_GIVE_UP};
    if (attempt->number == 0 || attempt->number > e->attempts)
        return give_up;
    uint64_t at_ns = add_or_end_of_time(now_ns, delay(e, attempt->item, attempt->number));
    if (e->deadline_ns != UINT64_MAX && too_late(e, at_ns, attempt, outcome))
        return give_up;
    return (struct ovrmnd_verdict){.action = OVRMND_AGAIN, .at_ns = at_ns};
}

/* ---- set up ---- */

/* Rounded down at each step; once at the cap, it stays there. */
static void fill_ceilings(struct exponential *e, uint64_t thousandths)
{
    uint64_t ceiling_ns = at_most(e->base_ns, e->cap_ns);
    for (uint32_t i = 0; i < e->attempts; i++) {
        e->ceiling_ns[i] = ceiling_ns;
        unsigned __int128 next_ns = (unsigned __int128)ceiling_ns * thousandths / 1000;
        ceiling_ns = next_ns < e->cap_ns ? (uint64_t)next_ns : e->cap_ns;
    }
}

static void *exponential_create(const struct ovrmnd_host *host,
                                const struct ovrmnd_options *given, struct ovrmnd_text *why)
{
    const struct ovrmnd_value *values = given->values;
    size_t attempts = (size_t)values[ATTEMPTS].integer;
    struct exponential *e = calloc(1, sizeof *e + attempts * sizeof *e->ceiling_ns);
    if (!e) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    e->host = host;
    e->attempts = (uint32_t)attempts;
    e->jitter = (enum jitter)values[JITTER].integer;
    e->base_ns = (uint64_t)values[BASE].integer;
    e->cap_ns = (uint64_t)values[CAP].integer;
    e->deadline_ns = values[DEADLINE].given ? (uint64_t)values[DEADLINE].integer : UINT64_MAX;
    e->seed = host->random(host);
    fill_ceilings(e, (uint64_t)(values[FACTOR].number * 1000 + 0.5));
    return e;
}

static const struct ovrmnd_retry functions = {
    .size = sizeof functions,
    .create = exponential_create,
    .destroy = free,
    .decide = exponential_decide,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_RETRY,
    .name = "exponential",
    .version = "1.0.0",
    .summary = "Tries again after growing, random delays",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
