/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_PATH_H
#define BASE_JSON_PATH_H

/*
 * Paths into JSON, as service files write them: names with dots between, `[3]` for an element
 * of an array (the same as `.3`) and `[*]` for each. `items[*].price.net`, `[*].id`, `tags[0]`.
 *
 * A name holds any characters but '.', '[' and ']'.
 */

#include "base/json.h"

#define JSON_PATH_MAX_STEPS 100

struct json_step {
    struct slice name; /* of a member; digits may also be the place of an element */
    bool all;          /* each element; the name is empty */
};

/* What is left of a path to read, and how much was read. */
struct json_path {
    const char *text;
    size_t at, steps;
};

static inline struct json_path json_path_of(const char *text)
{
    return (struct json_path){.text = text};
}

/* The next step, borrowed from the text. 1; 0 at the end; -1 where the text is no path, with
 * `fault` (which may be NULL) filled. */
int json_path_next(struct json_path *path, struct json_step *step, struct json_fault *fault);

bool json_step_equal(struct json_step a, struct json_step b);

/* May what is at one path be renamed to the other? Both whole. Then how many steps they share,
 * up to the last `[*]` of each; -1: no. */
int json_path_shared(const char *from, const char *to);
#define JSON_PATH_RENAME_RULE "both must be the same up to the last [*], with a name after it"

/* Digits that can be the place of an element? Then `*index` is it. */
bool json_step_index(struct json_step step, size_t *index);

#endif
