/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_SET_H
#define SERVICE_SET_H

/* The inside of a service set: for set.c, find.c and info.c. */

#include "service/environment.h"
#include "service/schema.h"
#include "service/service.h"

/* One file, sound or not. */
struct service_file {
    char *path;
    unsigned folder; /* 0 is the nearest */
    struct document document;
    char *name;      /* what it declares, as far as can be told; NULL: cannot be told */
    bool unreadable; /* not YAML, or not to be opened: there is no document */
    struct problems problems;
    struct problems advice; /* of a file without problems, once asked for */
};

/* One service, of a file without problems. */
struct service {
    const char *name;
    const struct node *root;
    const char *file;
    unsigned folder;
    bool project; /* of the working directory, and so perhaps of somebody else */
    bool graphql;
};

struct service_set {
    struct service_file *files;
    size_t file_count;
    struct service *services; /* by name */
    size_t service_count;
    struct environment environment;
    bool project;  /* the nearest folder is the project's, not the user's own */
    char *folders; /* ".ovrmnd or ~/.ovrmnd", for messages */
};

/* A service's endpoints or operations, whichever it has; NULL: none. */
const struct node *service_entries(const struct service *service);

/* Makes a target of an endpoint and, unless NULL, the alias it was called by. */
int service_target_fill(const struct service_set *set, const struct service *service,
                        const struct node *endpoint, const struct node *alias,
                        struct target *out, struct error *err);

#endif
