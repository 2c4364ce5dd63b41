/* SPDX-License-Identifier: MIT */
#include "cli/print.h"

#include "base/json.h"
#include "output/pretty.h"
#include "output/writer.h"

int print_text(struct slice text, struct error *err)
{
    struct writer *writer = writer_stdout(NULL, err);
    if (!writer)
        return -1;
    buffer_append_slice(&writer->out, text);
    int status = writer_finish(writer, err);
    writer_free(writer);
    return status;
}

int print_buffer(struct buffer *text, struct error *err)
{
    int status = print_text(buffer_slice(text), err);
    buffer_free(text);
    return status;
}

int print_json(struct slice json, enum print_style style, struct error *err)
{
    struct buffer text = {0};
    if (style == PRINT_PRETTY) {
        pretty_value(json, 0, &text);
    } else {
        if (style == PRINT_COMPACT)
            json_minify(json, &text);
        else
            json_indent(json, 0, &text);
        buffer_append_char(&text, '\n');
    }
    return print_buffer(&text, err);
}

static bool wants_comma(const struct buffer *json)
{
    size_t at = json->length;
    while (at && json_is_space(json->data[at - 1]))
        at--;
    return at && json->data[at - 1] != '{' && json->data[at - 1] != ',';
}

void print_key(struct buffer *json, const char *key)
{
    if (wants_comma(json))
        buffer_append_char(json, ',');
    json_string_encode(slice_of(key), json);
    buffer_append_char(json, ':');
}

void print_member(struct buffer *json, const char *key, const char *text)
{
    print_key(json, key);
    if (text)
        json_string_encode(slice_of(text), json);
    else
        buffer_append_text(json, "null");
}
