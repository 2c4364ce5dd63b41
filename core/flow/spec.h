/* SPDX-License-Identifier: MIT */
#ifndef FLOW_SPEC_H
#define FLOW_SPEC_H

#include <stddef.h>
#include <stdlib.h>

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

/* Frees what the spec holds and leaves it empty. */
static inline void spec_free(struct spec *spec)
{
    for (size_t i = 0; i < spec->count; i++) {
        free(spec->options[i].name);
        free(spec->options[i].value);
        free(spec->options[i].where);
    }
    free(spec->options);
    free(spec->name);
    free(spec->where);
    *spec = (struct spec){0};
}

#endif
