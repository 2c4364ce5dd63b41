/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_MOCK_EXCHANGE_H
#define SUPPORT_MOCK_EXCHANGE_H

/*
 * One request to the mock API and its answer, from the request line to the last byte. Made
 * when the request line arrives, freed when libmicrohttpd has done with it.
 */

#include "support/mock-behaviour.h"

#include <microhttpd.h>

struct answer {
    unsigned status;
    struct buffer body;
    const char *type;           /* Content-Type; NULL: none */
    const char *header, *value; /* one more header; NULL: none */
    char *value_owned;          /* freed with the answer */
};

struct exchange {
    char *uri; /* as received; owned */
    struct slice method, path, query;
    char *method_owned;
    struct buffer body;
    struct MHD_Connection *connection;
    uint64_t arrived_ns;
    bool begun;   /* headers seen */
    bool counted; /* in the statistics */
    bool hung_up; /* the client left while the answer waited */

    struct behaviour behaviour;
    struct buffer asked; /* the decoded values that `behaviour` points into */
    struct answer answer;
    bool decided, answered;
    size_t released; /* of a body that drips: so much may go */

    /* The list of those that wait: mock-api.c. */
    bool waiting;
    uint64_t due_ns;
    struct exchange *previous, *next;
};

struct exchange *exchange_new(const char *uri, uint64_t now_ns);
void exchange_free(struct exchange *exchange);

/* The headers are in: who asks, and how. */
void exchange_begin(struct exchange *exchange, struct MHD_Connection *connection,
                    const char *method);

/* The last segment of the path, else the query parameter id. May be empty. */
struct slice exchange_id(const struct exchange *exchange);

/* Walks a query string; false at the end. Name and value are not decoded. */
bool query_next(struct slice *rest, struct slice *name, struct slice *value);

/* Appends what the escapes of a query's name or value say. */
void query_decode(struct slice text, struct buffer *out);

/* A query parameter, decoded, appended to `out`; false: there is none. */
bool exchange_parameter(const struct exchange *exchange, const char *name, struct buffer *out);

#endif
