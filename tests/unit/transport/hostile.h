/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TRANSPORT_HOSTILE_H
#define TESTS_TRANSPORT_HOSTILE_H

/*
 * A server on 127.0.0.1 that does what the test's handler says, down to the bytes: a thread for
 * the listening socket and one for each connection. It remembers every request that arrived
 * whole, which is how a test proves that one was delivered once.
 */

#include <stdbool.h>
#include <stddef.h>

struct hostile;

struct hostile_request {
    struct hostile *server;
    int fd;
    unsigned connection; /* from 1 */
    unsigned number;     /* on this connection, from 1 */
    char method[16];
    char path[256];
    char head[8192]; /* request line and headers */
    char *body;
    size_t body_length;
};

enum hostile_next {
    HOSTILE_KEEP,  /* read the next request of this connection */
    HOSTILE_CLOSE, /* close it */
    HOSTILE_RESET, /* break it off, so that the client sees a reset */
};

typedef enum hostile_next hostile_handler(struct hostile_request *request);

struct hostile *hostile_start(hostile_handler *handler);
void hostile_stop(struct hostile *server);

unsigned hostile_port(const struct hostile *server);

/* How many whole requests "METHOD /path" arrived, and over how many connections in all. */
unsigned hostile_requests(struct hostile *server, const char *line);
unsigned hostile_connections(struct hostile *server);

/* Sends text, or a response with headers ("Name: value\r\n", may be "") and its Content-Length.
 */
void hostile_send(const struct hostile_request *request, const void *data, size_t length);
void hostile_answer(const struct hostile_request *request, const char *status,
                    const char *headers, const char *body);

/* Waits until the client hangs up. */
void hostile_stall(const struct hostile_request *request);

/* Does the request have this header line ("Name: value")? */
bool hostile_has(const struct hostile_request *request, const char *line);

#endif
