/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_OPERATION_H
#define SERVICE_OPERATION_H

/* GraphQL operations of a service file: checked with the file, and made part of a target. */

#include "service/set.h"

/* Reports what is wrong with a service's operations: documents that are none, an operationType
 * that is not the document's, variables that the operation does not declare or use, a
 * graphqlEndpoint that leads elsewhere. */
void service_operations_check(const struct node *root, struct problems *problems);

/* Fills what a target has of an operation, its base_url being filled: where to send it, its
 * text, and whether it may be repeated. -1: CONFIG_INVALID. */
int service_operation_fill(const struct service *service, const struct node *operation,
                           struct target *out, struct error *err);

#endif
