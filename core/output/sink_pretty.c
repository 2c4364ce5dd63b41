/* SPDX-License-Identifier: MIT */
#include "output/format.h"
#include "output/pretty.h"
#include "output/text.h"

#define DETAILS_INDENT 2

static void put_body(const struct result *r, unsigned indent, struct buffer *out)
{
    if (r->body_kind == BODY_JSON)
        pretty_value(r->body, indent, out);
    else if (r->body_kind == BODY_TEXT)
        pretty_text(r->body, indent, out);
    else if (r->success)
        pretty_value(slice_of("null"), indent, out);
}

static void put_message(const struct result *r, struct buffer *out)
{
    text_clean(slice_of(r->error->message), 0, out);
    (void)buffer_append_char(out, '\n');
    put_body(r, DETAILS_INDENT, out);
}

static void pretty_result(const struct text_sink *sink, const struct result *r,
                          struct buffer *out)
{
    PUT(out, "\n=== Request ");
    (void)buffer_append_u64(out, r->index + 1);
    if (sink->total > 0) {
        (void)buffer_append_char(out, '/');
        (void)buffer_append_u64(out, sink->total);
    }
    PUT(out, " ===\n");
    if (r->success) {
        PUT(out, "✓ Success\n");
        put_body(r, 0, out);
    } else {
        PUT(out, "✗ Failed\n[");
        (void)buffer_append_text(out, error_code_name(r->error->code));
        PUT(out, "] ");
        put_message(r, out);
    }
}

static void pretty_end(const struct text_sink *sink, struct buffer *out)
{
    PUT(out, "\nSummary: ");
    (void)buffer_append_u64(out, sink->succeeded);
    PUT(out, " succeeded, ");
    (void)buffer_append_u64(out, sink->failed);
    PUT(out, " failed\n");
}

static void pretty_single(const struct result *r, struct buffer *out)
{
    if (r->success) {
        put_body(r, 0, out);
    } else {
        PUT(out, "✗ ");
        put_message(r, out);
    }
}

const struct format format_pretty = {
    .result = pretty_result, .end = pretty_end, .single = pretty_single};
