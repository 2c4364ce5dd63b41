/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "request/binder.h"

#include <string.h>

void binder_append_body(struct request_binder *b, const struct parameter *p,
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

/* {"query": the text, "variables": */
void binder_begin_body(struct request_binder *b, struct request *out)
{
    b->members = 0;
    if (!b->graphql)
        return;
    out->has_body = true;
    buffer_append_text(&out->body, "{\"query\":");
    buffer_append_text(&out->body, b->target->query);
    buffer_append_text(&out->body, ",\"variables\":");
}

void binder_end_body(struct request_binder *b, struct request *out)
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
    if (binder_is_given(b, key) || binder_has_alias_arg(b, key) || json_find(item, key, &value))
        return true;
    for (size_t i = 0; i < b->target->default_param_count; i++)
        if (strcmp(key, b->target->default_params[i].key) == 0)
            return true;
    return false;
}

/* A server would refuse it: better said before it is sent. */
int binder_check_required(const struct request_binder *b, struct slice item, struct error *err)
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
