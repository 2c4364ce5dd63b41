/* SPDX-License-Identifier: MIT */
#include "transport/model_server.h"

typedef unsigned __int128 u128;

static bool within(uint64_t at_ns, uint64_t from_ns, uint64_t until_ns)
{
    return at_ns >= from_ns && at_ns < until_ns;
}

/* What is beyond the clock is its end. */
static uint64_t percent_of(uint64_t value, uint32_t percent)
{
    u128 share = (u128)value * percent / 100;
    return share < UINT64_MAX ? (uint64_t)share : UINT64_MAX;
}

/* Slow start: a share of the capacity as large as the share of the time that has passed. */
static uint64_t started_share(const struct model_options *o, uint64_t elapsed_ns)
{
    if (elapsed_ns >= o->slow_start_ns)
        return o->capacity;
    return (uint64_t)((u128)o->capacity * elapsed_ns / o->slow_start_ns);
}

uint32_t model_capacity_at(const struct model_options *o, uint64_t at_ns, uint64_t first_ns)
{
    uint64_t places = started_share(o, at_ns - first_ns);
    for (size_t i = 0; i < o->brownout_count; i++)
        if (within(at_ns, o->brownouts[i].from_ns, o->brownouts[i].until_ns))
            places = percent_of(places, o->brownouts[i].capacity_percent);
    return places ? (uint32_t)places : 1;
}

uint64_t model_next_rise(const struct model_options *o, uint64_t at_ns, uint64_t first_ns)
{
    uint64_t rise_ns = UINT64_MAX;
    for (size_t i = 0; i < o->brownout_count; i++)
        if (within(at_ns, o->brownouts[i].from_ns, o->brownouts[i].until_ns) &&
            o->brownouts[i].until_ns < rise_ns)
            rise_ns = o->brownouts[i].until_ns;
    if (at_ns - first_ns < o->slow_start_ns) {
        u128 places = started_share(o, at_ns - first_ns) + 1;
        uint64_t step_ns = first_ns + (uint64_t)((places * o->slow_start_ns + o->capacity - 1) /
                                                 o->capacity);
        rise_ns = step_ns < rise_ns ? step_ns : rise_ns;
    }
    return rise_ns;
}

uint64_t model_stretch(const struct model_options *o, uint64_t at_ns, uint64_t latency_ns)
{
    for (size_t i = 0; i < o->brownout_count; i++)
        if (within(at_ns, o->brownouts[i].from_ns, o->brownouts[i].until_ns))
            latency_ns = percent_of(latency_ns, o->brownouts[i].latency_percent);
    return latency_ns;
}

enum model_trouble model_outage_at(const struct model_options *o, uint64_t at_ns,
                                   unsigned *status)
{
    for (size_t i = 0; i < o->outage_count; i++) {
        if (!within(at_ns, o->outages[i].from_ns, o->outages[i].until_ns))
            continue;
        *status = o->outages[i].status;
        return o->outages[i].trouble;
    }
    return MODEL_WELL;
}

enum model_trouble model_fault_draw(const struct model_options *o, struct random *random,
                                    unsigned *status)
{
    uint64_t drawn = o->fault_count ? random_below(random, 1000000) : 0;
    for (size_t i = 0; i < o->fault_count; i++) {
        if (drawn < o->faults[i].per_million) {
            *status = o->faults[i].status;
            return o->faults[i].trouble;
        }
        drawn -= o->faults[i].per_million;
    }
    return MODEL_WELL;
}

bool model_window_take(struct model_window *w, const struct model_limit *limit, uint64_t at_ns)
{
    if (at_ns >= w->ends_ns) {
        w->ends_ns = at_ns - at_ns % limit->per_ns + limit->per_ns;
        w->used = 0;
    }
    if (w->used == limit->count)
        return false;
    w->used++;
    return true;
}
