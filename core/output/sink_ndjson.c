/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/units.h"
#include "output/format.h"

/*
 * The hot path of a large batch: nothing here allocates, once the writer's buffer has grown,
 * and nothing formats with printf.
 */

#define US_PER_MS (NS_PER_MS / NS_PER_US)

/* Milliseconds, to at most three decimals: 12, 12.3, 0.001. */
static void put_ms(uint64_t ns, struct buffer *out)
{
    uint64_t us = ns / NS_PER_US + (ns % NS_PER_US >= NS_PER_US / 2);
    (void)buffer_append_u64(out, us / US_PER_MS);
    unsigned rest = (unsigned)(us % US_PER_MS);
    char decimals[4] = {'.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10),
                        (char)('0' + rest % 10)};
    size_t length = sizeof decimals;
    while (length > 1 && decimals[length - 1] == '0')
        length--;
    if (length > 1)
        (void)buffer_append(out, decimals, length);
}

static void put_body(const struct result *r, struct buffer *out)
{
    switch (r->body_kind) {
    case BODY_NONE:
        PUT(out, "null");
        break;
    case BODY_JSON:
        (void)json_minify(r->body, out);
        break;
    case BODY_TEXT:
        (void)json_string_encode(r->body, out);
        break;
    }
}

static void put_error(const struct result *r, struct buffer *out)
{
    PUT(out, "\"error\":{\"code\":\"");
    (void)buffer_append_text(out, error_code_name(r->error->code));
    PUT(out, "\",\"message\":");
    (void)json_string_encode(slice_of(r->error->message), out);
    if (r->body_kind != BODY_NONE) {
        PUT(out, ",\"details\":");
        put_body(r, out);
    }
    PUT(out, "}");
}

/* How the item fared, apart from its data. */
static void put_facts(const struct result *r, struct buffer *out)
{
    PUT(out, "{\"index\":");
    (void)buffer_append_u64(out, r->index);
    (void)buffer_append_text(out, r->success ? ",\"success\":true" : ",\"success\":false");
    PUT(out, ",\"status\":");
    if (r->status)
        (void)buffer_append_u64(out, r->status);
    else
        PUT(out, "null");
    PUT(out, ",\"attempts\":");
    (void)buffer_append_u64(out, r->attempts);
    PUT(out, ",\"duration_ms\":");
    put_ms(r->duration_ns, out);
    if (r->request_id && *r->request_id) {
        PUT(out, ",\"request_id\":");
        (void)json_string_encode(slice_of(r->request_id), out);
    }
}

static void ndjson_result(const struct text_sink *sink, const struct result *r,
                          struct buffer *out)
{
    (void)sink;
    put_facts(r, out);
    PUT(out, ",");
    if (r->success) {
        PUT(out, "\"data\":");
        put_body(r, out);
    } else {
        put_error(r, out);
    }
    PUT(out, "}\n");
}

static void ndjson_single(const struct result *r, struct buffer *out)
{
    if (r->success) {
        put_body(r, out);
    } else {
        PUT(out, "{");
        put_error(r, out);
        PUT(out, "}");
    }
    PUT(out, "\n");
}

const struct format format_ndjson = {.result = ndjson_result, .single = ndjson_single};
