/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/json_text.h"

enum json_type json_type(struct slice value)
{
    switch (value.data[0]) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
}

/* The byte after a value. Checked text needs no stack: brackets match, so counting will do. */
static const char *value_end(const char *at, const char *end)
{
    if (*at != '{' && *at != '[')
        return json_token_end(at, end);
    size_t depth = 0;
    do {
        if (*at == '"') {
            at = json_string_end(at, end);
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        else if (*at == '}' || *at == ']')
            depth--;
        at++;
    } while (depth);
    return at;
}

struct json_cursor json_members(struct slice container)
{
    return (struct json_cursor){container.data + 1, container.data + container.length - 1,
                                container.data[0] == '{'};
}

bool json_next(struct json_cursor *cursor, struct slice *key, struct slice *value)
{
    const char *end = cursor->end, *at = json_space_end(cursor->at, end);
    if (at == end)
        return false;
    if (cursor->object) {
        const char *key_end = json_string_end(at, end);
        if (key)
            *key = (struct slice){at, (size_t)(key_end - at)};
        at = json_space_end(json_space_end(key_end, end) + 1, end);
    }
    const char *stop = value_end(at, end);
    *value = (struct slice){at, (size_t)(stop - at)};
    at = json_space_end(stop, end);
    cursor->at = at < end ? at + 1 : end;
    return true;
}

bool json_find(struct slice object, const char *key, struct slice *value)
{
    struct slice name = slice_of(key), raw_key, member;
    struct json_cursor cursor = json_members(object);
    bool found = false;
    while (json_next(&cursor, &raw_key, &member)) {
        if (json_key_is(raw_key, name)) {
            *value = member;
            found = true;
        }
    }
    return found;
}

static uint32_t hex_read(const char *at)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++)
        unit = unit << 4 |
               (uint32_t)(json_is_digit(at[i]) ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
    return unit;
}

/* Decodes the \uXXXX whose digits are at `*at`, and the low surrogate after a high one. Returns
 * the length, or 0 for a lone surrogate. */
static size_t unicode_decode(const char **at, char to[4])
{
    uint32_t point = hex_read(*at);
    *at += 4;
    if (point >= 0xDC00 && point <= 0xDFFF)
        return 0;
    if (point >= 0xD800 && point <= 0xDBFF) {
        /* The closing quote stops this from reading too far. */
        if ((*at)[0] != '\\' || (*at)[1] != 'u')
            return 0;
        uint32_t low = hex_read(*at + 2);
        if (low < 0xDC00 || low > 0xDFFF)
            return 0;
        *at += 6;
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    return utf8_encode(point, to);
}

/* Decodes the escape whose backslash is at `*at`. Returns the length, or 0. */
static size_t escape_decode(const char **at, char to[4])
{
    static const char names[] = "bfnrt", means[] = "\b\f\n\r\t";
    char c = (*at)[1];
    *at += 2;
    if (c == 'u')
        return unicode_decode(at, to);
    const char *name = strchr(names, c);
    if (name)
        c = means[name - names];
    to[0] = c;
    return 1;
}

/* The next part of a raw string's text, decoded: a run without escapes as it stands, or one
 * escape by way of `room`. Empty for a lone surrogate. */
static struct slice part_decode(const char **at, const char *end, char room[4])
{
    if (**at == '\\')
        return (struct slice){room, escape_decode(at, room)};
    const char *start = *at;
    *at = json_plain_end(start, end, false);
    return (struct slice){start, (size_t)(*at - start)};
}

bool json_key_is(struct slice raw_key, struct slice name)
{
    const char *at = raw_key.data + 1, *end = raw_key.data + raw_key.length - 1;
    size_t same = 0;
    while (at < end) {
        char room[4];
        struct slice part = part_decode(&at, end, room);
        if (part.length == 0 || part.length > name.length - same ||
            memcmp(part.data, name.data + same, part.length) != 0)
            return false;
        same += part.length;
    }
    return same == name.length;
}

int json_string_decode(struct slice raw, struct buffer *out)
{
    const char *at = raw.data + 1, *end = raw.data + raw.length - 1;
    size_t before = out->length;
    while (at < end) {
        char room[4];
        struct slice part = part_decode(&at, end, room);
        if (part.length == 0 || buffer_append_slice(out, part) != 0) {
            out->length = before;
            return -1;
        }
    }
    return 0;
}
