/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_HTTP_H
#define TRANSPORT_HTTP_H

/*
 * The transport port on libcurl: HTTP/1.1 and HTTP/2 over one loop, connections reused.
 *
 * Whoever opens it closes it. Attempts that are on the wire at `http_close` are forgotten: they
 * do not come back. A request_shape must stay in place until the transport is closed, since
 * what is made from it (its header list) is kept for all its requests.
 */

#include "base/clock.h"
#include "base/error.h"
#include "flow/ports.h"
#include "flow/tls.h"

struct http_options {
    struct clock *clock;    /* the engine's; borrowed until the transport is closed */
    struct tls_files tls;   /* borrowed until the transport is closed */
    const char *user_agent; /* "ovrmnd/0.1.0"; NULL: none is sent. Copied */
};

/* Also raises the soft limit of file descriptors to the hard one. NULL: libcurl or the system
 * refused, and `err` says what. */
struct transport *http_open(const struct http_options *options, struct error *err);

void http_close(struct transport *transport);

/* How many attempts the limit of file descriptors leaves room for, with 64 kept in reserve; at
 * least 1. Raises the soft limit to the hard one first. */
unsigned http_max_parallel(void);

#endif
