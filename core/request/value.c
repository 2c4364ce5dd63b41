/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "request/binder.h"

#include <string.h>

/* The text of a parameter's key, in `b->text` when it must be decoded. -1: no UTF-8. */
int binder_key_text(struct request_binder *b, const struct parameter *p, struct slice *text)
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

/* A scalar as text; objects and arrays as compact JSON. */
int binder_append_value(struct request_binder *b, struct slice value, encoder *encode,
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
int binder_append_joined(struct request_binder *b, struct slice value, encoder *encode,
                         struct buffer *out)
{
    if (json_type(value) != JSON_ARRAY)
        return binder_append_value(b, value, encode, out);
    struct json_cursor cursor = json_members(value);
    struct slice element;
    for (bool first = true; json_next(&cursor, NULL, &element); first = false) {
        if (!first)
            encode((struct slice){",", 1}, out);
        if (binder_append_value(b, element, encode, out))
            return -1;
    }
    return 0;
}

int binder_not_unicode(struct error *err, struct slice key)
{
    return error_set(err, ERROR_PARAM_INVALID,
                     "Parameter '%.*s' holds half of a surrogate pair, which no URL can carry",
                     (int)(key.length < 100 ? key.length : 100), key.data);
}
