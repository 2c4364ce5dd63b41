/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "request/binder.h"
#include "request/encode.h"

#include <string.h>

/* ---- path ---- */

void binder_find_path_values(struct request_binder *b, struct slice item)
{
    const struct template *t = &b->path;
    struct slice value;
    for (size_t i = 0; i < t->name_count; i++)
        b->path_values[i] = (struct slice){0};
    for (size_t i = 0; i < b->target->alias_arg_count; i++) {
        int at = template_name_index(t, slice_of(b->target->alias_args[i].key));
        if (at >= 0)
            b->path_values[at] = slice_of(b->target->alias_args[i].value);
    }
    for (size_t i = 0; i < t->name_count; i++)
        if (json_find(item, t->names[i], &value) && json_type(value) != JSON_NULL)
            b->path_values[i] = value;
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
    if (binder_append_joined(b, value, encode_path, url))
        return binder_not_unicode(err, name);
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

int binder_append_path(struct request_binder *b, struct buffer *url, struct error *err)
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
    /* Encoded or not, it would make clients or servers walk up the path. */
    if (b->path.name_count &&
        service_path_has_dots((struct slice){url->data + start, url->length - start}))
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
    if (binder_key_text(b, p, &key))
        return binder_not_unicode(err, p->key);
    encode_query(key, url);
    buffer_append_char(url, '=');
    int failed = p->origin == FROM_DEFAULTS ? binder_append_joined(b, value, encode_query, url)
                                            : binder_append_value(b, value, encode_query, url);
    return failed ? binder_not_unicode(err, p->key) : 0;
}

/* An array repeats its key; null is left out, but for a default. */
int binder_append_query(struct request_binder *b, const struct parameter *p, struct buffer *url,
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

/* Is this key, as it stands in the template's query, given by a parameter that replaces it? */
static bool is_replaced(const struct request_binder *b, struct slice item, struct slice key)
{
    char name[128];
    if (b->takes_body || key.length >= sizeof name)
        return false;
    memcpy(name, key.data, key.length);
    name[key.length] = '\0';
    return template_name_index(&b->path, key) < 0 &&
           (binder_is_given(b, name) || binder_has_alias_arg(b, name) ||
            binder_has_member(b, item, name));
}

int binder_append_own_query(struct request_binder *b, struct slice item, struct buffer *url,
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
