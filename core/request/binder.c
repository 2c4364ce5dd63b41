/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/memory.h"
#include "request/encode.h"
#include "request/fingerprint.h"
#include "request/request.h"
#include "request/shape.h"
#include "request/template.h"

#include <stdlib.h>
#include <string.h>

struct request_binder {
    struct binder port;
    const struct target *target;
    struct request_options options;
    struct template path;
    struct request_shape shape;
    bool takes_body; /* else unplaced parameters go into the query */
    bool names_type; /* the endpoint says itself what its body is */
    bool graphql;    /* every parameter is a variable, in the body */

    /* For the item at hand. */
    struct slice *path_values; /* one for each name of the template; NULL data: not given */
    struct buffer text;        /* a decoded string */
    size_t query_start;        /* where in the URL the query starts; 0: none yet */
    size_t members;            /* of the JSON object in the body, so far */
};

/* ---- which parameters there are ---- */

enum origin { FROM_ALIAS, FROM_ITEM, FROM_COMMAND_LINE, FROM_DEFAULTS };

/* A parameter on its way to its place. The key is raw JSON for items, else plain text. */
struct parameter {
    enum origin origin;
    enum request_place place;
    struct slice key, value;
};

static bool is_given(const struct request_binder *b, struct slice raw_key)
{
    for (size_t i = 0; i < b->options.given_count; i++)
        if (b->options.given[i].place != PLACE_HEADER &&
            json_key_is(raw_key, slice_of(b->options.given[i].key)))
            return true;
    return false;
}

static bool is_given_text(const struct request_binder *b, const char *key)
{
    for (size_t i = 0; i < b->options.given_count; i++)
        if (b->options.given[i].place != PLACE_HEADER &&
            strcmp(key, b->options.given[i].key) == 0)
            return true;
    return false;
}

static bool has_alias_arg(const struct request_binder *b, const char *key)
{
    for (size_t i = 0; i < b->target->alias_arg_count; i++)
        if (strcmp(key, b->target->alias_args[i].key) == 0)
            return true;
    return false;
}

/* Does a later member of the object have the same key? */
static bool comes_again(struct json_cursor rest, struct slice raw_key)
{
    struct slice key, value;
    while (json_next(&rest, &key, &value))
        if (slice_equal(key, raw_key))
            return true;
    return false;
}

/* The text of a parameter's key, in `b->text` when it must be decoded. -1: no UTF-8. */
static int key_text(struct request_binder *b, const struct parameter *p, struct slice *text)
{
    *text = p->key;
    if (p->origin != FROM_ITEM)
        return 0;
    *text = (struct slice){p->key.data + 1, p->key.length - 2};
    if (!memchr(text->data, '\\', text->length))
        return 0;
    buffer_reset(&b->text);
    if (json_string_decode(p->key, &b->text))
        return -1;
    *text = buffer_slice(&b->text);
    return 0;
}

/* ---- values as text ---- */

typedef void encoder(struct slice text, struct buffer *out);

/* A scalar as text; objects and arrays as compact JSON. */
static int append_value(struct request_binder *b, struct slice value, encoder *encode,
                        struct buffer *out)
{
    switch (json_type(value)) {
    case JSON_STRING:
        buffer_reset(&b->text);
        if (json_string_decode(value, &b->text))
            return -1;
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        buffer_reset(&b->text);
        json_minify(value, &b->text);
        break;
    default:
        encode(value, out);
        return 0;
    }
    encode(buffer_slice(&b->text), out);
    return 0;
}

/* An array as its elements with commas between, as JavaScript's String(array) has it. */
static int append_joined(struct request_binder *b, struct slice value, encoder *encode,
                         struct buffer *out)
{
    if (json_type(value) != JSON_ARRAY)
        return append_value(b, value, encode, out);
    struct json_cursor cursor = json_members(value);
    struct slice element;
    for (bool first = true; json_next(&cursor, NULL, &element); first = false) {
        if (!first)
            encode((struct slice){",", 1}, out);
        if (append_value(b, element, encode, out))
            return -1;
    }
    return 0;
}

static int not_unicode(struct error *err, struct slice key)
{
    return error_set(err, ERROR_PARAM_INVALID,
                     "Parameter '%.*s' holds half of a surrogate pair, which no URL can carry",
                     (int)(key.length < 100 ? key.length : 100), key.data);
}

/* ---- path ---- */

static void find_path_values(struct request_binder *b, struct slice item)
{
    const struct template *t = &b->path;
    for (size_t i = 0; i < t->name_count; i++)
        b->path_values[i] = (struct slice){0};
    for (size_t i = 0; i < b->target->alias_arg_count; i++) {
        int at = template_name_index(t, slice_of(b->target->alias_args[i].key));
        if (at >= 0)
            b->path_values[at] = slice_of(b->target->alias_args[i].value);
    }
    for (size_t i = 0; i < t->name_count; i++)
        json_find(item, t->names[i], &b->path_values[i]);
    for (size_t i = 0; i < b->options.given_count; i++) {
        const struct request_parameter *given = &b->options.given[i];
        int at = template_name_index(t, slice_of(given->key));
        if (at >= 0 && given->place != PLACE_HEADER)
            b->path_values[at] = slice_of(given->value);
    }
}

static int append_path_value(struct request_binder *b, struct slice name, struct buffer *url,
                             struct error *err)
{
    struct slice value = b->path_values[template_name_index(&b->path, name)];
    int length = (int)name.length;
    if (!value.data || json_type(value) == JSON_NULL) {
        error_set(err, ERROR_PARAM_REQUIRED, "Missing required path parameter: %.*s", length,
                  name.data);
        return error_help(err, "Provide %.*s=<value>", length, name.data);
    }
    if (json_type(value) == JSON_OBJECT)
        return error_set(err, ERROR_PARAM_INVALID,
                         "Path parameter '%.*s' must be text or a number, not an object",
                         length, name.data);
    size_t before = url->length;
    if (append_joined(b, value, encode_path, url))
        return not_unicode(err, name);
    if (url->length == before)
        return error_set(err, ERROR_PARAM_INVALID, "Path parameter '%.*s' is empty", length,
                         name.data);
    return 0;
}

static int append_run(struct request_binder *b, struct template_run run, struct buffer *url,
                      struct error *err)
{
    for (size_t i = run.first; i < run.first + run.count; i++) {
        const struct template_part *part = &b->path.parts[i];
        if (!part->is_name)
            buffer_append_slice(url, part->text);
        else if (append_path_value(b, part->text, url, err))
            return -1;
    }
    return 0;
}

/* A value of "." or ".." would make clients and servers walk up the path, encoded or not
 * (WHATWG URL calls %2e%2e a double-dot segment too), so a request with one is refused. */
static bool has_dot_segment(const char *path, const char *end)
{
    while (path < end) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t length = (size_t)((slash ? slash : end) - path);
        if ((length == 1 && path[0] == '.') || (length == 2 && memcmp(path, "..", 2) == 0))
            return true;
        path += length + 1;
    }
    return false;
}

static int append_path(struct request_binder *b, struct buffer *url, struct error *err)
{
    const char *base = b->target->base_url;
    size_t base_length = strlen(base);
    if (base_length && base[base_length - 1] == '/')
        base_length--;
    buffer_append(url, base, base_length);
    if (b->path.text[0] != '/')
        buffer_append_char(url, '/');
    size_t start = url->length;
    if (append_run(b, b->path.path, url, err))
        return -1;
    const char *text = buffer_text(url);
    if (b->path.name_count && has_dot_segment(text + start, text + url->length))
        return error_set(err, ERROR_PARAM_INVALID,
                         "A path parameter of '.' or '..' would leave the endpoint's path");
    return 0;
}

/* ---- query ---- */

static void next_pair(struct request_binder *b, struct buffer *url)
{
    buffer_append_char(url, b->query_start ? '&' : '?');
    if (!b->query_start)
        b->query_start = url->length;
}

/* One key=value in the query; the key as it came, encoded. */
static int append_pair(struct request_binder *b, const struct parameter *p, struct slice value,
                       struct buffer *url, struct error *err)
{
    struct slice key;
    next_pair(b, url);
    if (key_text(b, p, &key))
        return not_unicode(err, p->key);
    encode_query(key, url);
    buffer_append_char(url, '=');
    int failed = p->origin == FROM_DEFAULTS ? append_joined(b, value, encode_query, url)
                                            : append_value(b, value, encode_query, url);
    return failed ? not_unicode(err, p->key) : 0;
}

/* An array repeats its key; null is left out, but for a default. */
static int append_query(struct request_binder *b, const struct parameter *p, struct buffer *url,
                        struct error *err)
{
    enum json_type type = json_type(p->value);
    if (p->origin == FROM_DEFAULTS || (type != JSON_ARRAY && type != JSON_NULL))
        return append_pair(b, p, p->value, url, err);
    struct slice element;
    struct json_cursor cursor = json_members(p->value);
    while (type == JSON_ARRAY && json_next(&cursor, NULL, &element))
        if (append_pair(b, p, element, url, err))
            return -1;
    return 0;
}

/* ---- body ---- */

static void append_body(struct request_binder *b, const struct parameter *p,
                        struct request *out)
{
    buffer_append_char(&out->body, b->members++ ? ',' : '{');
    out->has_body = true;
    if (p->origin == FROM_ITEM)
        buffer_append_slice(&out->body, p->key);
    else
        json_string_encode(p->key, &out->body);
    buffer_append_char(&out->body, ':');
    buffer_append_slice(&out->body, p->value);
}

/* ---- all of it ---- */

static int place(struct request_binder *b, const struct parameter *p, struct request *out,
                 struct error *err)
{
    struct slice key;
    if (b->path.name_count && key_text(b, p, &key) == 0 &&
        template_name_index(&b->path, key) >= 0)
        return 0;
    if (p->place == PLACE_HEADER)
        return 0; /* it is in the shape */
    if (!b->graphql && (p->place == PLACE_QUERY || (p->place != PLACE_BODY && !b->takes_body)))
        return append_query(b, p, &out->url, err);
    append_body(b, p, out);
    return 0;
}

static int place_alias_args(struct request_binder *b, struct slice item, struct request *out,
                            struct error *err)
{
    struct slice value;
    for (size_t i = 0; i < b->target->alias_arg_count; i++) {
        const struct service_pair *arg = &b->target->alias_args[i];
        struct parameter p = {FROM_ALIAS, PLACE_BY_RULE, slice_of(arg->key),
                              slice_of(arg->value)};
        if (is_given_text(b, arg->key) || json_find(item, arg->key, &value))
            continue;
        if (place(b, &p, out, err))
            return -1;
    }
    return 0;
}

static int place_item(struct request_binder *b, struct slice item, struct request *out,
                      struct error *err)
{
    struct parameter p = {.origin = FROM_ITEM};
    struct json_cursor cursor = json_members(item);
    while (json_next(&cursor, &p.key, &p.value)) {
        if (is_given(b, p.key) || (!b->takes_body && comes_again(cursor, p.key)))
            continue;
        if (place(b, &p, out, err))
            return -1;
    }
    return 0;
}

static int place_given(struct request_binder *b, struct request *out, struct error *err)
{
    for (size_t i = 0; i < b->options.given_count; i++) {
        const struct request_parameter *given = &b->options.given[i];
        struct parameter p = {FROM_COMMAND_LINE, given->place, slice_of(given->key),
                              slice_of(given->value)};
        if (place(b, &p, out, err))
            return -1;
    }
    return 0;
}

static int place_defaults(struct request_binder *b, struct slice item, struct request *out,
                          struct error *err)
{
    struct slice value;
    for (size_t i = 0; i < b->target->default_param_count; i++) {
        const struct service_pair *param = &b->target->default_params[i];
        struct parameter p = {FROM_DEFAULTS, PLACE_BY_RULE, slice_of(param->key),
                              slice_of(param->value)};
        if (is_given_text(b, param->key) || has_alias_arg(b, param->key) ||
            json_find(item, param->key, &value))
            continue;
        if (place(b, &p, out, err))
            return -1;
    }
    return 0;
}

/* Is this key, as it stands in the template's query, given by a parameter that replaces it? */
static bool is_replaced(const struct request_binder *b, struct slice item, struct slice key)
{
    char name[128];
    struct slice value;
    if (b->takes_body || key.length >= sizeof name)
        return false;
    memcpy(name, key.data, key.length);
    name[key.length] = '\0';
    return template_name_index(&b->path, key) < 0 &&
           (is_given_text(b, name) || has_alias_arg(b, name) || json_find(item, name, &value));
}

static int append_own_query(struct request_binder *b, struct slice item, struct buffer *url,
                            struct error *err)
{
    for (size_t i = 0; i < b->path.pair_count; i++) {
        const struct template_pair *pair = &b->path.pairs[i];
        if (is_replaced(b, item, pair->key))
            continue;
        next_pair(b, url);
        buffer_append_slice(url, pair->key);
        if (pair->has_value)
            buffer_append_char(url, '=');
        if (append_run(b, pair->value, url, err))
            return -1;
    }
    return 0;
}

/* ---- the body around its members ---- */

/* {"query": the text, "variables": */
static void begin_body(struct request_binder *b, struct request *out)
{
    b->members = 0;
    if (!b->graphql)
        return;
    out->has_body = true;
    buffer_append_text(&out->body, "{\"query\":");
    buffer_append_text(&out->body, b->target->query);
    buffer_append_text(&out->body, ",\"variables\":");
}

static void end_body(struct request_binder *b, struct request *out)
{
    if (b->members)
        buffer_append_char(&out->body, '}');
    if (!b->graphql)
        return;
    if (!b->members)
        buffer_append_text(&out->body, "{}");
    if (b->target->operation_name) {
        buffer_append_text(&out->body, ",\"operationName\":");
        buffer_append_text(&out->body, b->target->operation_name);
    }
    buffer_append_char(&out->body, '}');
}

static bool has_value(const struct request_binder *b, struct slice item, const char *key)
{
    struct slice value;
    if (is_given_text(b, key) || has_alias_arg(b, key) || json_find(item, key, &value))
        return true;
    for (size_t i = 0; i < b->target->default_param_count; i++)
        if (strcmp(key, b->target->default_params[i].key) == 0)
            return true;
    return false;
}

/* A server would refuse it: better said before it is sent. */
static int check_required(const struct request_binder *b, struct slice item, struct error *err)
{
    for (size_t i = 0; i < b->target->required_count; i++) {
        const char *name = b->target->required[i];
        if (has_value(b, item, name))
            continue;
        error_set(err, ERROR_PARAM_REQUIRED, "Missing required variable: %s", name);
        return error_help(err, "Provide %s=<value>", name);
    }
    return 0;
}

/* ---- the request ---- */

static int identify(struct request_binder *b, struct request *out, struct error *err)
{
    struct ordinals *ordinals = b->options.ordinals;
    if (!ordinals)
        return 0;
    out->identity.fingerprint = fingerprint_of(out);
    return ordinals->next(ordinals, &out->identity.fingerprint, &out->identity.ordinal, err);
}

/* The headers that differ from request to request, each line ended by its NUL. */
static void append_headers(struct request_binder *b, struct request *out)
{
    static const char json_type[] = "Content-Type: application/json";
    if (out->has_body && !b->names_type)
        buffer_append(&out->headers, json_type, sizeof json_type);
    if (!b->target->idempotency_header)
        return;
    char key[IDEMPOTENCY_KEY_SIZE];
    idempotency_key(&out->identity, key);
    buffer_append_text(&out->headers, b->target->idempotency_header);
    buffer_append_text(&out->headers, ": ");
    buffer_append(&out->headers, key, strlen(key) + 1);
}

static int bind(struct binder *self, const struct item *item, struct request *out,
                struct error *err)
{
    struct request_binder *b = (struct request_binder *)self;
    struct slice json = buffer_slice(&item->json);
    out->shape = &b->shape;
    out->has_body = false;
    buffer_reset(&out->url);
    buffer_reset(&out->headers);
    buffer_reset(&out->body);
    b->query_start = 0;
    find_path_values(b, json);
    begin_body(b, out);
    if (check_required(b, json, err) || append_path(b, &out->url, err) ||
        append_own_query(b, json, &out->url, err) || place_alias_args(b, json, out, err) ||
        place_item(b, json, out, err) || place_given(b, out, err) ||
        place_defaults(b, json, out, err))
        return -1;
    end_body(b, out);
    if (identify(b, out, err))
        return -1;
    append_headers(b, out);
    return 0;
}

struct binder *request_binder_new(const struct target *target,
                                  const struct request_options *options, struct error *err)
{
    struct request_binder *b = memory_new(1, sizeof *b);
    if (target->idempotency_header && !options->ordinals)
        BUG("an idempotency key needs ordinals");
    if (template_init(&b->path, target->path, err)) {
        error_where(err, "%s", target->where);
        free(b);
        return NULL;
    }
    b->port.bind = bind;
    b->target = target;
    b->options = *options;
    b->takes_body = shape_takes_body(target->method);
    b->graphql = target->graphql;
    b->path_values = memory_new(b->path.name_count, sizeof *b->path_values);
    b->names_type = shape_names_type(target, options);
    shape_init(&b->shape, target, options);
    return &b->port;
}

void request_binder_free(struct binder *binder)
{
    struct request_binder *b = (struct request_binder *)binder;
    if (!b)
        return;
    shape_fini(&b->shape);
    free(b->path_values);
    buffer_free(&b->text);
    template_fini(&b->path);
    free(b);
}

const struct request_shape *request_binder_shape(const struct binder *binder)
{
    return &((const struct request_binder *)binder)->shape;
}
