/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_ADDRESS_H
#define TRANSPORT_ADDRESS_H

/*
 * The URL of one request after another, as libcurl takes it with the least work.
 *
 * libcurl parses the text of a URL anew for each request and prints it back, which is a sixth
 * of all it does for a small answer. But most requests of a batch differ only behind the host.
 * So the scheme and host are parsed once, and path and query are put in as they are, as long as
 * parsing would not change a byte of them.
 */

#include "base/buffer.h"

#include <curl/curl.h>
#include <stdbool.h>

/* {0} is empty. */
struct address {
    CURLU *parts;         /* what libcurl parsed `base` to, and the latest path and query */
    struct buffer base;   /* "https://host:port" */
    struct buffer target; /* the latest path and query, cut in two */
    bool has_query;
};

/* Makes `parts` say the same as `url`. False: it cannot, and libcurl has to take the text. The
 * handle then says something else and must not be used. */
bool address_set(struct address *address, const char *url);

void address_free(struct address *address);

#endif
