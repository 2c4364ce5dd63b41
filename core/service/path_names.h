/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_PATH_NAMES_H
#define SERVICE_PATH_NAMES_H

/*
 * The {names} of an endpoint's path that are parameters, as requests take them: those before
 * the query, and those in the values of its pairs. In the name of such a pair and behind '#' a
 * brace is a character. A ${VARIABLE} is no parameter. Allocates nothing, and borrows the path.
 */

#include "base/buffer.h"

struct path_names {
    const char *at, *end; /* what is left of a part */
};

enum path_answer {
    PATH_NAME,
    PATH_END,        /* there is no further one */
    PATH_OPEN,       /* a '{' without a name and a '}' after it */
    PATH_NO_VARIABLE /* a "${" that begins no variable */
};

struct path_names service_path_names(const char *path);

/* The next one, in order and as often as it stands there. Of a path of a sound file the answer
 * is PATH_NAME or PATH_END. */
enum path_answer service_path_names_next(struct path_names *names, struct slice *name);

#endif
