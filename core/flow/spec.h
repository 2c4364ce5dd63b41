/* SPDX-License-Identifier: MIT */
#ifndef FLOW_SPEC_H
#define FLOW_SPEC_H

#include <stddef.h>

/* A plugin asked for by name, with options still as text: what `pool:concurrency=10` and
 * `{ use: pool, concurrency: 10 }` both become. The holder owns every string. */
struct spec_option {
    char *name;
    char *value;
    char *where; /* "--scheduler" or "api.yaml:12:30", for messages */
};

struct spec {
    char *name;
    char *where;
    struct spec_option *options;
    size_t count;
};

#endif
