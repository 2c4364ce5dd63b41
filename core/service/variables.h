/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_VARIABLES_H
#define SERVICE_VARIABLES_H

/* Which ${NAME}s a service file has where they are replaced. */

#include "service/environment.h"

typedef void variable_visit(void *context, const char *name, const struct node *at);

/* Visits each variable once, at the first place that names it. `root` may be NULL. */
void service_variables_each(const struct node *root, variable_visit *visit, void *context);

#endif
