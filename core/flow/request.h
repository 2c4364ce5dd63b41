/* SPDX-License-Identifier: MIT */
#ifndef FLOW_REQUEST_H
#define FLOW_REQUEST_H

#include "base/buffer.h"

#include <stdint.h>

/* What stays the same for all requests of a batch. Owned by the binder, outlives every request.
 */
struct request_shape {
    const char *method; /* "GET" */
    bool idempotent;    /* by its method, or because the endpoint says so */
    bool graphql;       /* a response says itself whether it is one: data, or errors */
    char **headers;     /* "Name: value", sent as they are; credentials apart */
    unsigned header_count;
    char **credentials; /* header lines that no other origin may see */
    unsigned credential_count;
    const char
        *certificate; /* borrowed; the client certificate, as good as a credential; or NULL */
    uint64_t timeout_ns;         /* for each attempt, connecting included; 0: none */
    uint64_t connect_timeout_ns; /* 0: the transport's default */
    uint64_t max_response_bytes; /* after decompression; 0: no limit */
};

#define FINGERPRINT_BYTES 32

/* What a request is: SHA-256 over its method, URL and body. (Headers are its shape's: the same
 * for a whole batch.) */
struct fingerprint {
    uint8_t bytes[FINGERPRINT_BYTES];
};

/* Which request it is, wherever in the input its item stands: its fingerprint, and how many
 * with the same one came before it. */
struct identity {
    struct fingerprint fingerprint;
    uint64_t ordinal; /* among equals, from 0 */
};

/* An item bound to an endpoint. Whoever holds the struct owns its buffers, which are reset and
 * used again. */
struct request {
    const struct request_shape *shape; /* borrowed */
    struct buffer url;                 /* absolute */
    struct buffer headers; /* further header lines of this request, each ended by a NUL byte */
    struct buffer body;
    bool has_body;            /* an empty body is not the same as none */
    struct identity identity; /* filled when the binder was given ordinals, else zero */
};

#endif
