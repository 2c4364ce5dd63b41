/* SPDX-License-Identifier: MIT */
#include "service/advice.h"

#include "base/names.h"
#include "service/path_names.h"
#include "service/variables.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct advice {
    const struct service_set *set;
    const struct node *root;
    struct problems *warnings;
};

static const char *name_of(const struct node *entry, char to[EXCERPT_SIZE])
{
    return service_excerpt(service_node_text(entry, "name"), to);
}

/* ---- the service ---- */

static void advise_base_url(const struct advice *a)
{
    const struct node *url = service_node_get(a->root, "baseUrl");
    if (url->length && url->text[url->length - 1] == '/')
        service_problem_add(a->warnings, url, "Base URL ends with a slash");
    const char *host = strstr(url->text, "://");
    size_t length = host ? strcspn(host + 3, ":/?#") : 0;
    if (host && ((length == 9 && strncasecmp(host + 3, "localhost", 9) == 0) ||
                 (length == 9 && strncmp(host + 3, "127.0.0.1", 9) == 0)))
        service_problem_add(a->warnings, url, "Base URL points to localhost");
}

static void advise_authentication(const struct advice *a)
{
    const struct node *authentication = service_node_get(a->root, "authentication");
    if (!authentication)
        service_problem_add(a->warnings, a->root,
                            "No authentication configured. API calls may fail if "
                            "authentication is required.");
    else if (strcmp(service_node_text(authentication, "type"), "apikey") == 0 &&
             !service_node_get(authentication, "header"))
        service_problem_add(a->warnings, authentication,
                            "API Key authentication without header field will use default "
                            "header \"X-API-Key\"");
}

/* ---- endpoints ---- */

static void advise_headers(const struct advice *a, const struct node *endpoint, bool get)
{
    const struct node *headers = service_node_get(endpoint, "headers");
    char name[EXCERPT_SIZE];
    for (size_t i = 0; headers && i < headers->count; i++) {
        const char *key = headers->members[i].key;
        if (get && strcasecmp(key, "Content-Type") == 0)
            service_problem_add(a->warnings, headers->members[i].value,
                                "Content-Type header on GET endpoint '%s' is unusual",
                                name_of(endpoint, name));
        if (name_is_credential(key, strlen(key)))
            service_problem_add(a->warnings, headers->members[i].value,
                                "Authentication header in endpoint '%s' headers; expected it "
                                "in 'authentication'",
                                name_of(endpoint, name));
    }
}

static void advise_endpoint(const struct advice *a, const struct node *endpoint)
{
    const char *method = service_node_text(endpoint, "method");
    const struct node *path = service_node_get(endpoint, "path");
    const struct node *cache = service_node_get(endpoint, "cacheTTL");
    const struct node *defaults = service_node_get(endpoint, "defaultParams");
    bool get = strcmp(method, "GET") == 0;
    char name[EXCERPT_SIZE];
    name_of(endpoint, name);
    if (path->text[0] != '/')
        service_problem_add(a->warnings, path, "Endpoint '%s' path should start with '/'",
                            name);
    if (defaults && defaults->count && (get || strcmp(method, "DELETE") == 0))
        service_problem_add(a->warnings, defaults,
                            "%s endpoint '%s' has defaultParams that will be sent as query "
                            "parameters",
                            method, name);
    if (cache && !get)
        service_problem_add(a->warnings, cache,
                            "Cache TTL on non-GET endpoint '%s' will be ignored", name);
    advise_headers(a, endpoint, get);
}

static void advise_operation(const struct advice *a, const struct node *operation)
{
    const struct node *cache = service_node_get(operation, "cacheTTL");
    char name[EXCERPT_SIZE];
    if (cache && strcmp(service_node_text(operation, "operationType"), "mutation") == 0)
        service_problem_add(a->warnings, cache, "Cache TTL on mutation '%s' will be ignored",
                            name_of(operation, name));
    advise_headers(a, operation, false);
}

/* ---- aliases ---- */

static bool has_arg(const struct node *args, struct slice name)
{
    for (size_t i = 0; args && i < args->count; i++)
        if (slice_equal(slice_of(args->members[i].key), name))
            return true;
    return false;
}

/* An alias need not give every path parameter, but then each call has to. */
static void advise_alias(const struct advice *a, const struct node *alias)
{
    const struct node *endpoint = service_node_named(service_node_get(a->root, "endpoints"),
                                                     service_node_text(alias, "endpoint"));
    const struct node *args = service_node_get(alias, "args");
    struct path_names names = service_path_names(endpoint ? service_node_text(endpoint, "path")
                                                          : "");
    struct slice missing;
    char name[EXCERPT_SIZE];
    while (service_path_names_next(&names, &missing) == PATH_NAME) {
        if (has_arg(args, missing))
            continue;
        service_problem_add(a->warnings, alias,
                            "Alias '%s' missing required path parameters: %.*s",
                            name_of(alias, name),
                            (int)(missing.length < 60 ? missing.length : 60), missing.data);
        return;
    }
}

/* ---- the environment ---- */

/* "${NAME:-default}" and the like, which shells know and service files do not. What follows is
 * not shown: it may be a part of a secret that happens to have these signs in it. */
static void advise_no_variable(const struct advice *a, const struct node *node, const char *at)
{
    if (strchr(at, '}'))
        service_problem_add(a->warnings, node,
                            "'${' here begins no variable and stays as it stands; expected "
                            "${NAME}, of letters, digits and '_', without a default");
}

static void advise_variable(void *context, const char *name, const struct node *node,
                            const char *at)
{
    const struct advice *a = context;
    if (!name) {
        advise_no_variable(a, node, at);
        return;
    }
    const char *value = service_environment_get(&a->set->environment, name);
    if (!value || !*value)
        service_problem_add(a->warnings, node, "Environment variable '%s' is not set", name);
}

static void each(const struct advice *a, const char *list,
                 void (*advise)(const struct advice *a, const struct node *entry))
{
    const struct node *entries = service_node_get(a->root, list);
    for (size_t i = 0; entries && i < entries->count; i++)
        advise(a, entries->members[i].value);
}

void service_advise(const struct service_set *set, const struct node *root,
                    struct problems *warnings)
{
    struct advice a = {set, root, warnings};
    advise_base_url(&a);
    advise_authentication(&a);
    each(&a, "endpoints", advise_endpoint);
    each(&a, "graphqlOperations", advise_operation);
    each(&a, "aliases", advise_alias);
    service_variables_each(root, advise_variable, &a);
}
