/* SPDX-License-Identifier: MIT */
#ifndef TRANSFORM_TOGETHER_H
#define TRANSFORM_TOGETHER_H

/*
 * Many renames within the same objects, such as `a` to `b`, `c` to `d` and so on, done in one
 * pass over each object, with what one after the other would give. For this module alone.
 */

#include "base/name_table.h"
#include "transform/rename.h"

/* With fewer, one after the other is as fast. */
#define TOGETHER_LEAST 16

struct member {
    struct slice key; /* as it stands; without data: renamed away */
    struct slice value;
    size_t before;      /* the member before it with the same name, plus one; 0: none */
    size_t name_at;     /* a name with escapes, decoded in `names`, */
    size_t name_length; /* and its length */
};

/* What a rename works in: used again and again. {0} is one. */
struct together {
    struct member *members;
    size_t count, room;
    struct buffer names;     /* of keys with escapes */
    struct name_table table; /* the last member of a name, plus one; 0: none any more */
};

/* How many of the renames, from the first on, may be done together. */
size_t transform_together_count(const struct renaming *renames, size_t count);

/* As transform_rename, of `count` renames that may be done together, one after the other. */
bool transform_together(struct together *t, const struct renaming *renames, size_t count,
                        size_t most_lifts, struct slice value, struct buffer *out);

/* Keeps no more than a few thousand names' worth of memory. */
void transform_together_trim(struct together *t);
void transform_together_free(struct together *t);

#endif
