/* SPDX-License-Identifier: MIT */
#ifndef CLI_INIT_TEMPLATE_H
#define CLI_INIT_TEMPLATE_H

/* The service files that `ovrmnd init` writes. */

#include "base/buffer.h"

enum init_template { INIT_GRAPHQL, INIT_REST };
enum init_authentication { INIT_BEARER, INIT_APIKEY, INIT_NONE };

struct init_values {
    enum init_template template;
    enum init_authentication authentication;
    char *service;
    char *base_url;
    char *variable; /* the environment variable that holds the token */
    char *header;   /* for an API key; NULL: the default */
};

void init_template_write(const struct init_values *values, struct buffer *out);

#endif
