/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_MODEL_LATENCY_H
#define TRANSPORT_MODEL_LATENCY_H

/* Random times for the modelled server, in fixed point: the same on every machine. Pure but for
 * the stream that they draw from. */

#include "base/random.h"
#include "transport/model.h"

uint64_t model_latency_draw(const struct model_latency *latency, struct random *random);

#endif
