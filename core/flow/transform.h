/* SPDX-License-Identifier: MIT */
#ifndef FLOW_TRANSFORM_H
#define FLOW_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* What an endpoint's `transform` asks for, as its file says it: steps in order, each first
 * `fields` (what to keep), then `rename`. The holder owns every string. */
struct transform_rename {
    char *from, *to;
};

struct transform_step {
    bool has_fields; /* an empty list keeps nothing; none keeps all */
    char **fields;
    size_t field_count;
    struct transform_rename *renames;
    size_t rename_count;
};

struct transform_steps {
    struct transform_step *items;
    size_t count; /* 0: no transform */
};

/* Frees what the steps hold and leaves them empty. */
static inline void transform_steps_free(struct transform_steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct transform_step *step = &steps->items[i];
        for (size_t j = 0; j < step->field_count; j++)
            free(step->fields[j]);
        for (size_t j = 0; j < step->rename_count; j++) {
            free(step->renames[j].from);
            free(step->renames[j].to);
        }
        free(step->fields);
        free(step->renames);
    }
    free(steps->items);
    *steps = (struct transform_steps){0};
}

#endif
