/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_ENVIRONMENT_H
#define SERVICE_ENVIRONMENT_H

/*
 * Environment variables in service files: ${NAME}, with NAME of letters, digits and '_'. Any
 * other text with a dollar sign stays as it is.
 *
 * The process environment comes first, then `.env` in the working directory:
 *
 *     # a comment
 *     export NAME=value      # 'export' is allowed; a comment needs a space before its '#'
 *     NAME='as it stands'    # may go on over several lines, as the next
 *     NAME="with \n for a line feed"
 *
 * Values are not expanded. A variable that is set but empty counts as set.
 */

#include "service/yaml.h"

#define DOT_ENV ".env"

struct environment {
    char **names;
    char **values;
    size_t count;
};

/* Reads a `.env` file; without one, `out` is empty. What it cannot make sense of it skips with
 * a warning. The caller frees with service_environment_free. */
void service_environment_read(struct environment *out, const char *path);

/* As service_environment_read, for text; `path` is its name in warnings. */
void service_environment_parse(struct environment *out, const char *path, struct slice text);
void service_environment_free(struct environment *environment);

/* The value of a variable; NULL: it is not set. Borrowed. */
const char *service_environment_get(const struct environment *environment, const char *name);

/* A debug line: where the variable has its value from, which is not shown, and where it is
 * used.
 */
void service_environment_trace(const struct environment *environment, const char *name,
                               const char *where);

/* The NAME of a "${NAME}" at the start of `text`; an empty slice: there is none. */
struct slice service_environment_name(struct slice text);

/* Appends a text with each ${NAME} replaced, once: what a value holds is not looked at again.
 * Values are registered as secrets. `at` is the node where the text stands. -1:
 * ENV_VAR_NOT_FOUND, or CONFIG_INVALID when `out` reaches its limit. */
int service_environment_replace(const struct environment *environment, struct slice text,
                                const struct node *at, struct buffer *out, struct error *err);

/* Appends a node as JSON, with each ${NAME} in its texts (not its keys) replaced; or, where
 * `environment` is NULL, with texts as they stand, which cannot fail. -1: as
 * service_environment_replace. */
int service_environment_json(const struct environment *environment, const struct node *node,
                             struct buffer *json, struct error *err);

#endif
