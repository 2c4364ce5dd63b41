/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_TRACE_H
#define TRANSPORT_TRACE_H

/* What goes over the wire, on stderr: for --debug, and called under it alone. Headers that
 * carry secrets are named without their values; bodies are cut. */

#include "transport/slot.h"

/* A request that is about to be sent, redirects included. */
void trace_request(const struct slot *slot);

/* How long the parts of the slot's last transfer took. */
void trace_timing(const struct slot *slot);

/* An attempt that is over. */
void trace_response(const struct attempt *attempt);

#endif
