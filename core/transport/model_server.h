/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_MODEL_SERVER_H
#define TRANSPORT_MODEL_SERVER_H

/*
 * How the modelled server is at a time: its capacity, its troubles, its limit. All times are
 * counted from the model's start. Knows no attempts.
 */

#include "base/random.h"
#include "transport/model.h"

/* So many places at `at_ns`, at least 1. `first_ns` is when the first request came. */
uint32_t model_capacity_at(const struct model_options *options, uint64_t at_ns,
                           uint64_t first_ns);

/* The first time after `at_ns` at which there may be more places; UINT64_MAX: never. */
uint64_t model_next_rise(const struct model_options *options, uint64_t at_ns,
                         uint64_t first_ns);

/* A latency as brown-outs stretch it. */
uint64_t model_stretch(const struct model_options *options, uint64_t at_ns,
                       uint64_t latency_ns);

/* What befalls a request that comes at `at_ns`; fills `*status` for MODEL_STATUS. */
enum model_trouble model_outage_at(const struct model_options *options, uint64_t at_ns,
                                   unsigned *status);
enum model_trouble model_fault_draw(const struct model_options *options, struct random *random,
                                    unsigned *status);

/* The present window of a limit. {0} before the first request. */
struct model_window {
    uint64_t ends_ns;
    uint64_t used;
};

/* Counts a request; false: it is above the limit. There must be one. */
bool model_window_take(struct model_window *window, const struct model_limit *limit,
                       uint64_t at_ns);

#endif
