/* SPDX-License-Identifier: MIT */
#include "service/environment.h"
#include "service/operation.h"
#include "service/path_names.h"
#include "service/schema.h"

#include <search.h>
#include <stdlib.h>
#include <strings.h>

bool service_is_graphql(const struct node *root)
{
    const char *type = service_node_text(root, "apiType");
    if (type)
        return strcmp(type, "graphql") == 0;
    return service_node_get(root, "graphqlOperations") || !service_node_get(root, "endpoints");
}

static bool has_items(const struct node *root, const char *key)
{
    const struct node *list = service_node_get(root, key);
    return list && list->count > 0;
}

static const struct node *name_of(const struct node *item)
{
    return service_node_get(item, "name");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct node *)a)->text, ((const struct node *)b)->text);
}

static void keep(void *name)
{
    (void)name;
}

/* Names given twice in a list; leaves the tree of names for the caller to free. */
static void check_unique(const struct node *list, const char *what, struct problems *problems,
                         void **names)
{
    for (size_t i = 0; list && i < list->count; i++) {
        const struct node *name = name_of(list->members[i].value);
        const struct node *const *first = tfind(name, names, compare_names);
        char excerpt[EXCERPT_SIZE];
        if (!first)
            tsearch(name, names, compare_names);
        else
            service_problem_add(
                problems, name,
                "%s '%s' is declared twice, first at %s:%u:%u; names must differ", what,
                service_excerpt(name->text, excerpt), name->file, (*first)->line,
                (*first)->column);
    }
}

static void check_references(const struct node *aliases, const char *what, void *const *names,
                             struct problems *problems)
{
    for (size_t i = 0; aliases && i < aliases->count; i++) {
        const struct node *alias = aliases->members[i].value;
        const struct node *endpoint = service_node_get(alias, "endpoint");
        char name[EXCERPT_SIZE], excerpt[EXCERPT_SIZE];
        if (!tfind(endpoint, names, compare_names))
            service_problem_add(problems, endpoint,
                                "alias '%s' stands for '%s', which is no %s of this service",
                                service_excerpt(name_of(alias)->text, name),
                                service_excerpt(endpoint->text, excerpt), what);
    }
}

/* What each kind of service cannot do without. */
static void check_needs(const struct node *root, bool graphql, struct problems *problems)
{
    bool typed = service_node_get(root, "apiType") != NULL;
    if (!typed && !service_node_get(root, "endpoints") &&
        !service_node_get(root, "graphqlOperations"))
        service_problem_add(problems, root,
                            "'endpoints' is missing; expected a list of endpoints (or "
                            "'graphqlOperations')");
    else if (!has_items(root, graphql ? "graphqlOperations" : "endpoints"))
        service_problem_add(problems, root, "a %s service needs at least one of '%s'",
                            graphql ? "GraphQL" : "REST",
                            graphql ? "graphqlOperations" : "endpoints");
    else if (graphql && !service_node_get(root, "graphqlEndpoint"))
        service_problem_add(problems, root,
                            "'graphqlEndpoint' is missing; expected a path such as /graphql");
}

/* Is each '{' of a path the begin of a {name} or a ${VARIABLE}? */
static void check_path(const struct node *path, struct problems *problems)
{
    struct path_names names = service_path_names(path->text);
    struct slice name;
    enum path_answer answer;
    while ((answer = service_path_names_next(&names, &name)) == PATH_NAME)
        ;
    if (answer == PATH_OPEN)
        service_problem_add(problems, path,
                            "'path' has a '{' without a name and a '}' after it; expected a "
                            "path such as /users/{id}, and %%7B for the character");
    else if (answer == PATH_NO_VARIABLE)
        service_problem_add(problems, path,
                            "'path' has a '${' that begins no variable; expected ${NAME}, of "
                            "letters, digits and '_'");
}

static void check_path_names(const struct node *root, struct problems *problems)
{
    const struct node *endpoints = service_node_get(root, "endpoints");
    for (size_t i = 0; endpoints && i < endpoints->count; i++)
        check_path(service_node_get(endpoints->members[i].value, "path"), problems);
}

/* A certificate may hold its key, but a key alone is of no use. */
static void check_tls(const struct node *tls, struct problems *problems)
{
    const struct node *key = service_node_get(tls, "key");
    if (key && !service_node_get(tls, "cert"))
        service_problem_add(problems, key,
                            "'key' needs 'cert' beside it, the certificate that it belongs to");
}

const char *service_key_header(const struct node *endpoint)
{
    const struct node *key = service_node_get(endpoint, "idempotencyKey");
    if (!key || (key->kind == NODE_BOOL && strcmp(key->text, "true") != 0))
        return NULL;
    return key->kind == NODE_TEXT ? key->text : "Idempotency-Key";
}

/* The header of a key of our own must be in no other use. */
static void check_key_header(const struct node *endpoint, const char *taken,
                             struct problems *problems)
{
    const char *name = service_key_header(endpoint);
    const struct node *headers = service_node_get(endpoint, "headers");
    if (!name)
        return;
    bool found = taken && strcasecmp(taken, name) == 0;
    for (size_t i = 0; headers && i < headers->count; i++)
        found = found || strcasecmp(headers->members[i].key, name) == 0;
    if (found)
        service_problem_add(problems, service_node_get(endpoint, "idempotencyKey"),
                            "'idempotencyKey' takes the header '%s', which the file sets to "
                            "something else too; expected a header of its own",
                            name);
}

static void check_key_headers(const struct node *root, const char *list,
                              struct problems *problems)
{
    const struct node *entries = service_node_get(root, list);
    const char *taken = service_node_text(service_node_get(root, "authentication"), "header");
    for (size_t i = 0; entries && i < entries->count; i++)
        check_key_header(entries->members[i].value, taken, problems);
}

const char service_rules_json[] =
    ",\"if\":{\"anyOf\":[{\"required\":[\"apiType\"],\"properties\":{\"apiType\":{\"const\":"
    "\"graphql\"}}},{\"not\":{\"required\":[\"apiType\"]},\"required\":[\"graphqlOperations\"]}"
    "]},"
    "\"then\":{\"required\":[\"graphqlOperations\",\"graphqlEndpoint\"],\"properties\":"
    "{\"graphqlOperations\":{\"minItems\":1}}},"
    "\"else\":{\"required\":[\"endpoints\"],\"properties\":{\"endpoints\":{\"minItems\":1}}}";

const char service_tls_rules_json[] = ",\"dependentRequired\":{\"key\":[\"cert\"]}";

void service_rules_check(const struct node *root, struct problems *problems)
{
    bool graphql = service_is_graphql(root);
    const char *what = graphql ? "operation" : "endpoint";
    void *endpoints = NULL, *operations = NULL, *aliases = NULL;
    check_needs(root, graphql, problems);
    check_unique(service_node_get(root, "endpoints"), "endpoint", problems, &endpoints);
    check_unique(service_node_get(root, "graphqlOperations"), "operation", problems,
                 &operations);
    check_unique(service_node_get(root, "aliases"), "alias", problems, &aliases);
    service_operations_check(root, problems);
    check_key_headers(root, "endpoints", problems);
    check_key_headers(root, "graphqlOperations", problems);
    check_path_names(root, problems);
    check_tls(service_node_get(root, "tls"), problems);
    check_references(service_node_get(root, "aliases"), what,
                     graphql ? &operations : &endpoints, problems);
    tdestroy(endpoints, keep);
    tdestroy(operations, keep);
    tdestroy(aliases, keep);
}
