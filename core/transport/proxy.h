/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_PROXY_H
#define TRANSPORT_PROXY_H

/*
 * Which proxy a connection was to go to. libcurl takes proxies from the environment by itself,
 * and does not tell which one it took; so that errors name the one that is to blame, what the
 * environment says is held against what libcurl says of its failure. Nothing here fails.
 */

#include <stdbool.h>

struct proxy {
    char place[128];   /* "127.0.0.1:3128 of http_proxy", never with a name or a password */
    char failure[160]; /* how libcurl begins when it cannot connect to it */
    bool doubtful;     /* no_proxy is set, and may take the URL out */
};

/* Does the environment name a proxy, for whatever URL? */
bool proxy_is_named(void);

/* The one that it names for this URL; false: none. */
bool proxy_find(const char *url, struct proxy *out);

/* Was it the proxy to which no connection came about? `message`: what libcurl says. */
bool proxy_is_to_blame(const struct proxy *proxy, const char *message);

#endif
