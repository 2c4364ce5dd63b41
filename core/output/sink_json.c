/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "output/format.h"

static void put_body(const struct result *r, unsigned level, struct buffer *out)
{
    switch (r->body_kind) {
    case BODY_NONE:
        PUT(out, "null");
        break;
    case BODY_JSON:
        (void)json_indent(r->body, level, out);
        break;
    case BODY_TEXT:
        (void)json_string_encode(r->body, out);
        break;
    }
}

static void put_line(unsigned level, const char *text, struct buffer *out)
{
    PUT(out, "\n");
    while (level-- > 0)
        PUT(out, "  ");
    (void)buffer_append_text(out, text);
}

/* The member "error" of an object whose members stand at `level`. */
static void put_error(const struct result *r, unsigned level, struct buffer *out)
{
    put_line(level, "\"error\": {", out);
    put_line(level + 1, "\"code\": \"", out);
    (void)buffer_append_text(out, error_code_name(r->error->code));
    PUT(out, "\",");
    put_line(level + 1, "\"message\": ", out);
    (void)json_string_encode(slice_of(r->error->message), out);
    if (r->body_kind != BODY_NONE) {
        PUT(out, ",");
        put_line(level + 1, "\"details\": ", out);
        put_body(r, level + 1, out);
    }
    put_line(level, "}", out);
}

static void json_result(const struct text_sink *sink, const struct result *r,
                        struct buffer *out)
{
    bool first = sink->succeeded + sink->failed == 0;
    (void)buffer_append_text(out, first ? "[\n  {" : ",\n  {");
    if (r->success) {
        PUT(out, "\n    \"success\": true,\n    \"data\": ");
        put_body(r, 2, out);
    } else {
        PUT(out, "\n    \"success\": false,");
        put_error(r, 2, out);
    }
    PUT(out, "\n  }");
}

static void json_end(const struct text_sink *sink, struct buffer *out)
{
    bool any = sink->succeeded + sink->failed > 0;
    (void)buffer_append_text(out, any ? "\n]\n" : "[]\n");
}

static void json_single(const struct result *r, struct buffer *out)
{
    if (r->success) {
        put_body(r, 0, out);
    } else {
        PUT(out, "{");
        put_error(r, 1, out);
        PUT(out, "\n}");
    }
    PUT(out, "\n");
}

const struct format format_json = {
    .result = json_result, .end = json_end, .single = json_single};
