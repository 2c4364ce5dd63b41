/* SPDX-License-Identifier: MIT */
#include "service/advice.h"
#include "service/set.h"

static const struct node *list_of(const struct service_set *set, size_t service, bool aliases)
{
    const struct service *s = &set->services[service];
    return aliases ? service_node_get(s->root, "aliases") : service_entries(s);
}

static void append_map(const struct node *map, struct buffer *json)
{
    if (map)
        service_environment_json(NULL, map, json, NULL);
    else
        buffer_append_text(json, "{}");
}

size_t service_set_count(const struct service_set *set)
{
    return set->service_count;
}

struct service_info service_set_info(const struct service_set *set, size_t service)
{
    const struct service *s = &set->services[service];
    const struct node *entries = list_of(set, service, false);
    const struct node *aliases = list_of(set, service, true);
    const char *type = service_node_text(service_node_get(s->root, "authentication"), "type");
    return (struct service_info){
        .name = s->name,
        .file = s->file,
        .base_url = service_node_text(s->root, "baseUrl"),
        .api_type = s->graphql ? "graphql" : "rest",
        .authentication = type ? type : "none",
        .endpoint_count = entries ? entries->count : 0,
        .alias_count = aliases ? aliases->count : 0,
    };
}

struct service_endpoint_info service_set_endpoint(const struct service_set *set, size_t service,
                                                  size_t endpoint)
{
    const struct node *entry = list_of(set, service, false)->members[endpoint].value;
    const struct node *ttl = service_node_get(entry, "cacheTTL");
    bool graphql = set->services[service].graphql;
    return (struct service_endpoint_info){
        .name = service_node_text(entry, "name"),
        .method = service_node_text(entry, graphql ? "operationType" : "method"),
        .path = service_node_text(entry, "path"),
        .cache_ttl = ttl ? ttl->text : NULL,
    };
}

void service_set_endpoint_params(const struct service_set *set, size_t service, size_t endpoint,
                                 struct buffer *json)
{
    const struct node *entry = list_of(set, service, false)->members[endpoint].value;
    bool graphql = set->services[service].graphql;
    append_map(service_node_get(entry, graphql ? "variables" : "defaultParams"), json);
}

struct service_alias_info service_set_alias(const struct service_set *set, size_t service,
                                            size_t alias)
{
    const struct node *entry = list_of(set, service, true)->members[alias].value;
    return (struct service_alias_info){service_node_text(entry, "name"),
                                       service_node_text(entry, "endpoint")};
}

void service_set_alias_args(const struct service_set *set, size_t service, size_t alias,
                            struct buffer *json)
{
    append_map(service_node_get(list_of(set, service, true)->members[alias].value, "args"),
               json);
}

size_t service_set_file_count(const struct service_set *set)
{
    return set->file_count;
}

const char *service_set_file(const struct service_set *set, size_t file)
{
    return set->files[file].path;
}

size_t service_set_problem_count(const struct service_set *set, size_t file)
{
    return set->files[file].problems.count;
}

const struct error *service_set_problem(const struct service_set *set, size_t file,
                                        size_t problem)
{
    return &set->files[file].problems.errors[problem];
}

const char *service_set_file_service(const struct service_set *set, size_t file)
{
    return set->files[file].name;
}

size_t service_set_advise(struct service_set *set, size_t file)
{
    struct service_file *f = &set->files[file];
    if (!f->problems.count && !f->advice.count)
        service_advise(set, f->document.root, &f->advice);
    return f->advice.count;
}

const struct error *service_set_advice(const struct service_set *set, size_t file,
                                       size_t advice)
{
    return &set->files[file].advice.errors[advice];
}
