/* SPDX-License-Identifier: MIT */
#ifndef TRANSFORM_RENAME_H
#define TRANSFORM_RENAME_H

/*
 * `rename`: one value moves from a path to another, and the text around it is copied. Both
 * paths are the same up to their last `[*]`; a move happens in each element that this names.
 * For this module alone.
 */

#include "transform/path.h"

struct renaming {
    struct path from, to;
    size_t shared; /* steps up to the last `[*]` */
    size_t lifts;  /* of them, those at the start that are all `[*]` */
    bool idle;     /* to where it is already */
};

/* -1: CONFIG_INVALID. */
int transform_renaming_init(struct renaming *r, const char *from, const char *to,
                            struct error *err);
void transform_renaming_fini(struct renaming *r);

/* Appends the value with the rename done to a buffer without limit. `most_lifts` is the largest
 * of the step's renames. False: there is nothing to rename, and what was appended is to be
 * dropped. */
bool transform_rename(const struct renaming *r, size_t most_lifts, struct slice value,
                      struct buffer *out);

/* What is done to each value that the first `steps` of a path lead to. As transform_rename. */
struct rename_way {
    const struct renaming *first; /* whose path it is */
    size_t steps;
    bool (*rename)(const void *context, size_t level, struct slice value, struct buffer *out);
    const void *context;
};

bool transform_rename_way(const struct rename_way *way, size_t most_lifts, struct slice value,
                          struct buffer *out);

#endif
