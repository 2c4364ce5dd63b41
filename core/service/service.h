/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

/*
 * Service files: the YAML under `.ovrmnd/` and `~/.ovrmnd/` that says which services there are,
 * with their endpoints and aliases.
 *
 * A set is all the files of those folders, read once. It never fails as a whole because one
 * file is broken: each file keeps its problems, and only a call that needs the file reports
 * them. `service_set_find` turns "api.getUser" into a target, which owns everything a call
 * needs and outlives the set. Only then are ${NAME}s replaced, and only those the call uses.
 *
 * Every error is one line, "FILE:LINE:COLUMN: what; what was expected".
 *
 * The keys of a file, and what they take, are listed in keys.c. Choices made
 * there:
 * - An unknown key is an error, but for top-level keys that begin with "x-": those are a place
 *   for anchors, and never read.
 * - `apiType` may be missing: `rest` if there are `endpoints` and no `graphqlOperations`, else
 *   `graphql`.
 * - `requestsPerSecond` is a number (0.5, 100) or a rate as text (600/m). `retryDelay` is a
 *   number of milliseconds or a duration. `timeout` and `connectTimeout` are durations above 0.
 * - `batchConfig` takes maxConcurrency, requestsPerSecond, burstSize, retryOn and retryDelay,
 *   but no plugins: those are the service's (`execution`) or the user's choice.
 * - A plugin option's value is text, a number or true/false.
 * - The paths of a transform are read with the file, so that one that cannot be right is told
 *   with its place; at most 1000 in one list of `fields`.
 */

#include "base/buffer.h"
#include "base/error.h"
#include "flow/spec.h"
#include "flow/tls.h"
#include "flow/transform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A header, its value plain text; or a parameter, its value JSON text with numbers as written.
 */
struct service_pair {
    char *key;
    char *value;
    char *where; /* "FILE:LINE:COLUMN" */
};

/* One layer of settings: a service's, an endpoint's, or the user's own. What is unset is NULL,
 * 0 or false. Each `..._where` is "FILE:LINE:COLUMN", set with its value. */
struct settings {
    char *rate; /* as units_rate takes it: "100", "0.5" or "600/m" */
    char *rate_where;
    uint64_t burst; /* requests, from 1 */
    char *burst_where;
    uint64_t concurrency; /* requests at once, from 1; `maxConcurrency` in an endpoint */
    char *concurrency_where;

    unsigned *retry_on; /* HTTP statuses; an empty list that is set: none */
    size_t retry_on_count;
    bool retry_on_set;
    uint64_t retry_delay_ns;
    bool retry_delay_set;
    char *retry_where; /* of retryOn or, without it, of retryDelay */

    struct spec *schedulers; /* in the file's order */
    size_t scheduler_count;
    struct spec *retry;    /* NULL: unset */
    struct spec *progress; /* NULL: unset */
};

/* An endpoint ready to be called: all that a call uses of the service, with ${NAME} replaced.
 * Owns everything. Every text that came from an environment variable, and the token, are
 * registered as secrets with the log. */
struct target {
    char *service;
    char *endpoint; /* its own name, also when an alias was called */
    char *alias;    /* NULL: the endpoint was called by its name */
    char *where;    /* of the endpoint */

    char *base_url; /* http or https; as written, a slash at its end included */
    char *method;   /* GET POST PUT DELETE PATCH HEAD OPTIONS */
    char *path;     /* with its {names} */

    /* A GraphQL operation: POST to `path`, with this text around the variables. */
    bool graphql;
    char *query;          /* as a JSON string; NULL: a REST endpoint */
    char *operation_name; /* as a JSON string; NULL: it has none */
    char **required;      /* variables that must be given */
    size_t required_count;

    struct service_pair *headers; /* the endpoint's; no CR, LF or NUL in them */
    size_t header_count;
    char *auth_header; /* "Authorization"; NULL: no authentication */
    char *auth_value;  /* "Bearer x" */

    struct tls_files tls; /* files that are there, and look like what they are to be */
    char *certificate;    /* what is in `tls.cert`: who we are to the server; or NULL */

    struct service_pair *default_params; /* for GraphQL: variables */
    size_t default_param_count;
    struct service_pair *alias_args; /* nulls included */
    size_t alias_arg_count;

    bool idempotent; /* meaningful if `idempotent_set`; else the method tells */
    bool idempotent_set;
    char *idempotency_header; /* the header for the key; NULL: none is sent */

    uint64_t timeout_ns;              /* 0: unset */
    uint64_t connect_timeout_ns;      /* 0: unset */
    bool reads;                       /* a GET or a GraphQL query: asks, and changes nothing */
    uint64_t cache_ttl_ns;            /* how long to use a response again; 0: not at all */
    struct transform_steps transform; /* ${NAME} stays as written */

    struct settings service_settings;  /* rateLimits and execution */
    struct settings endpoint_settings; /* batchConfig */
};

/* Has the path a segment that clients or servers would walk up or stay at: "." or "..", each
 * dot perhaps as %2e (which the WHATWG's URLs take for one)? */
bool service_path_has_dots(struct slice path);

struct service_set;

/* Reads the service files of `config_dir`, or, when that is NULL, of `.ovrmnd` and
 * `$HOME/.ovrmnd`, where a service of the first replaces the one of that name in the second.
 * Also reads `.env` in the working directory. NULL only if a `config_dir` that was named cannot
 * be read: FILE_NOT_FOUND. [setup] */
struct service_set *service_set_load(const char *config_dir, struct error *err);
void service_set_free(struct service_set *set);

/* The same of one file, which may lie anywhere. Never NULL: what is wrong with the file, as
 * that it cannot be read, is among its problems. [setup] */
struct service_set *service_set_load_file(const char *path);

/* Appends the JSON Schema (draft 2020-12) of a service file. It is made from the tables that
 * files are checked by. */
void service_json_schema(struct buffer *json);

/* Finds "service.endpoint" or "service.alias", split at the last dot (or at an earlier one, if
 * only so there is such an endpoint: both names may hold dots). Aliases come before endpoints
 * of the same name. Fills `out`, which the caller frees with service_target_free. -1, with
 * `out` empty: PARAM_INVALID, SERVICE_NOT_FOUND, ENDPOINT_NOT_FOUND, CONFIG_INVALID,
 * YAML_PARSE_ERROR or ENV_VAR_NOT_FOUND. [setup] */
int service_set_find(const struct service_set *set, const char *target, struct target *out,
                     struct error *err);
void service_target_free(struct target *target);

/* The user's own settings: `rateLimits` and `execution` in $XDG_CONFIG_HOME/ovrmnd/config.yaml,
 * where the folder is ~/.config if unset. No such file: all unset. Fills `out`, which the
 * caller frees with service_settings_free. -1, with `out` empty: CONFIG_INVALID or
 * YAML_PARSE_ERROR. [setup] */
int service_user_settings(struct settings *out, struct error *err);
void service_settings_free(struct settings *settings);

/* ---- looking at a set, for `list`, `validate` and completion ---- */

/* Services in the order of their names; texts are borrowed from the set, ${NAME} as written. */
struct service_info {
    const char *name;
    const char *file;
    const char *base_url;
    const char *api_type;       /* "rest" or "graphql" */
    const char *authentication; /* "bearer", "apikey" or "none" */
    size_t endpoint_count;      /* for GraphQL: operations */
    size_t alias_count;
};
size_t service_set_count(const struct service_set *set);
struct service_info service_set_info(const struct service_set *set, size_t service);

/* Endpoints, or GraphQL operations, in the file's order. */
struct service_endpoint_info {
    const char *name;
    const char *method;    /* for GraphQL: "query" or "mutation" */
    const char *path;      /* for GraphQL: NULL */
    const char *cache_ttl; /* seconds, as a JSON number; NULL: not cached */
};
struct service_endpoint_info service_set_endpoint(const struct service_set *set, size_t service,
                                                  size_t endpoint);

/* Appends an endpoint's defaultParams (GraphQL: variables) as a JSON object. */
void service_set_endpoint_params(const struct service_set *set, size_t service, size_t endpoint,
                                 struct buffer *json);

struct service_alias_info {
    const char *name;
    const char *endpoint;
};
struct service_alias_info service_set_alias(const struct service_set *set, size_t service,
                                            size_t alias);

/* Appends an alias's args as a JSON object. */
void service_set_alias_args(const struct service_set *set, size_t service, size_t alias,
                            struct buffer *json);

/* The files, broken ones included, in the order they were read, and what is wrong in each (at
 * most 100 problems a file). Borrowed. */
size_t service_set_file_count(const struct service_set *set);
const char *service_set_file(const struct service_set *set, size_t file);
const char *service_set_file_service(const struct service_set *set, size_t file); /* or NULL */
size_t service_set_problem_count(const struct service_set *set, size_t file);
const struct error *service_set_problem(const struct service_set *set, size_t file,
                                        size_t problem);

/* Debug lines, if they are on: which variables the file needs, and where each has its value
 * from, which is not shown. */
void service_set_trace(struct service_set *set, size_t file);

/* What is allowed in a file but hardly meant, in the form of problems. */
size_t service_set_advise(struct service_set *set, size_t file); /* how many there are */
const struct error *service_set_advice(const struct service_set *set, size_t file,
                                       size_t advice);

#endif
