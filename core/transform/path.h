/* SPDX-License-Identifier: MIT */
#ifndef TRANSFORM_PATH_H
#define TRANSFORM_PATH_H

/* A path, read once: its steps with the keys that they are written as. For this module alone.
 */

#include "base/error.h"
#include "base/json_path.h"

struct step {
    struct slice name;
    struct slice key; /* the name as a JSON string */
    size_t index;
    bool indexed; /* `index` says which element */
    bool all;     /* each element */
};

struct path {
    struct step *steps;
    size_t count;
    char *text;         /* the names */
    struct buffer keys; /* their JSON */
};

/* -1: CONFIG_INVALID. */
int transform_path_read(struct path *path, const char *text, struct error *err);
void transform_path_free(struct path *path);

bool transform_step_equal(const struct step *a, const struct step *b);

/* Is this key of an object the step's name? Escapes in the key are decoded. */
bool transform_step_is(const struct step *step, struct slice raw_key);

/* The member or element that a step leads to; its data is NULL if there is none. Of members
 * with the same key the last counts, as for other readers of JSON. */
struct slice transform_step_find(const struct step *step, struct slice value);

static inline bool transform_is_object(struct slice value)
{
    return value.data[0] == '{';
}

static inline bool transform_is_array(struct slice value)
{
    return value.data[0] == '[';
}

/* Appends what comes before a member in an object or array that is being written: a comma but
 * for the first, and the key, if it has one. */
void transform_put_key(struct slice key, bool *first, struct buffer *out);

#endif
