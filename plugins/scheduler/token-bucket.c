/* SPDX-License-Identifier: MIT */
/*
 * token-bucket: at most so many attempts in so long.
 *
 * The bucket is kept upside down, as a meter of what is owed. Each attempt pours in its cost;
 * the bucket leaks at the allowed rate; an attempt may start when what it pours in still fits:
 *
 *      cost of an attempt
 *              |
 *              v
 *          |       |  <- burst: full to here, nothing more fits
 *          |~~~~~~~|  <- owed
 *          |_______|
 *              |
 *              v
 *        leaks `count` in each `per_ns`, down to empty and no further
 *
 * It begins empty, so what starts in any stretch T, its ends included, costs at most
 * floor(rate * T) + burst. (J. Turner, "New directions in communications", IEEE Communications
 * Magazine, October 1986; the Generic Cell Rate Algorithm of ITU-T I.371 is the same.)
 *
 * All is exact. One unit of cost is kept as `per_ns` drops, of which `count` leak away each
 * nanosecond: then every quantity is a whole number, whatever the rate. Products take 128 bits
 * and cannot overflow: count, per_ns and burst are under 2^63, times and costs under 2^64, and
 * what is owed stays under burst + one attempt.
 *
 * The price is paid in `started`, at the time when the attempt really starts: tokens reserved
 * ahead and used late would exceed the limit.
 *
 * An attempt that costs more than `burst` could never fit. It starts when nothing is owed and
 * owes all of its cost: so nothing hangs, and over time the rate holds; only the bound above
 * then has the largest cost in the place of burst.
 *
 * `strict` is what people read into "100 per minute": no window of a minute has more than 100,
 * where the bucket alone allows 100 + burst. See `struct ring`.
 */
#include <ovrmnd/scheduler.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NS_PER_10_MS UINT64_C(10000000)
#define LONGEST_WAIT UINT64_C(31622400000000000) /* 366 days: rule S1 allows no longer one */

enum { RATE, BURST, STRICT, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [RATE] = {.name = "rate",
              .help = "How many attempts may start in how long",
              .type = OVRMND_RATE,
              .flags = OVRMND_REQUIRED},
    [BURST] = {.name = "burst",
               .help = "How many may start at once after a pause; if not given, 1 and what the "
                       "rate allows in 10 ms",
               .type = OVRMND_INTEGER,
               .unit = "attempts",
               .least = "1"},
    [STRICT] =
        {.name = "strict",
         .help = "Let no window of the rate's length hold more than its number, wherever "
                 "the window lies",
         .type = OVRMND_BOOL,
         .fallback = "false"},
};

typedef unsigned __int128 drops;

/*
 * The last `count` units of cost, each as the time when its window is over: the window that
 * begins with a start holds at most `count`, so the place that the start took is free again
 * `per_ns` later. Starts come in order of time, so the places get free in that order too, from
 * `oldest` around the ring.
 */
#define MOST_PLACES UINT64_C(1000000)

struct ring {
    uint64_t *free_ns; /* `count` of them; 0: never taken. NULL: not strict */
    uint64_t oldest;
};

struct token_bucket {
    uint64_t count, per_ns; /* the rate */
    uint64_t burst;
    drops owed;         /* at `owed_ns`; it has leaked since */
    uint64_t owed_ns;   /* when the last attempt started */
    struct ring strict; /* holds beside the bucket */
};

static uint64_t at_most(uint64_t value, uint64_t most)
{
    return value < most ? value : most;
}

static uint64_t add_or_end_of_time(uint64_t ns, uint64_t more_ns)
{
    return ns + at_most(more_ns, UINT64_MAX - ns);
}

/* A clock that stands still or, against its promise, runs backwards leaks nothing. */
static drops owed_at(const struct token_bucket *bucket, uint64_t now_ns)
{
    uint64_t elapsed_ns = now_ns > bucket->owed_ns ? now_ns - bucket->owed_ns : 0;
    drops leaked = (drops)elapsed_ns * bucket->count;
    return leaked < bucket->owed ? bucket->owed - leaked : 0;
}

/* The first nanosecond from `now_ns` on in which a further `cost` fits into the bucket. */
static uint64_t bucket_agrees_ns(const struct token_bucket *bucket, uint64_t now_ns,
                                 uint64_t cost)
{
    drops owed = owed_at(bucket, now_ns);
    drops room = (drops)(bucket->burst - at_most(cost, bucket->burst)) * bucket->per_ns;
    if (owed <= room)
        return now_ns;
    drops wait_ns = (owed - room - 1) / bucket->count + 1; /* rounded up */
    return add_or_end_of_time(now_ns,
                              wait_ns < LONGEST_WAIT ? (uint64_t)wait_ns : LONGEST_WAIT);
}

/* The place in the ring that gets free `nth` after the oldest. */
static uint64_t *ring_place(const struct token_bucket *bucket, uint64_t nth)
{
    return &bucket->strict.free_ns[(bucket->strict.oldest + nth) % bucket->count];
}

/* When as many places are free as `cost` takes; it never takes more than there are. */
static uint64_t ring_agrees_ns(const struct token_bucket *bucket, uint64_t now_ns,
                               uint64_t cost)
{
    if (!bucket->strict.free_ns || cost == 0)
        return now_ns;
    uint64_t free_ns = *ring_place(bucket, at_most(cost, bucket->count) - 1);
    return free_ns > now_ns ? at_most(free_ns, add_or_end_of_time(now_ns, LONGEST_WAIT))
                            : now_ns;
}

static void ring_take(struct token_bucket *bucket, uint64_t now_ns, uint64_t cost)
{
    if (!bucket->strict.free_ns)
        return;
    uint64_t places = at_most(cost, bucket->count);
    for (uint64_t i = 0; i < places; i++)
        *ring_place(bucket, i) = add_or_end_of_time(now_ns, bucket->per_ns);
    bucket->strict.oldest = (bucket->strict.oldest + places) % bucket->count;
}

static struct ovrmnd_verdict token_bucket_may_start(const void *self, uint64_t now_ns,
                                                    const struct ovrmnd_load *load,
                                                    const struct ovrmnd_attempt *next)
{
    (void)load;
    uint64_t bucket_ns = bucket_agrees_ns(self, now_ns, next->cost);
    uint64_t ring_ns = ring_agrees_ns(self, now_ns, next->cost);
    uint64_t at_ns = bucket_ns > ring_ns ? bucket_ns : ring_ns;
    if (at_ns == now_ns)
        return (struct ovrmnd_verdict){.action = OVRMND_START};
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL, .at_ns = at_ns};
}

static void token_bucket_started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                                 const struct ovrmnd_attempt *attempt)
{
    struct token_bucket *bucket = self;
    (void)load;
    bucket->owed = owed_at(bucket, now_ns) + (drops)attempt->cost * bucket->per_ns;
    if (now_ns > bucket->owed_ns)
        bucket->owed_ns = now_ns;
    ring_take(bucket, bucket->owed_ns, attempt->cost);
}

/* 1, so that anything starts at all, and what the rate allows in 10 ms, rounded up: an engine
 * that wakes up a little late can then still make full use of the rate. */
static uint64_t default_burst(uint64_t count, uint64_t per_ns)
{
    drops in_10_ms = (drops)count * NS_PER_10_MS;
    return 1 + (uint64_t)((in_10_ms + per_ns - 1) / per_ns);
}

static int ring_init(struct token_bucket *bucket, struct ovrmnd_text *why)
{
    if (bucket->count > MOST_PLACES) {
        snprintf(why->data, why->capacity,
                 "strict remembers each start within the rate's window, at most %" PRIu64
                 " of them, not %" PRIu64 "; give the rate for a shorter window",
                 MOST_PLACES, bucket->count);
        return -1;
    }
    bucket->strict.free_ns = calloc(bucket->count, sizeof *bucket->strict.free_ns);
    if (!bucket->strict.free_ns) {
        snprintf(why->data, why->capacity, "out of memory");
        return -1;
    }
    return 0;
}

static void token_bucket_destroy(void *self)
{
    struct token_bucket *bucket = self;
    free(bucket->strict.free_ns);
    free(bucket);
}

static void *token_bucket_create(const struct ovrmnd_host *host,
                                 const struct ovrmnd_options *given, struct ovrmnd_text *why)
{
    (void)host;
    const struct ovrmnd_value *rate = &given->values[RATE], *burst = &given->values[BURST];
    struct token_bucket *bucket = calloc(1, sizeof *bucket);
    if (!bucket) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    bucket->count = (uint64_t)rate->integer;
    bucket->per_ns = rate->per_ns;
    bucket->burst = burst->given ? (uint64_t)burst->integer
                                 : default_burst(bucket->count, bucket->per_ns);
    if (given->values[STRICT].integer && ring_init(bucket, why)) {
        token_bucket_destroy(bucket);
        return NULL;
    }
    return bucket;
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = token_bucket_create,
    .destroy = token_bucket_destroy,
    .may_start = token_bucket_may_start,
    .started = token_bucket_started,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "token-bucket",
    .version = "1.0.0",
    .summary = "At most so many attempts in so long",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
