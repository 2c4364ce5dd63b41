/* SPDX-License-Identifier: MIT */
#ifndef REQUEST_TEMPLATE_H
#define REQUEST_TEMPLATE_H

/*
 * An endpoint's path, taken apart once: "/users/{id}/orders?state={state}&sort=date".
 *
 * Its parts alternate between text that stays and names to be filled in; the query that stands
 * in the path itself is taken apart into pairs, since a parameter of the same name replaces
 * one.
 */

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>

/* Text that stays, or the name of a parameter. Slices look into the template's own copy. */
struct template_part {
    struct slice text;
    bool is_name;
};

/* A run of parts in `template.parts`. */
struct template_run {
    size_t first, count;
};

struct template_pair {
    struct slice key; /* as it stands, percent-encoding included */
    bool has_value;   /* "a=" has one, "a" has none */
    struct template_run value;
};

struct template
{
    char *text;
    struct template_part *parts;
    size_t part_count;
    struct template_run path;
    struct template_pair *pairs;
    size_t pair_count;
    const char **names; /* each name once */
    size_t name_count;
};

/* Takes a path apart. A fragment is dropped. -1: CONFIG_INVALID, an unclosed or empty {}. */
int template_init(struct template *t, const char *path, struct error *err);
void template_fini(struct template *t);

/* Which of `names` this is; -1: none. */
int template_name_index(const struct template *t, struct slice name);

#endif
