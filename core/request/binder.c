/* SPDX-License-Identifier: MIT */
#include "request/binder.h"

#include "base/json.h"
#include "base/memory.h"
#include "request/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#define FEW_MEMBERS 16
#define KEEP_NAMES  10000 /* room for so many is kept from one item to the next */

/* ---- which parameters there are ---- */

static bool is_given(const struct request_binder *b, struct slice raw_key)
{
    for (size_t i = 0; i < b->options.given_count; i++)
        if (b->options.given[i].place != PLACE_HEADER &&
            json_key_is(raw_key, slice_of(b->options.given[i].key)))
            return true;
    return false;
}

bool binder_is_given(const struct request_binder *b, const char *key)
{
    for (size_t i = 0; i < b->options.given_count; i++)
        if (b->options.given[i].place != PLACE_HEADER &&
            strcmp(key, b->options.given[i].key) == 0)
            return true;
    return false;
}

/* Is this null of no account, so that what is less near takes its place? In a URL null is
 * nothing; in a body and in variables it is a value. */
static bool is_no_value(const struct request_binder *b, struct slice value)
{
    return !b->takes_body && !b->graphql && json_type(value) == JSON_NULL;
}

bool binder_has_alias_arg(const struct request_binder *b, const char *key)
{
    for (size_t i = 0; i < b->target->alias_arg_count; i++)
        if (strcmp(key, b->target->alias_args[i].key) == 0)
            return !is_no_value(b, slice_of(b->target->alias_args[i].value));
    return false;
}

bool binder_has_member(const struct request_binder *b, struct slice item, const char *key)
{
    struct slice value;
    return json_find(item, key, &value) && !is_no_value(b, value);
}

/* Where each key of the item comes for the last time. */
static void index_item(struct request_binder *b, struct slice item)
{
    struct json_cursor cursor = json_members(item);
    struct slice key, value;
    size_t count = 0;
    while (json_next(&cursor, &key, &value))
        count++;
    name_table_begin(&b->last, count);
    cursor = json_members(item);
    while (json_next(&cursor, &key, &value))
        *name_table_put(&b->last, key, 0) = (size_t)(key.data - item.data);
    b->indexed = true;
}

/* Does a later member of the object have the same key? Of few, each is compared. */
static bool comes_again(struct request_binder *b, struct slice item, struct json_cursor rest,
                        struct slice raw_key)
{
    struct slice key, value;
    for (size_t seen = 0; !b->indexed && json_next(&rest, &key, &value); seen++) {
        if (slice_equal(key, raw_key))
            return true;
        if (seen == FEW_MEMBERS)
            index_item(b, item);
    }
    return b->indexed &&
           *name_table_find(&b->last, raw_key) != (size_t)(raw_key.data - item.data);
}

/* ---- each to its place ---- */

static int place(struct request_binder *b, const struct parameter *p, struct request *out,
                 struct error *err)
{
    struct slice key;
    if (b->path.name_count && binder_key_text(b, p, &key) == 0 &&
        template_name_index(&b->path, key) >= 0)
        return 0;
    if (p->place == PLACE_HEADER)
        return 0; /* it is in the shape */
    if (!b->graphql && (p->place == PLACE_QUERY || (p->place != PLACE_BODY && !b->takes_body)))
        return binder_append_query(b, p, &out->url, err);
    binder_append_body(b, p, out);
    return 0;
}

static int place_alias_args(struct request_binder *b, struct slice item, struct request *out,
                            struct error *err)
{
    for (size_t i = 0; i < b->target->alias_arg_count; i++) {
        const struct service_pair *arg = &b->target->alias_args[i];
        struct parameter p = {FROM_ALIAS, PLACE_BY_RULE, slice_of(arg->key),
                              slice_of(arg->value)};
        if (binder_is_given(b, arg->key) || binder_has_member(b, item, arg->key))
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
        if (is_given(b, p.key) || (!b->takes_body && comes_again(b, item, cursor, p.key)))
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
    for (size_t i = 0; i < b->target->default_param_count; i++) {
        const struct service_pair *param = &b->target->default_params[i];
        struct parameter p = {FROM_DEFAULTS, PLACE_BY_RULE, slice_of(param->key),
                              slice_of(param->value)};
        if (binder_is_given(b, param->key) || binder_has_alias_arg(b, param->key) ||
            binder_has_member(b, item, param->key))
            continue;
        if (place(b, &p, out, err))
            return -1;
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
    b->indexed = false;
    name_table_trim(&b->last, KEEP_NAMES); /* of the item before */
    binder_find_path_values(b, json);
    binder_begin_body(b, out);
    if (binder_check_required(b, json, err) || binder_append_path(b, &out->url, err) ||
        binder_append_own_query(b, json, &out->url, err) ||
        place_alias_args(b, json, out, err) || place_item(b, json, out, err) ||
        place_given(b, out, err) || place_defaults(b, json, out, err))
        return -1;
    binder_end_body(b, out);
    if (identify(b, out, err))
        return -1;
    append_headers(b, out);
    return 0;
}

/* Who says --path expects it there: sent as something else, it would be lost unseen. */
static int check_paths(const struct request_binder *b, struct error *err)
{
    for (size_t i = 0; i < b->options.given_count; i++) {
        const struct request_parameter *given = &b->options.given[i];
        if (given->place != PLACE_PATH || b->graphql ||
            template_name_index(&b->path, slice_of(given->key)) >= 0)
            continue;
        error_set(err, ERROR_PARAM_INVALID, "--path: there is no {%s} in the path %s",
                  given->key, b->target->path);
        return error_help(err, "%s=<value> sends it as this endpoint sends all others",
                          given->key);
    }
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
    if (check_paths(b, err)) {
        request_binder_free(&b->port);
        return NULL;
    }
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
    name_table_free(&b->last);
    template_fini(&b->path);
    free(b);
}

const struct request_shape *request_binder_shape(const struct binder *binder)
{
    return &((const struct request_binder *)binder)->shape;
}
