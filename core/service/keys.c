/* SPDX-License-Identifier: MIT */
#include "service/schema.h"

#define SCHEMA(name, words, table)                                                             \
    static const struct schema name = {                                                        \
        .what = words, .keys = table, .count = sizeof table / sizeof *table}

/* A row that is part of more than one table. */
#define ROW(...)                                                                               \
    {                                                                                          \
        __VA_ARGS__                                                                            \
    }

#define RATE_KEYS                                                                              \
    ROW(.name = "requestsPerSecond", .form = &form_rate,                                       \
        .help = "Most attempts a second, in every mode: a number, or a rate such as 600/m"),   \
        ROW(.name = "burstSize", .form = &form_count,                                          \
            .help = "How many attempts may start at once after a pause")

static const struct key limit_keys[] = {
    RATE_KEYS,
    {.name = "concurrency",
     .form = &form_count,
     .help = "How many run at once when a batch is asked to be parallel"},
};
SCHEMA(limits, "'rateLimits'", limit_keys);

static const struct key execution_keys[] = {
    {.name = "scheduler",
     .shape = SHAPE_PLUGINS,
     .help = "Schedulers that decide when an attempt may start; several stack"},
    {.name = "retry",
     .shape = SHAPE_PLUGIN,
     .help = "The policy that decides whether and when a failed attempt is tried again"},
    {.name = "progress", .shape = SHAPE_PLUGIN, .help = "How the progress of a batch is shown"},
};
SCHEMA(execution, "'execution'", execution_keys);

static const struct key batch_keys[] = {
    {.name = "maxConcurrency",
     .form = &form_count,
     .help = "How many run at once when a batch is asked to be parallel"},
    RATE_KEYS,
    {.name = "retryOn",
     .shape = SHAPE_VALUES,
     .form = &form_status,
     .help = "HTTP statuses that are worth another attempt"},
    {.name = "retryDelay",
     .form = &form_delay,
     .help = "How long to wait before another attempt: milliseconds, or a duration"},
};
SCHEMA(batch, "'batchConfig'", batch_keys);

static const struct key authentication_keys[] = {
    {.name = "type",
     .form = &form_auth_type,
     .required = true,
     .help = "bearer sends 'Authorization: Bearer TOKEN', apikey a header of its own"},
    {.name = "token",
     .form = &form_token,
     .required = true,
     .help = "The secret, best as ${NAME} from the environment"},
    {.name = "header",
     .form = &form_header_name,
     .help = "The header for an apikey; X-API-Key if left out"},
};
SCHEMA(authentication, "'authentication'", authentication_keys);

static const struct key tls_keys[] = {
    {.name = "ca",
     .form = &form_file,
     .help = "A PEM file with the certificates that vouch for the server, in place of the "
             "system's"},
    {.name = "cert",
     .form = &form_file,
     .help = "A PEM file with the client certificate; relative to this file's folder"},
    {.name = "key",
     .form = &form_file,
     .help = "A PEM file with its private key, if that is not in 'cert'"},
};
static const struct schema tls = {.what = "'tls'",
                                  .keys = tls_keys,
                                  .count = sizeof tls_keys / sizeof *tls_keys,
                                  .json = service_tls_rules_json};

static const struct key transform_keys[] = {
    {.name = "fields",
     .shape = SHAPE_PATHS,
     .form = &form_text,
     .help = "Paths of what is kept of a response"},
    {.name = "rename",
     .shape = SHAPE_RENAMES,
     .form = &form_text,
     .help = "Paths of the response, and what they are called afterwards"},
};
SCHEMA(transform, "a transform", transform_keys);

/* What endpoints and GraphQL operations have in common: three, since the schema shows keys in
 * the order of their tables. */
#define HEADERS_KEY                                                                            \
    ROW(.name = "headers", .shape = SHAPE_HEADERS, .form = &form_header_value,                 \
        .help = "Headers that every request carries")
#define CACHE_KEY                                                                              \
    ROW(.name = "cacheTTL", .form = &form_positive,                                            \
        .help = "For how many seconds a response may be used again")
#define CALL_KEYS                                                                              \
    ROW(.name = "transform", .shape = SHAPE_STEPS, .members = &transform,                      \
        .help = "What is made of a response before it is printed; one step or a list"),        \
        ROW(.name = "timeout", .form = &form_duration,                                         \
            .help = "How long one attempt may take"),                                          \
        ROW(.name = "connectTimeout", .form = &form_duration,                                  \
            .help = "How long connecting may take"),                                           \
        ROW(.name = "idempotent", .form = &form_flag,                                          \
            .help = "May a request be repeated without harm? By default the method tells"),    \
        ROW(.name = "idempotencyKey", .form = &form_idempotency_key,                           \
            .help = "A key by which the server knows a repeated request: true, or the "        \
                    "header's name"),                                                          \
        ROW(.name = "batchConfig", .shape = SHAPE_MAP, .members = &batch,                      \
            .help = "Limits and retries of this endpoint")

static const struct key endpoint_keys[] = {
    {.name = "name",
     .form = &form_name,
     .required = true,
     .help = "What the endpoint is called by: service.name"},
    {.name = "method", .form = &form_method, .required = true, .help = "The HTTP method"},
    {.name = "path",
     .form = &form_path,
     .required = true,
     .help = "The path behind baseUrl; {name} takes the parameter of that name"},
    CACHE_KEY,
    HEADERS_KEY,
    {.name = "defaultParams",
     .shape = SHAPE_ENTRIES,
     .form = &form_any,
     .help = "Parameters for which nobody gave a value"},
    CALL_KEYS,
};
SCHEMA(endpoint, "an endpoint", endpoint_keys);

static const struct key operation_keys[] = {
    {.name = "name",
     .form = &form_name,
     .required = true,
     .help = "What the operation is called by: service.name"},
    {.name = "operationType",
     .form = &form_operation_type,
     .required = true,
     .help = "query reads, mutation changes"},
    {.name = "query",
     .form = &form_text,
     .required = true,
     .help = "The GraphQL text, with one operation"},
    {.name = "variables",
     .shape = SHAPE_ENTRIES,
     .form = &form_any,
     .help = "Variables for which nobody gave a value"},
    HEADERS_KEY,
    CACHE_KEY,
    CALL_KEYS,
};
SCHEMA(operation, "a GraphQL operation", operation_keys);

static const struct key alias_keys[] = {
    {.name = "name",
     .form = &form_name,
     .required = true,
     .help = "What the alias is called by: service.name"},
    {.name = "endpoint",
     .form = &form_name,
     .required = true,
     .help = "The endpoint or operation that it stands for"},
    {.name = "args",
     .shape = SHAPE_ENTRIES,
     .form = &form_any,
     .help = "Parameters that it fills in"},
};
SCHEMA(alias, "an alias", alias_keys);

static const struct key service_keys[] = {
    {.name = "serviceName",
     .form = &form_name,
     .required = true,
     .help = "What the service is called by"},
    {.name = "baseUrl",
     .form = &form_base_url,
     .required = true,
     .help = "Where the API is; every path is put behind it"},
    {.name = "apiType",
     .form = &form_api_type,
     .help = "rest or graphql; if left out, what the service declares tells"},
    {.name = "authentication",
     .shape = SHAPE_MAP,
     .members = &authentication,
     .help = "The credential that every request carries"},
    {.name = "tls",
     .shape = SHAPE_MAP,
     .members = &tls,
     .help = "Certificates, for a private authority or a client certificate"},
    {.name = "endpoints",
     .shape = SHAPE_MAPS,
     .members = &endpoint,
     .help = "The endpoints of a REST service"},
    {.name = "graphqlEndpoint",
     .form = &form_graphql_endpoint,
     .help = "The path of a GraphQL service"},
    {.name = "graphqlOperations",
     .shape = SHAPE_MAPS,
     .members = &operation,
     .help = "The operations of a GraphQL service"},
    {.name = "aliases",
     .shape = SHAPE_MAPS,
     .members = &alias,
     .help = "Further names for endpoints, with parameters filled in"},
    {.name = "rateLimits",
     .shape = SHAPE_MAP,
     .members = &limits,
     .help = "Limits of the whole service, in every mode"},
    {.name = "execution",
     .shape = SHAPE_MAP,
     .members = &execution,
     .help = "Plugins that run its batches"},
};
const struct schema schema_service = {.what = "a service file",
                                      .keys = service_keys,
                                      .count = sizeof service_keys / sizeof *service_keys,
                                      .extensions = true,
                                      .json = service_rules_json};

static const struct key user_keys[] = {
    {.name = "rateLimits",
     .shape = SHAPE_MAP,
     .members = &limits,
     .help = "Limits of all services"},
    {.name = "execution",
     .shape = SHAPE_MAP,
     .members = &execution,
     .help = "Plugins that run batches"},
};
const struct schema schema_user = {.what = "your configuration",
                                   .keys = user_keys,
                                   .count = sizeof user_keys / sizeof *user_keys,
                                   .extensions = true};
