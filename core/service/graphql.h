/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_GRAPHQL_H
#define SERVICE_GRAPHQL_H

/*
 * A GraphQL document as a service file holds it: is it one by the grammar (GraphQL
 * specification, October 2021, sections 2.1 to 2.12), and what does its operation declare?
 * Only executable documents: operations and fragments. No schema is known, so types and fields
 * are not checked.
 */

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum graphql_kind { GRAPHQL_QUERY, GRAPHQL_MUTATION, GRAPHQL_SUBSCRIPTION };

/* "query", "mutation", "subscription" */
const char *graphql_kind_name(enum graphql_kind kind);

struct graphql_variable {
    struct slice name; /* without the $ */
    bool required;     /* its type ends with "!" and it has no default */
    bool used;         /* anywhere in the document */
};

/* The first operation of a document, which is the one that is called. Slices are of its text.
 */
struct graphql_document {
    enum graphql_kind kind;
    struct slice name; /* NULL data: it has none */
    struct graphql_variable *variables;
    size_t variable_count;
};

/* Reads `text`. -1: CONFIG_INVALID, "line 2, column 5: what was expected", nothing to free. */
int graphql_read(struct slice text, struct graphql_document *out, struct error *err);
void graphql_free(struct graphql_document *document);

const struct graphql_variable *graphql_find_variable(const struct graphql_document *document,
                                                     struct slice name);

#endif
