/* SPDX-License-Identifier: MIT */
#ifndef TRANSFORM_SELECT_H
#define TRANSFORM_SELECT_H

/*
 * `fields`: the parts of a value that are kept. The paths make a tree, so that those with the
 * same beginning meet in one member of the result, and the source is read once for each level
 * of the tree. For this module alone.
 */

#include "transform/path.h"

struct field;

struct selection {
    struct path *paths;
    size_t path_count;
    struct field *root;
    size_t lifts; /* arrays at the top that a leading `[*]` of every path stands for */
};

/* -1: CONFIG_INVALID. */
int transform_selection_init(struct selection *s, char *const *fields, size_t count,
                             struct error *err);
void transform_selection_fini(struct selection *s);

/* Appends what is kept of a value to a buffer without limit. */
void transform_select(const struct selection *s, struct slice value, struct buffer *out);

#endif
