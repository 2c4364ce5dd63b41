/* SPDX-License-Identifier: MIT */

/*
 * `ovrmnd list`: what the service files declare. Nothing is replaced: ${NAME} is shown as it
 * stands, so no secret can be.
 */

#include "base/json.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/print.h"
#include "service/environment.h"
#include "service/path_names.h"
#include "service/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list_options {
    const char *config;
    bool pretty, debug, help;
};

#define FIELD(name) offsetof(struct list_options, name)

static const struct option rows[] = {
    {.name = "pretty",
     .type = OPTION_FLAG,
     .field = FIELD(pretty),
     .help = "for people: a table instead of JSON"},
    OPTION_ROW_CONFIG(NULL, FIELD(config)),
    OPTION_ROW_DEBUG(FIELD(debug)),
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

const struct option_table list_option_table = {
    .command = "list",
    .usage = "list services|endpoints|aliases [SERVICE] [OPTIONS]",
    .summary =
        "Lists what the service files declare, as JSON. Endpoints and aliases are those of\n"
        "one SERVICE.",
    .examples = "  ovrmnd list services --pretty\n"
                "  ovrmnd list endpoints github | jq -r '.endpoints[].name'\n",
    .options = rows,
};

/* ---- services ---- */

/* Is all of it one ${NAME}? */
static bool is_variable(struct slice text)
{
    struct slice name = service_environment_name(text);
    return name.length > 0 && name.length + 3 == text.length;
}

/* The base URL, without a password that is written in it, or the token in place of a user. One
 * from the environment is a ${NAME} still. */
static void add_base_url(const char *url, struct buffer *json)
{
    const char *scheme = strstr(url, "://"), *user = scheme ? scheme + 3 : NULL;
    const char *at = user ? memrchr(user, '@', strcspn(user, "/?#")) : NULL;
    const char *colon = at ? memchr(user, ':', (size_t)(at - user)) : NULL;
    const char *secret = colon && colon + 1 < at ? colon + 1 : user;
    struct buffer text = {0};
    if (at && !is_variable((struct slice){secret, (size_t)(at - secret)})) {
        buffer_append(&text, url, (size_t)(secret - url));
        buffer_append_format(&text, "***%s", at);
        url = buffer_text(&text);
    }
    print_member(json, "baseUrl", url);
    buffer_free(&text);
}

static void add_services(const struct service_set *set, struct buffer *json)
{
    buffer_append_text(json, "{\"services\":[");
    for (size_t i = 0; i < service_set_count(set); i++) {
        struct service_info info = service_set_info(set, i);
        buffer_append_text(json, i ? ",{" : "{");
        print_member(json, "name", info.name);
        add_base_url(info.base_url, json);
        print_member(json, "authentication", info.authentication);
        buffer_append_format(json, ",\"endpoints\":%zu,\"aliases\":%zu}", info.endpoint_count,
                             info.alias_count);
    }
    buffer_append_text(json, "]}");
}

/* ---- endpoints ---- */

static bool came_before(const char *path, struct slice name)
{
    struct path_names names = service_path_names(path);
    struct slice at;
    while (service_path_names_next(&names, &at) == PATH_NAME && at.data < name.data)
        if (slice_equal(at, name))
            return true;
    return false;
}

/* The {names} of a path, in order, each once. */
static void add_path_names(const char *path, struct buffer *json)
{
    buffer_append_char(json, '[');
    size_t before = json->length;
    struct path_names names = service_path_names(path);
    struct slice name;
    while (service_path_names_next(&names, &name) == PATH_NAME) {
        if (came_before(path, name))
            continue;
        if (json->length > before)
            buffer_append_char(json, ',');
        json_string_encode(name, json);
    }
    buffer_append_char(json, ']');
}

static void add_endpoint(const struct service_set *set, size_t service, size_t endpoint,
                         bool graphql, struct buffer *json)
{
    struct service_endpoint_info info = service_set_endpoint(set, service, endpoint);
    buffer_append_text(json, endpoint ? ",{" : "{");
    print_member(json, "name", info.name);
    print_member(json, graphql ? "type" : "method", info.method);
    if (!graphql)
        print_member(json, "path", info.path);
    if (info.cache_ttl) {
        print_key(json, "cacheTTL");
        buffer_append_text(json, info.cache_ttl);
    }
    print_key(json, graphql ? "variables" : "parameters");
    if (graphql)
        service_set_endpoint_params(set, service, endpoint, json);
    else
        add_path_names(info.path, json);
    buffer_append_char(json, '}');
}

static void add_endpoints(const struct service_set *set, size_t service, struct buffer *json)
{
    struct service_info info = service_set_info(set, service);
    bool graphql = strcmp(info.api_type, "graphql") == 0;
    buffer_append_char(json, '{');
    print_member(json, "service", info.name);
    print_member(json, "apiType", info.api_type);
    print_key(json, graphql ? "operations" : "endpoints");
    buffer_append_char(json, '[');
    for (size_t i = 0; i < info.endpoint_count; i++)
        add_endpoint(set, service, i, graphql, json);
    buffer_append_text(json, "]}");
}

/* ---- aliases ---- */

#define ARGS_SHOWN 3

/* "id=1, sort=\"name\", ... (2 more)", or "None" */
static void describe_args(struct slice args, struct buffer *text)
{
    struct json_cursor cursor = json_members(args);
    struct slice key, value;
    size_t count = 0;
    for (; json_next(&cursor, &key, &value); count++) {
        if (count >= ARGS_SHOWN)
            continue;
        if (count)
            buffer_append_text(text, ", ");
        json_string_decode(key, text);
        buffer_append_char(text, '=');
        buffer_append_slice(text, value);
    }
    if (count > ARGS_SHOWN)
        buffer_append_format(text, ", ... (%zu more)", count - ARGS_SHOWN);
    if (!count)
        buffer_append_text(text, "None");
}

static void add_alias(const struct service_set *set, size_t service, size_t alias,
                      struct buffer *json)
{
    struct service_alias_info info = service_set_alias(set, service, alias);
    struct buffer args = {0}, description = {0};
    service_set_alias_args(set, service, alias, &args);
    describe_args(buffer_slice(&args), &description);
    buffer_append_text(json, alias ? ",{" : "{");
    print_member(json, "name", info.name);
    print_member(json, "endpoint", info.endpoint);
    print_key(json, "description");
    json_string_encode(buffer_slice(&description), json);
    print_key(json, "args");
    buffer_append_slice(json, buffer_slice(&args));
    buffer_append_char(json, '}');
    buffer_free(&args);
    buffer_free(&description);
}

static void add_aliases(const struct service_set *set, size_t service, struct buffer *json)
{
    struct service_info info = service_set_info(set, service);
    buffer_append_char(json, '{');
    print_member(json, "service", info.name);
    print_key(json, "aliases");
    buffer_append_char(json, '[');
    for (size_t i = 0; i < info.alias_count; i++)
        add_alias(set, service, i, json);
    buffer_append_text(json, "]}");
}

/* ---- the command ---- */

static const char *const resources[] = {"services", "endpoints", "aliases"};
enum resource { SERVICES, ENDPOINTS, ALIASES, RESOURCES };

static int find_resource(const char *word, enum resource *out, struct error *err)
{
    for (unsigned i = 0; word && i < RESOURCES; i++)
        if (strcmp(word, resources[i]) == 0) {
            *out = (enum resource)i;
            return 0;
        }
    if (!word) {
        error_set(err, ERROR_USAGE, "say what to list: services, endpoints or aliases");
    } else {
        const char *nearest = suggest_nearest(word, resources, RESOURCES);
        error_set(err, ERROR_USAGE,
                  "'%s' cannot be listed; expected services, endpoints or aliases", word);
        if (nearest)
            return error_help(err, "did you mean '%s'?", nearest);
    }
    return error_help(err, "for example: ovrmnd list services");
}

static int find_service(const struct service_set *set, const char *name, size_t *out,
                        struct error *err)
{
    size_t count = service_set_count(set);
    for (*out = 0; *out < count; (*out)++)
        if (strcmp(service_set_info(set, *out).name, name) == 0)
            return 0;
    return service_set_explain(set, name, err);
}

/* A file that cannot be used is told, and the others are listed. */
static void warn_of_broken(const struct service_set *set)
{
    struct error err;
    for (size_t i = 0; i < service_set_file_count(set); i++)
        if (service_set_problem_count(set, i)) {
            err = *service_set_problem(set, i, 0);
            error_help(&err, "'ovrmnd validate' says more");
            command_fail(&err);
        }
}

static int list(const struct service_set *set, enum resource resource, const char *name,
                struct buffer *json, struct error *err)
{
    size_t service;
    if (resource == SERVICES) {
        warn_of_broken(set);
        add_services(set, json);
        return 0;
    }
    if (!name)
        return error_set(err, ERROR_USAGE, "Service name is required when listing %s",
                         resources[resource]);
    if (find_service(set, name, &service, err))
        return -1;
    warn_of_broken(set);
    if (resource == ENDPOINTS)
        add_endpoints(set, service, json);
    else
        add_aliases(set, service, json);
    return 0;
}

/* What a person wants to see is the list alone. */
static struct slice inner_list(struct slice json)
{
    struct json_cursor cursor = json_members(json);
    struct slice key, value;
    while (json_next(&cursor, &key, &value))
        if (json_type(value) == JSON_ARRAY)
            return value;
    return json;
}

static int run(void *values, char **words, int count, struct error *err)
{
    const struct list_options *o = values;
    enum resource resource = SERVICES;
    if (find_resource(count > 0 ? words[0] : NULL, &resource, err))
        return -1;
    if (count > 2)
        return error_set(err, ERROR_USAGE,
                         "'%s' is one word too many; expected list %s [SERVICE]", words[2],
                         words[0]);
    struct service_set *set = service_set_load(o->config, err);
    if (!set)
        return -1;
    for (size_t i = 0; i < service_set_file_count(set); i++)
        service_set_trace(set, i);
    struct buffer json = {0};
    int status = list(set, resource, count > 1 ? words[1] : NULL, &json, err);
    struct slice value = buffer_slice(&json);
    if (!status)
        status = print_json(o->pretty ? inner_list(value) : value,
                            o->pretty ? PRINT_PRETTY : PRINT_COMPACT, err);
    buffer_free(&json);
    service_set_free(set);
    return status;
}

int command_list(int argc, char **argv)
{
    struct list_options o = {0};
    return command_do(&list_option_table, argc, argv, &o, run);
}
