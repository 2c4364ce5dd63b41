/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_VARIABLES_H
#define SERVICE_VARIABLES_H

/* Which ${NAME}s a service file has where they are replaced: in what service_set_find fills,
 * and not in names, a GraphQL query or a transform, which are taken as they stand. */

#include "service/environment.h"

/* `at`: its "${" in the text of `node`. `name` is NULL if what begins there is no variable. */
typedef void variable_visit(void *context, const char *name, const struct node *node,
                            const char *at);

/* Visits each variable once, at the first place that names it, and each "${" that begins none.
 * `root` may be NULL. */
void service_variables_each(const struct node *root, variable_visit *visit, void *context);

#endif
