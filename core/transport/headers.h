/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_HEADERS_H
#define TRANSPORT_HEADERS_H

/*
 * Header lines as libcurl wants them: linked lists, which it borrows.
 *
 * A shape's list is made once and shared by all its requests. A request with lines of its own
 * puts nodes for them in front of the shared list; the nodes belong to its slot and point at
 * the request's text, so that a request costs no allocation.
 */

#include "flow/request.h"

#include <curl/curl.h>

struct shape_headers {
    const struct request_shape *shape;
    struct curl_slist *all;   /* credentials first */
    struct curl_slist *plain; /* the rest of `all`, without credentials */
};

/* The lists of all shapes seen. {0} is empty. */
struct header_cache {
    struct shape_headers *shapes;
    size_t count;
};

struct shape_headers header_cache_get(struct header_cache *cache,
                                      const struct request_shape *shape);
void header_cache_free(struct header_cache *cache);

/* A slot's own nodes. {0} is empty. */
struct header_chain {
    struct curl_slist *nodes;
    size_t count, capacity;
    struct buffer text; /* lines that libcurl wants in another form */
};

/* What a redirect takes away. */
#define HEADERS_DROP_SECRET  1u /* to another origin: credentials, tokens, cookies, Host */
#define HEADERS_DROP_CONTENT 2u /* a request that lost its body: Content-... */

/* The list for one request: `own` are its lines, each ended by NUL. The list lives until the
 * next call with the same chain and borrows from all that is passed. NULL: a line has a line
 * break in it and must not be sent. */
struct curl_slist *header_chain_build(struct header_chain *chain,
                                      const struct shape_headers *shared,
                                      const struct buffer *own, unsigned drop);
void header_chain_free(struct header_chain *chain);

#endif
