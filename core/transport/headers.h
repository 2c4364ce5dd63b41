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

/* One list; each member is where a part of it begins, and the next part follows. */
struct shape_headers {
    const struct request_shape *shape;
    struct curl_slist
        *posted;              /* what libcurl must not add by itself to a request with a body */
    struct curl_slist *all;   /* credentials */
    struct curl_slist *plain; /* the shape's other lines */
    struct curl_slist *ours;  /* the user agent and so on, where the shape has no such line */
};

/* User-Agent and Accept-Encoding. libcurl has options for them, but prints each of their lines
 * twice for every request, byte by byte. */
#define HEADERS_OURS 2

/* The lists of all shapes seen. */
struct header_cache {
    char *ours[HEADERS_OURS]; /* NULL: not sent */
    struct shape_headers *shapes;
    size_t count;
};

/* `user_agent` may be NULL. */
void header_cache_init(struct header_cache *cache, const char *user_agent);

struct shape_headers header_cache_get(struct header_cache *cache,
                                      const struct request_shape *shape);
void header_cache_fini(struct header_cache *cache);

/* A slot's own nodes. {0} is empty. */
struct header_chain {
    struct curl_slist *nodes;
    size_t count, capacity;
    struct buffer text; /* lines that libcurl wants in another form */
};

/* What a redirect takes away. */
#define HEADERS_DROP_SECRET  1u /* to another origin: credentials, tokens, cookies, Host */
#define HEADERS_DROP_CONTENT 2u /* a request that lost its body: Content-... */

/* The list for one request: `own` are its lines, each ended by NUL; `posts` if it has a body,
 * be it an empty one. The list may be NULL, lives until the next call with the same chain and
 * borrows from all that is passed. -1: a line has a line break in it and must not be sent. */
int header_chain_build(struct header_chain *chain, const struct shape_headers *shared,
                       const struct buffer *own, bool posts, unsigned drop,
                       struct curl_slist **list);
void header_chain_free(struct header_chain *chain);

#endif
