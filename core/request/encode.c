/* SPDX-License-Identifier: MIT */
#include "request/encode.h"

static bool is_alphanumeric(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void encode(struct slice text, const char *plain, struct buffer *out)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (is_alphanumeric(c) || (c && strchr(plain, c))) {
            buffer_append_char(out, (char)c);
        } else {
            const char escape[3] = {'%', hex[c >> 4], hex[c & 15]};
            buffer_append(out, escape, sizeof escape);
        }
    }
}

void encode_path(struct slice text, struct buffer *out)
{
    encode(text, "-_.!~*'()", out);
}

void encode_query(struct slice text, struct buffer *out)
{
    size_t start = out->length;
    encode(text, "*-._ ", out);
    for (size_t i = start; i < out->length; i++)
        if (out->data[i] == ' ')
            out->data[i] = '+';
}
