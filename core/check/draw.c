/* SPDX-License-Identifier: MIT */
#include "check/draw.h"

#include "base/units.h"

#define UNKNOWN_ERROR 77u        /* numbers grow */
#define UNKNOWN_FLAG  (1u << 20) /* and so do bits */

uint64_t draw_step_ns(struct random *random)
{
    static const uint64_t steps[] = {
        0, 1, NS_PER_US, NS_PER_MS, 50 * NS_PER_MS, NS_PER_S, 60 * NS_PER_S, 86400 * NS_PER_S};
    uint64_t most = steps[random_below(random, random_below(random, 8) ? 6 : 8)];
    return random_below(random, 2) ? most : random_below(random, most + 1);
}

uint64_t draw_time_ns(struct random *random, uint64_t now_ns)
{
    static const uint64_t odd[] = {0, 1, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};
    switch (random_below(random, 4)) {
    case 0:
        return odd[random_below(random, 5)];
    case 1:
        return now_ns - random_below(random, now_ns + 1);
    default:
        return now_ns + random_below(random, 100 * NS_PER_S);
    }
}

/* What the server says of its limits. */
static void draw_limits(struct random *random, struct ovrmnd_outcome *o, bool calm)
{
    uint64_t now_ns = o->finished_ns;
    if ((o->status == 429 || o->status == 503) && random_below(random, 2)) {
        o->flags |= OVRMND_OUTCOME_RETRY_AFTER;
        o->not_before_ns = calm ? now_ns + random_below(random, 10 * NS_PER_S)
                                : draw_time_ns(random, now_ns);
    }
    if (random_below(random, 4) == 0) {
        o->flags |= OVRMND_OUTCOME_LIMIT;
        o->limit_remaining = calm ? random_below(random, 100) : draw_time_ns(random, 10);
        o->limit_reset_ns = calm ? now_ns + random_below(random, 60 * NS_PER_S)
                                 : draw_time_ns(random, now_ns);
    }
    if (!calm && random_below(random, 16) == 0)
        o->flags |= UNKNOWN_FLAG;
}

static struct ovrmnd_outcome outcome_of(struct random *random, uint32_t status, uint32_t error,
                                        uint64_t started_ns, uint64_t now_ns, bool calm)
{
    struct ovrmnd_outcome o = {.size = sizeof o,
                               .status = status,
                               .error = error,
                               .started_ns = started_ns,
                               .finished_ns = now_ns,
                               .bytes_out = random_below(random, 1000)};
    if (status) {
        o.first_byte_ns = started_ns + random_below(random, now_ns - started_ns + 1);
        o.bytes_in = random_below(random, 100000);
    }
    if (status == 200)
        o.flags |= OVRMND_OUTCOME_SUCCESS;
    if (status == 429 || error == OVRMND_ERROR_RESOLVE || error == OVRMND_ERROR_CONNECT)
        o.flags |= OVRMND_OUTCOME_UNAPPLIED;
    draw_limits(random, &o, calm);
    return o;
}

static struct ovrmnd_outcome draw_failure(struct random *random, uint64_t started_ns,
                                          uint64_t now_ns, bool calm)
{
    static const uint32_t statuses[] = {404, 408, 425, 429, 429, 429, 500, 502, 503, 599};
    if (random_below(random, 3))
        return outcome_of(random, statuses[random_below(random, 10)], OVRMND_ERROR_NONE,
                          started_ns, now_ns, calm);
    uint32_t error = 1 + (uint32_t)random_below(random, OVRMND_ERROR_LOCAL);
    if (!calm && random_below(random, 16) == 0)
        error = UNKNOWN_ERROR;
    return outcome_of(random, 0, error, started_ns, now_ns, calm);
}

struct ovrmnd_outcome draw_outcome(struct random *random, uint64_t started_ns, uint64_t now_ns,
                                   bool calm)
{
    if (random_below(random, 2))
        return outcome_of(random, 200, OVRMND_ERROR_NONE, started_ns, now_ns, calm);
    return draw_failure(random, started_ns, now_ns, calm);
}
