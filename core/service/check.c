/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/names.h"
#include "base/suggest.h"
#include "service/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LABEL_SIZE   160
#define KEYS_MAX     32
#define EXTENSION    "x-"
#define PLUGIN_FORM  "a plugin's name, or { use: NAME, option: value }"
#define PLUGINS_FORM PLUGIN_FORM ", or a list of such"

/* ---- problems ---- */

void service_problem_take(struct problems *problems, const struct error *error)
{
    if (problems->count == PROBLEMS_MAX)
        return;
    problems->errors = memory_grow(problems->errors, problems->count + 1,
                                   sizeof *problems->errors);
    problems->errors[problems->count++] = *error;
}

void service_problem_add(struct problems *problems, const struct node *at, const char *format,
                         ...)
{
    struct error error = {0};
    char message[sizeof error.message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    service_node_fail(at, ERROR_CONFIG_INVALID, &error, "%s", message);
    service_problem_take(problems, &error);
}

void service_problems_free(struct problems *problems)
{
    free(problems->errors);
    *problems = (struct problems){0};
}

/* ---- single values ---- */

/* https://user:password@host, or https://token@host */
static bool has_password(const char *text)
{
    const char *url = text ? strstr(text, "://") : NULL;
    return url && strchr(url, '@');
}

/* How a value is called when it is wrong: 'fast', "a list". */
static const char *describe(const struct node *value, bool secret, char to[EXCERPT_SIZE + 2])
{
    static const char *const kinds[] = {
        [NODE_NULL] = "null",       [NODE_BOOL] = "true or false", [NODE_INTEGER] = "a number",
        [NODE_NUMBER] = "a number", [NODE_TEXT] = "this text",     [NODE_LIST] = "a list",
        [NODE_MAP] = "a map",
    };
    if (secret || value->kind >= NODE_LIST || has_password(value->source))
        return kinds[value->kind];
    char excerpt[EXCERPT_SIZE];
    snprintf(to, EXCERPT_SIZE + 2, "'%s'", service_excerpt(value->source, excerpt));
    return to;
}

/* A value of the wrong form or kind; `form` has its phrase. */
static void wrong(struct problems *problems, const char *label, const struct form *form,
                  const struct node *value)
{
    char text[EXCERPT_SIZE + 2];
    bool scalar = value->kind < NODE_TEXT;
    if (value->kind == NODE_NULL)
        service_problem_add(problems, value, "%s has no value; expected %s", label, form->what);
    else if (value->kind == NODE_TEXT && value->length == 0)
        service_problem_add(problems, value, "%s is empty; expected %s", label, form->what);
    else
        service_problem_add(problems, value, "%s must be %s, not %s%s", label, form->what,
                            describe(value, form->secret, text),
                            form->text && scalar ? "; quote it to make it text" : "");
}

static void check_value(struct problems *problems, const char *label, const struct form *form,
                        const struct node *value)
{
    if (!form->fits(value))
        wrong(problems, label, form, value);
}

static const char *label_of(const char *key, char to[LABEL_SIZE])
{
    char excerpt[EXCERPT_SIZE];
    snprintf(to, LABEL_SIZE, "'%s'", service_excerpt(key, excerpt));
    return to;
}

static const char *label_inside(const char *inner, const char *key, char to[LABEL_SIZE])
{
    char excerpt[EXCERPT_SIZE];
    snprintf(to, LABEL_SIZE, "'%s' in '%s'", service_excerpt(inner, excerpt), key);
    return to;
}

/* Is the value of this kind? Else says so. */
static bool kind_is(struct problems *problems, const char *label, const struct node *value,
                    enum node_kind kind, const struct form *form)
{
    if (value->kind == kind)
        return true;
    wrong(problems, label, form, value);
    return false;
}

/* A place in a file that is no node: a key. */
static struct node key_place(const struct node *map, const struct node_member *member)
{
    return (struct node){.file = map->file, .line = member->line, .column = member->column};
}

/* ---- shapes ---- */

static void check_map(struct problems *problems, const struct schema *schema,
                      const struct node *map);

static void check_one(struct problems *problems, const struct key *key,
                      const struct node *value)
{
    char label[LABEL_SIZE];
    check_value(problems, label_of(key->name, label), key->form, value);
}

static void check_values(struct problems *problems, const struct key *key,
                         const struct node *value)
{
    char label[LABEL_SIZE];
    if (!kind_is(problems, label_of(key->name, label), value, NODE_LIST,
                 &(struct form){.what = "a list"}))
        return;
    snprintf(label, sizeof label, "each item of '%s'", key->name);
    for (size_t i = 0; i < value->count; i++)
        check_value(problems, label, key->form, value->members[i].value);
}

static void check_entries(struct problems *problems, const struct key *key,
                          const struct node *value)
{
    char label[LABEL_SIZE];
    if (!kind_is(problems, label_of(key->name, label), value, NODE_MAP,
                 &(struct form){.what = "a map", .secret = key->form->secret}))
        return;
    for (size_t i = 0; i < value->count; i++)
        check_value(problems, label_inside(value->members[i].key, key->name, label), key->form,
                    value->members[i].value);
}

static void check_headers(struct problems *problems, const struct key *key,
                          const struct node *value)
{
    check_entries(problems, key, value);
    for (size_t i = 0; value->kind == NODE_MAP && i < value->count; i++) {
        struct node place = key_place(value, &value->members[i]);
        char name[EXCERPT_SIZE];
        if (!name_is_header(value->members[i].key))
            service_problem_add(problems, &place,
                                "'%s' is no header name; expected letters, digits and '-'",
                                service_excerpt(value->members[i].key, name));
        else if (!name_is_settable(value->members[i].key))
            service_problem_add(problems, &place,
                                "'%s' is a header that HTTP itself sets; leave it out",
                                service_excerpt(value->members[i].key, name));
    }
}

static void check_paths(struct problems *problems, const struct key *key,
                        const struct node *value)
{
    check_values(problems, key, value);
    if (value->kind == NODE_LIST)
        service_paths_check(problems, key->name, value);
}

static void check_renames(struct problems *problems, const struct key *key,
                          const struct node *value)
{
    check_entries(problems, key, value);
    if (value->kind == NODE_MAP)
        service_renames_check(problems, key->name, value);
}

static void check_one_map(struct problems *problems, const struct key *key,
                          const struct node *value)
{
    char label[LABEL_SIZE];
    if (kind_is(problems, label_of(key->name, label), value, NODE_MAP,
                &(struct form){.what = "a map", .secret = key->secret}))
        check_map(problems, key->members, value);
}

static void check_maps(struct problems *problems, const struct key *key,
                       const struct node *value)
{
    char label[LABEL_SIZE];
    if (!kind_is(problems, label_of(key->name, label), value, NODE_LIST,
                 &(struct form){.what = "a list of maps"}))
        return;
    snprintf(label, sizeof label, "each item of '%s'", key->name);
    for (size_t i = 0; i < value->count; i++)
        if (kind_is(problems, label, value->members[i].value, NODE_MAP,
                    &(struct form){.what = "a map"}))
            check_map(problems, key->members, value->members[i].value);
}

static void check_steps(struct problems *problems, const struct key *key,
                        const struct node *value)
{
    (value->kind == NODE_LIST ? check_maps : check_one_map)(problems, key, value);
}

static void check_plugin(struct problems *problems, const struct key *key,
                         const struct node *value)
{
    char label[LABEL_SIZE];
    if (value->kind != NODE_MAP) {
        bool name = value->kind == NODE_TEXT && value->length > 0;
        struct form form = {name ? form_plugin_name.what : PLUGIN_FORM, form_plugin_name.fits,
                            false, false, NULL};
        check_value(problems, label_of(key->name, label), &form, value);
        return;
    }
    if (!service_node_get(value, "use"))
        service_problem_add(problems, value,
                            "'use' is missing in '%s'; expected { use: NAME, option: value }",
                            key->name);
    for (size_t i = 0; i < value->count; i++) {
        bool use = strcmp(value->members[i].key, "use") == 0;
        check_value(problems, label_inside(value->members[i].key, key->name, label),
                    use ? &form_plugin_name : &form_option_value, value->members[i].value);
    }
}

static void check_plugins(struct problems *problems, const struct key *key,
                          const struct node *value)
{
    if (value->kind != NODE_LIST) {
        check_plugin(problems, key, value);
        return;
    }
    for (size_t i = 0; i < value->count; i++)
        check_plugin(problems, key, value->members[i].value);
}

static void (*const checks[])(struct problems *, const struct key *, const struct node *) = {
    [SHAPE_ONE] = check_one,         [SHAPE_VALUES] = check_values,
    [SHAPE_ENTRIES] = check_entries, [SHAPE_HEADERS] = check_headers,
    [SHAPE_MAP] = check_one_map,     [SHAPE_MAPS] = check_maps,
    [SHAPE_STEPS] = check_steps,     [SHAPE_PLUGIN] = check_plugin,
    [SHAPE_PLUGINS] = check_plugins, [SHAPE_PATHS] = check_paths,
    [SHAPE_RENAMES] = check_renames,
};

/* ---- maps ---- */

static const struct key *key_find(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->count; i++)
        if (strcmp(schema->keys[i].name, name) == 0)
            return &schema->keys[i];
    return NULL;
}

static void unknown_key(struct problems *problems, const struct schema *schema,
                        const struct node *map, const struct node_member *member)
{
    struct node place = key_place(map, member);
    const char *names[KEYS_MAX];
    struct buffer known = {0};
    for (size_t i = 0; i < schema->count && i < KEYS_MAX; i++) {
        names[i] = schema->keys[i].name;
        buffer_append_format(&known, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = suggest_nearest(member->key, names, schema->count);
    char excerpt[EXCERPT_SIZE];
    service_excerpt(member->key, excerpt);
    if (near)
        service_problem_add(problems, &place, "unknown key '%s' in %s; did you mean '%s'?",
                            excerpt, schema->what, near);
    else
        service_problem_add(problems, &place, "unknown key '%s' in %s; known are %s", excerpt,
                            schema->what, buffer_text(&known));
    buffer_free(&known);
}

static const char *key_form(const struct key *key)
{
    return key->form ? key->form->what : "a value";
}

static void check_map(struct problems *problems, const struct schema *schema,
                      const struct node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct node_member *member = &map->members[i];
        const struct key *key = key_find(schema, member->key);
        if (key)
            checks[key->shape](problems, key, member->value);
        else if (!schema->extensions || strncmp(member->key, EXTENSION, strlen(EXTENSION)) != 0)
            unknown_key(problems, schema, map, member);
    }
    for (size_t i = 0; i < schema->count; i++)
        if (schema->keys[i].required && !service_node_get(map, schema->keys[i].name))
            service_problem_add(problems, map, "'%s' is missing in %s; expected %s",
                                schema->keys[i].name, schema->what, key_form(&schema->keys[i]));
}

void service_schema_check(const struct document *document, const struct schema *schema,
                          struct problems *problems)
{
    struct node start = {.file = document->file, .line = 1, .column = 1};
    const struct node *root = document->root;
    if (!root || root->kind == NODE_NULL)
        service_problem_add(problems, &start, "the file is empty; expected the keys of %s",
                            schema->what);
    else if (root->kind != NODE_MAP)
        service_problem_add(problems, root,
                            "the file must be a map: lines such as 'key: value'");
    else
        check_map(problems, schema, root);
}
