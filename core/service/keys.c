/* SPDX-License-Identifier: MIT */
#include "service/schema.h"

#define SCHEMA(name, what, table)                                                              \
    static const struct schema name = {what, table, sizeof table / sizeof *table, false}

static const struct key limit_keys[] = {
    {.name = "requestsPerSecond", .form = &form_rate},
    {.name = "burstSize", .form = &form_count},
    {.name = "concurrency", .form = &form_count},
};
SCHEMA(limits, "'rateLimits'", limit_keys);

static const struct key execution_keys[] = {
    {.name = "scheduler", SHAPE_PLUGINS},
    {.name = "retry", SHAPE_PLUGIN},
    {.name = "progress", SHAPE_PLUGIN},
};
SCHEMA(execution, "'execution'", execution_keys);

static const struct key batch_keys[] = {
    {.name = "maxConcurrency", .form = &form_count},
    {.name = "requestsPerSecond", .form = &form_rate},
    {.name = "burstSize", .form = &form_count},
    {.name = "retryOn", SHAPE_VALUES, &form_status},
    {.name = "retryDelay", .form = &form_delay},
};
SCHEMA(batch, "'batchConfig'", batch_keys);

static const struct key authentication_keys[] = {
    {.name = "type", .form = &form_auth_type, .required = true},
    {.name = "token", .form = &form_token, .required = true},
    {.name = "header", .form = &form_header_name},
};
SCHEMA(authentication, "'authentication'", authentication_keys);

static const struct key transform_keys[] = {
    {.name = "fields", SHAPE_PATHS, &form_text},
    {.name = "rename", SHAPE_RENAMES, &form_text},
};
SCHEMA(transform, "a transform", transform_keys);

static const struct key endpoint_keys[] = {
    {.name = "name", .form = &form_name, .required = true},
    {.name = "method", .form = &form_method, .required = true},
    {.name = "path", .form = &form_path, .required = true},
    {.name = "cacheTTL", .form = &form_positive},
    {.name = "headers", SHAPE_HEADERS, &form_header_value},
    {.name = "defaultParams", SHAPE_ENTRIES, &form_any},
    {.name = "transform", SHAPE_STEPS, .members = &transform},
    {.name = "timeout", .form = &form_duration},
    {.name = "connectTimeout", .form = &form_duration},
    {.name = "idempotent", .form = &form_flag},
    {.name = "idempotencyKey", .form = &form_idempotency_key},
    {.name = "batchConfig", SHAPE_MAP, .members = &batch},
};
SCHEMA(endpoint, "an endpoint", endpoint_keys);

static const struct key operation_keys[] = {
    {.name = "name", .form = &form_name, .required = true},
    {.name = "operationType", .form = &form_operation_type, .required = true},
    {.name = "query", .form = &form_text, .required = true},
    {.name = "variables", SHAPE_ENTRIES, &form_any},
    {.name = "headers", SHAPE_HEADERS, &form_header_value},
    {.name = "cacheTTL", .form = &form_positive},
    {.name = "transform", SHAPE_STEPS, .members = &transform},
    {.name = "timeout", .form = &form_duration},
    {.name = "connectTimeout", .form = &form_duration},
    {.name = "idempotent", .form = &form_flag},
    {.name = "idempotencyKey", .form = &form_idempotency_key},
    {.name = "batchConfig", SHAPE_MAP, .members = &batch},
};
SCHEMA(operation, "a GraphQL operation", operation_keys);

static const struct key alias_keys[] = {
    {.name = "name", .form = &form_name, .required = true},
    {.name = "endpoint", .form = &form_name, .required = true},
    {.name = "args", SHAPE_ENTRIES, &form_any},
};
SCHEMA(alias, "an alias", alias_keys);

static const struct key service_keys[] = {
    {.name = "serviceName", .form = &form_name, .required = true},
    {.name = "baseUrl", .form = &form_base_url, .required = true},
    {.name = "apiType", .form = &form_api_type},
    {.name = "authentication", SHAPE_MAP, .members = &authentication},
    {.name = "endpoints", SHAPE_MAPS, .members = &endpoint},
    {.name = "graphqlEndpoint", .form = &form_graphql_endpoint},
    {.name = "graphqlOperations", SHAPE_MAPS, .members = &operation},
    {.name = "aliases", SHAPE_MAPS, .members = &alias},
    {.name = "rateLimits", SHAPE_MAP, .members = &limits},
    {.name = "execution", SHAPE_MAP, .members = &execution},
};
const struct schema schema_service = {"a service file", service_keys,
                                      sizeof service_keys / sizeof *service_keys, true};

static const struct key user_keys[] = {
    {.name = "rateLimits", SHAPE_MAP, .members = &limits},
    {.name = "execution", SHAPE_MAP, .members = &execution},
};
const struct schema schema_user = {"your configuration", user_keys,
                                   sizeof user_keys / sizeof *user_keys, true};
