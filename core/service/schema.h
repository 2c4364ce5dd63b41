/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_SCHEMA_H
#define SERVICE_SCHEMA_H

/*
 * What a file may say, as tables: which keys each map takes and what form their values have.
 * One checker walks any document along its table and reports all that does not fit. The tables
 * are in keys.c, the forms in form.c.
 */

#include "service/yaml.h"

/* The form of a single value, and how to say it: "'timeout' must be a duration ...". */
struct form {
    const char *what;
    bool (*fits)(const struct node *value);
    bool text;        /* a number in its place wants quotes: say so */
    bool secret;      /* the value is never shown */
    const char *json; /* the same as JSON Schema, as far as that can say it */
};

/* In place of such a schema: the patterns that these are made of come from base/names.h. */
#define FORM_JSON_TOKEN_HEADER "a header for a token"
#define FORM_JSON_OWN_HEADER   "true, or a header of our own"

extern const struct form form_text, form_name, form_flag, form_count, form_positive,
    form_duration, form_rate, form_delay, form_status, form_method, form_base_url, form_path,
    form_graphql_endpoint, form_api_type, form_auth_type, form_operation_type, form_token,
    form_header_name, form_header_value, form_idempotency_key, form_plugin_name,
    form_option_value, form_file, form_any;

/* What kind of value a key takes. */
enum shape {
    SHAPE_ONE,     /* a value of `form` */
    SHAPE_VALUES,  /* a list of values of `form` */
    SHAPE_ENTRIES, /* a map of any keys to values of `form` */
    SHAPE_HEADERS, /* the same, and the keys are header names */
    SHAPE_PATHS,   /* a list of paths into a response */
    SHAPE_RENAMES, /* a map of such paths to such paths */
    SHAPE_MAP,     /* a map of `members` */
    SHAPE_MAPS,    /* a list of maps of `members` */
    SHAPE_STEPS,   /* a map of `members`, or a list of such */
    SHAPE_PLUGIN,  /* a plugin's name, or { use: NAME, option: value } */
    SHAPE_PLUGINS, /* the same, or a list of such */
};

struct key {
    const char *name;
    enum shape shape;
    const struct form *form;
    const struct schema *members;
    bool required;
    const char *help; /* what it is for, in one sentence */
};

struct schema {
    const char *what; /* "an endpoint" */
    const struct key *keys;
    size_t count;
    bool extensions;  /* keys that begin with "x-" are passed over */
    const char *json; /* rules beyond the keys, for JSON Schema, a comma first; or NULL */
};

extern const struct schema schema_service; /* a service file */
extern const struct schema schema_user;    /* the user's config.yaml */

/* What is wrong in a file, in the order it was found. */
#define PROBLEMS_MAX 100
struct problems {
    struct error *errors;
    size_t count;
};

/* Adds "FILE:LINE:COLUMN: " and the message, as CONFIG_INVALID; beyond PROBLEMS_MAX nothing. */
__attribute__((format(printf, 3, 4))) void
service_problem_add(struct problems *problems, const struct node *at, const char *format, ...);

/* The same for an error that is complete. */
void service_problem_take(struct problems *problems, const struct error *error);
void service_problems_free(struct problems *problems);

/* Walks a document along a table. */
void service_schema_check(const struct document *document, const struct schema *schema,
                          struct problems *problems);

/* What the tables cannot say of a service: which keys need each other, names given twice,
 * aliases of what is not there. For a document in which service_schema_check found nothing. */
void service_rules_check(const struct node *root, struct problems *problems);

/* What else paths into a response must be: whole, and not against each other. `key` is the one
 * they stand under. Values that are no text are left to the form. */
void service_paths_check(struct problems *problems, const char *key, const struct node *list);
void service_renames_check(struct problems *problems, const char *key, const struct node *map);

/* The rules of which keys need each other, as members of a JSON Schema, a comma first. */
extern const char service_rules_json[], service_tls_rules_json[];

/* Is it a GraphQL service, by its apiType or, without one, by what it declares? */
bool service_is_graphql(const struct node *root);

/* The header that the key of an endpoint or operation goes into; NULL: it has no
 * `idempotencyKey`. Borrowed. */
const char *service_key_header(const struct node *endpoint);

/* An http or https URL with a host? A header name by RFC 9110? */
bool service_is_base_url(const char *url);

#endif
