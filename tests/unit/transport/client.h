/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TRANSPORT_CLIENT_H
#define TESTS_TRANSPORT_CLIENT_H

/*
 * What the transport's tests share: a hostile server, a transport, and calls made of a shape, a
 * request and an attempt.
 */

#include "base/clock.h"
#include "flow/ports.h"
#include "unit/transport/hostile.h"

struct client {
    struct hostile *server;
    struct clock clock;
    struct transport *transport;

    /* The transport remembers shapes by their address, so no two calls share one. */
    struct request_shape shapes[256];
    unsigned shape_count;
};

/* One request with all that it borrows. */
struct call {
    struct request_shape *shape; /* in the client, until it closes */
    struct request request;
    struct attempt attempt;
};

void client_open(struct client *client, hostile_handler *handler);
void client_close(struct client *client);

/* A call to `path` of the server, or to another URL altogether; GET. */
void call_init(struct call *call, struct client *client, const char *path);
void call_fini(struct call *call);

void call_set_method(struct call *call, const char *method, bool idempotent);
void call_set_body(struct call *call, const char *body);

/* Puts it on the wire, as the engine does. */
void call_start(struct call *call, struct client *client);

/* Starts it, waits for it, and checks that just it comes back. */
void call_run(struct call *call, struct client *client);

/* Waits for any attempt; fails the test after 10 s. */
struct attempt *client_await(struct client *client);

#endif
