/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/json_text.h"

static int control_encode(uint8_t c, struct buffer *out)
{
    static const char means[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt",
                      digits[] = "0123456789abcdef";
    const char *mean = c ? strchr(means, c) : NULL;
    if (mean)
        return buffer_append(out, (char[]){'\\', names[mean - means]}, 2);
    return buffer_append(out, (char[]){'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]}, 6);
}

/* The byte after the character at `at`, or after as much of one as there is. */
static const char *character_end(const char *at, const char *end, bool *whole)
{
    struct utf8 u = {0};
    const char *start = at;
    while (at < end && utf8_take(&u, (uint8_t)*at)) {
        at++;
        if (!u.left)
            break;
    }
    *whole = at > start && !u.left;
    return at > start ? at : at + 1;
}

int json_string_encode(struct slice text, struct buffer *out)
{
    const char *at = text.data, *end = text.data + text.length;
    size_t before = out->length;
    int rc = buffer_append_char(out, '"');
    while (at < end && rc == 0) {
        const char *start = at;
        at = json_plain_end(at, end, true);
        rc = buffer_append(out, start, (size_t)(at - start));
        if (at == end || rc != 0)
            break;
        if ((uint8_t)*at < 0x80) {
            rc = control_encode((uint8_t)*at++, out);
            continue;
        }
        bool whole;
        start = at;
        at = character_end(at, end, &whole);
        rc = whole ? buffer_append(out, start, (size_t)(at - start))
                   : buffer_append_text(out, "\xEF\xBF\xBD");
    }
    if (rc == 0)
        rc = buffer_append_char(out, '"');
    if (rc != 0)
        out->length = before;
    return rc;
}

/* The end of a stretch of checked text without insignificant white space. */
static const char *dense_end(const char *at, const char *end)
{
    while (at < end && !json_is_space(*at))
        at = *at == '"' ? json_string_end(at, end) : at + 1;
    return at;
}

int json_minify(struct slice value, struct buffer *out)
{
    const char *at = value.data, *end = value.data + value.length;
    size_t before = out->length;
    while ((at = json_space_end(at, end)) < end) {
        const char *start = at;
        at = dense_end(at, end);
        if (buffer_append(out, start, (size_t)(at - start)) != 0) {
            out->length = before;
            return -1;
        }
    }
    return 0;
}

/* Appends `text`, a line feed and two spaces a level. */
static int line_end(struct buffer *out, struct slice text, size_t level)
{
    size_t length = text.length + 1 + 2 * level;
    char *to = buffer_reserve(out, length);
    if (!to)
        return -1;
    if (text.length)
        memcpy(to, text.data, text.length);
    to[text.length] = '\n';
    memset(to + text.length + 1, ' ', 2 * level);
    out->length += length;
    return 0;
}

/* Lays out one token, or an empty container, and moves `*at` behind it. */
static int token_indent(const char **at, const char *end, size_t *level, struct buffer *out)
{
    const char *start = *at, *next = start + 1;
    switch (*start) {
    case '{':
    case '[':
        next = json_space_end(next, end);
        *at = next;
        if (*next != '}' && *next != ']')
            return line_end(out, (struct slice){start, 1}, ++*level);
        *at = next + 1;
        return buffer_append(out, (char[]){*start, *next}, 2);
    case '}':
    case ']':
        *at = next;
        if (line_end(out, (struct slice){0}, --*level) != 0)
            return -1;
        return buffer_append_char(out, *start);
    case ',':
        *at = next;
        return line_end(out, (struct slice){start, 1}, *level);
    case ':':
        *at = next;
        return buffer_append(out, ": ", 2);
    default:
        *at = json_token_end(start, end);
        return buffer_append(out, start, (size_t)(*at - start));
    }
}

int json_indent(struct slice value, unsigned level, struct buffer *out)
{
    const char *at = value.data, *end = value.data + value.length;
    size_t before = out->length, depth = level;
    while ((at = json_space_end(at, end)) < end) {
        if (token_indent(&at, end, &depth, out) != 0) {
            out->length = before;
            return -1;
        }
    }
    return 0;
}
