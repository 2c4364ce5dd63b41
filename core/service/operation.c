/* SPDX-License-Identifier: MIT */
#include "service/operation.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "service/graphql.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- checking ---- */

static void check_kind(const struct node *operation, const struct graphql_document *document,
                       struct problems *problems)
{
    const struct node *type = service_node_get(operation, "operationType");
    const char *kind = graphql_kind_name(document->kind);
    if (strcmp(type->text, kind) != 0)
        service_problem_add(problems, type,
                            "'operationType' is %s, but the query text is a %s; expected both "
                            "to say the same",
                            type->text, kind);
}

static const char *nearest_variable(const struct graphql_document *document, const char *name,
                                    char to[EXCERPT_SIZE])
{
    char **names = memory_new(document->variable_count, sizeof *names);
    for (size_t i = 0; i < document->variable_count; i++)
        names[i] = memory_copy_n(document->variables[i].name.data,
                                 document->variables[i].name.length);
    const char *nearest = suggest_nearest(name, (const char *const *)names,
                                          document->variable_count);
    nearest = nearest ? service_excerpt(nearest, to) : NULL;
    for (size_t i = 0; i < document->variable_count; i++)
        free(names[i]);
    free(names);
    return nearest;
}

/* The file's variables must be declared by the operation, and what it declares be used. */
static void check_variables(const struct node *operation,
                            const struct graphql_document *document, struct problems *problems)
{
    const struct node *variables = service_node_get(operation, "variables");
    char excerpt[EXCERPT_SIZE], near[EXCERPT_SIZE];
    for (size_t i = 0; variables && i < variables->count; i++) {
        const struct node_member *member = &variables->members[i];
        if (graphql_find_variable(document, slice_of(member->key)))
            continue;
        const char *nearest = nearest_variable(document, member->key, near);
        service_problem_add(
            problems, member->value, "the query declares no variable '$%s'%s%s%s",
            service_excerpt(member->key, excerpt), nearest ? "; did you mean '" : "",
            nearest ? nearest : "", nearest ? "'?" : "");
    }
    for (size_t i = 0; i < document->variable_count; i++)
        if (!document->variables[i].used)
            service_problem_add(problems, service_node_get(operation, "query"),
                                "the query declares '$%.*s' but does not use it, which servers "
                                "refuse",
                                (int)document->variables[i].name.length,
                                document->variables[i].name.data);
}

static void check_operation(const struct node *operation, struct problems *problems)
{
    const struct node *query = service_node_get(operation, "query");
    struct graphql_document document;
    struct error err;
    if (graphql_read(service_node_slice(query), &document, &err)) {
        service_problem_add(problems, query, "'query' is no GraphQL: in its %s", err.message);
        return;
    }
    check_kind(operation, &document, problems);
    check_variables(operation, &document, problems);
    graphql_free(&document);
}

void service_operations_check(const struct node *root, struct problems *problems)
{
    const struct node *operations = service_node_get(root, "graphqlOperations");
    for (size_t i = 0; operations && i < operations->count; i++)
        check_operation(operations->members[i].value, problems);
}

/* ---- where it goes ---- */

/* The length of "https://host:port" in a URL with a scheme. */
static size_t origin_length(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    return (size_t)(host - url) + strcspn(host, "/?#");
}

static bool has_scheme(const char *reference)
{
    return strncasecmp(reference, "http://", 7) == 0 ||
           strncasecmp(reference, "https://", 8) == 0 || strncmp(reference, "//", 2) == 0;
}

/* As RFC 3986, section 5.2, has it: a path from the root replaces the base's, another one its
 * last segment. A whole URL has to be of the base's origin, since credentials go with it. */
static int resolve(const struct node *endpoint, struct target *out, struct error *err)
{
    const char *reference = endpoint->text;
    size_t origin = origin_length(out->base_url);
    if (has_scheme(reference)) {
        if (strncasecmp(reference, out->base_url, origin) != 0 ||
            origin_length(reference) != origin)
            return service_node_fail(
                endpoint, ERROR_CONFIG_INVALID, err,
                "'graphqlEndpoint' leads to another server than 'baseUrl', "
                "and would take the credentials there; expected a path "
                "such as /graphql");
        reference += origin;
    }
    const char *base_path = out->base_url + origin;
    size_t keep = 0;
    for (size_t i = 0; *reference != '/' && base_path[i] && !strchr("?#", base_path[i]); i++)
        if (base_path[i] == '/')
            keep = i + 1;
    out->path = memory_format("%s%.*s%s", keep || *reference == '/' ? "" : "/", (int)keep,
                              base_path, reference);
    out->base_url[origin] = '\0';
    return 0;
}

/* ---- filling ---- */

static char *json_string(struct slice text)
{
    struct buffer json = {0};
    json_string_encode(text, &json);
    char *copy = memory_copy(buffer_text(&json));
    buffer_free(&json);
    return copy;
}

static void fill_required(const struct graphql_document *document, struct target *out)
{
    out->required = memory_new(document->variable_count, sizeof *out->required);
    for (size_t i = 0; i < document->variable_count; i++)
        if (document->variables[i].required)
            out->required[out->required_count++] = memory_copy_n(
                document->variables[i].name.data, document->variables[i].name.length);
}

int service_operation_fill(const struct service *service, const struct node *operation,
                           struct target *out, struct error *err)
{
    const struct node *query = service_node_get(operation, "query");
    struct graphql_document document;
    if (resolve(service_node_get(service->root, "graphqlEndpoint"), out, err) ||
        graphql_read(service_node_slice(query), &document, err))
        return -1;
    out->query = json_string(service_node_slice(query));
    out->operation_name = document.name.data ? json_string(document.name) : NULL;
    fill_required(&document, out);
    /* A query asks and changes nothing, whatever method carries it. */
    out->reads = document.kind == GRAPHQL_QUERY;
    if (!out->idempotent_set && out->reads)
        out->idempotent_set = out->idempotent = true;
    graphql_free(&document);
    return 0;
}
