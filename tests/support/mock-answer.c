/* SPDX-License-Identifier: MIT */
#include "support/mock-answer.h"

#include "base/memory.h"
#include "support/mock-stats.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define JSON       "application/json"
#define LARGE_MOST (UINT64_C(1) << 30)

static void reply(struct answer *answer, unsigned status, const char *type, const char *text)
{
    answer->status = status;
    answer->type = type;
    buffer_reset(&answer->body);
    buffer_append_text(&answer->body, text);
}

void answer_error(struct answer *answer, unsigned status, const char *message)
{
    reply(answer, status, JSON, "{\"error\":");
    stats_quote(&answer->body, slice_of(message));
    buffer_append_char(&answer->body, '}');
}

static bool method_is(const struct exchange *exchange, const char *name)
{
    return slice_equal(exchange->method, slice_of(name));
}

static bool digits_only(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!isdigit((unsigned char)text.data[i]))
            return false;
    return text.length > 0 && text.length < 20;
}

/* A number from the query, else `otherwise`. */
static uint64_t parameter_number(const struct exchange *exchange, const char *name,
                                 uint64_t otherwise)
{
    struct buffer text = {0};
    if (exchange_parameter(exchange, name, &text) && digits_only(buffer_slice(&text)))
        otherwise = strtoull(buffer_text(&text), NULL, 10);
    buffer_free(&text);
    return otherwise;
}

/* ---- users and orders ---- */

static void write_user(struct buffer *out, struct slice id)
{
    int length = (int)id.length;
    buffer_append_format(
        out, "{\"id\":%.*s,\"name\":\"User %.*s\",\"email\":\"user%.*s@example.com\"}", length,
        id.data, length, id.data, length, id.data);
}

static void write_order(struct buffer *out, struct slice id)
{
    buffer_append_format(out,
                         "{\"id\":%.*s,\"user\":1,\"total\":10.00,\"currency\":\"EUR\","
                         "\"lines\":[{\"sku\":\"A-%.*s\",\"quantity\":1}]}",
                         (int)id.length, id.data, (int)id.length, id.data);
}

static const struct collection {
    const char *path;
    void (*write)(struct buffer *out, struct slice id);
} collections[] = {{"/users", write_user}, {"/orders", write_order}};

/* The body with an id put in front of its members; other bodies become its member "body". */
static void write_with_id(struct buffer *out, struct slice id, struct slice body)
{
    size_t at = 0;
    while (at < body.length && isspace((unsigned char)body.data[at]))
        at++;
    buffer_append_format(out, "{\"id\":%.*s", (int)id.length, id.data);
    if (at < body.length && body.data[at] == '{') {
        size_t first = at + 1;
        while (first < body.length && isspace((unsigned char)body.data[first]))
            first++;
        if (first < body.length && body.data[first] != '}')
            buffer_append_char(out, ',');
        buffer_append(out, body.data + at + 1, body.length - at - 1);
        return;
    }
    buffer_append_text(out, ",\"body\":");
    stats_quote(out, body);
    buffer_append_char(out, '}');
}

static void list(struct exchange *exchange, const struct collection *collection)
{
    struct answer *answer = &exchange->answer;
    uint64_t limit = parameter_number(exchange, "limit", 3);
    reply(answer, 200, JSON, "[");
    for (uint64_t i = 1; i <= limit && i <= 1000; i++) {
        char id[24];
        snprintf(id, sizeof id, "%" PRIu64, i);
        buffer_append_text(&answer->body, i > 1 ? "," : "");
        collection->write(&answer->body, slice_of(id));
    }
    buffer_append_char(&answer->body, ']');
}

static void create(struct exchange *exchange)
{
    reply(&exchange->answer, 201, JSON, "");
    write_with_id(&exchange->answer.body, slice_of("1001"), buffer_slice(&exchange->body));
}

static void one(struct exchange *exchange, const struct collection *collection, struct slice id)
{
    struct answer *answer = &exchange->answer;
    if (!digits_only(id)) {
        answer_error(answer, 404, "not found");
    } else if (method_is(exchange, "GET") || method_is(exchange, "HEAD")) {
        reply(answer, 200, JSON, "");
        collection->write(&answer->body, id);
    } else if (method_is(exchange, "PUT") || method_is(exchange, "PATCH")) {
        reply(answer, 200, JSON, "");
        write_with_id(&answer->body, id, buffer_slice(&exchange->body));
    } else if (method_is(exchange, "DELETE")) {
        reply(answer, 204, NULL, "");
    } else {
        answer_error(answer, 405, "method not allowed");
    }
}

static bool in_collection(struct exchange *exchange)
{
    for (size_t i = 0; i < sizeof collections / sizeof collections[0]; i++) {
        struct slice path = exchange->path, base = slice_of(collections[i].path);
        if (path.length < base.length || memcmp(path.data, base.data, base.length) != 0)
            continue;
        if (path.length == base.length) {
            if (method_is(exchange, "POST"))
                create(exchange);
            else
                list(exchange, &collections[i]);
            return true;
        }
        if (path.data[base.length] == '/') {
            one(exchange, &collections[i],
                (struct slice){path.data + base.length + 1, path.length - base.length - 1});
            return true;
        }
    }
    return false;
}

/* ---- mirrors ---- */

static enum MHD_Result write_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct buffer *out = cls;
    (void)kind;
    if (out->data[out->length - 1] != '{')
        buffer_append_char(out, ',');
    stats_quote(out, slice_of(name));
    buffer_append_char(out, ':');
    stats_quote(out, slice_of(value ? value : ""));
    return MHD_YES;
}

static void echo(struct exchange *exchange)
{
    struct buffer *out = &exchange->answer.body;
    reply(&exchange->answer, 200, JSON, "{\"method\":");
    stats_quote(out, exchange->method);
    buffer_append_text(out, ",\"path\":");
    stats_quote(out, exchange->path);
    buffer_append_text(out, ",\"query\":");
    stats_quote(out, exchange->query);
    buffer_append_text(out, ",\"headers\":{");
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, write_header, out);
    buffer_append_text(out, "},\"body\":");
    stats_quote(out, buffer_slice(&exchange->body));
    buffer_append_char(out, '}');
}

static const char *received_type(struct exchange *exchange)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Content-Type");
}

static void mirror(struct exchange *exchange)
{
    reply(&exchange->answer, 200, received_type(exchange), "");
    buffer_append_slice(&exchange->answer.body, buffer_slice(&exchange->body));
}

/* A GraphQL server that answers every operation with what it was asked. */
static void graphql(struct exchange *exchange)
{
    struct buffer *out = &exchange->answer.body;
    const char *credentials = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND,
                                                          "Authorization");
    reply(&exchange->answer, 200, JSON, "{\"data\":{\"authorization\":");
    stats_quote(out, slice_of(credentials ? credentials : ""));
    buffer_append_text(out, ",\"received\":");
    buffer_append_slice(out, buffer_slice(&exchange->body));
    buffer_append_text(out, "}}");
}

/* Takes the decoded parameter `name` out as a string that the answer owns. */
static char *own_parameter(struct exchange *exchange, const char *name)
{
    struct buffer text = {0};
    if (!exchange_parameter(exchange, name, &text)) {
        buffer_free(&text);
        return NULL;
    }
    exchange->answer.value_owned = memory_copy(buffer_text(&text));
    buffer_free(&text);
    return exchange->answer.value_owned;
}

static void free_reply(struct exchange *exchange)
{
    unsigned status = (unsigned)parameter_number(exchange, "status", 200);
    const char *type = own_parameter(exchange, "type");
    reply(&exchange->answer, status, type ? type : JSON, "");
    exchange_parameter(exchange, "body", &exchange->answer.body);
}

static void redirect(struct exchange *exchange)
{
    const char *to = own_parameter(exchange, "to");
    reply(&exchange->answer, (unsigned)parameter_number(exchange, "status", 302), JSON,
          "{\"moved\":true}");
    exchange->answer.header = MHD_HTTP_HEADER_LOCATION;
    exchange->answer.value = to ? to : "/redirect";
}

/* ---- oddities ---- */

static void large(struct exchange *exchange)
{
    static const char start[] = "{\"data\":\"", end[] = "\"}";
    const size_t around = sizeof start + sizeof end - 2;
    struct buffer *out = &exchange->answer.body;
    uint64_t bytes = parameter_number(exchange, "bytes", 1 << 20);
    bytes = bytes < around ? around : bytes > LARGE_MOST ? LARGE_MOST : bytes;
    reply(&exchange->answer, 200, JSON, start);
    char *fill = buffer_reserve(out, bytes);
    memset(fill, 'x', bytes - around);
    out->length += bytes - around;
    buffer_append_text(out, end);
}

/* {"compressed":true}, by gzip -n */
static void gzip(struct exchange *exchange)
{
    static const unsigned char bytes[] = {
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x4a,
        0xce, 0xcf, 0x2d, 0x28, 0x4a, 0x2d, 0x2e, 0x4e, 0x4d, 0x51, 0xb2, 0x2a, 0x29,
        0x2a, 0x4d, 0xad, 0x05, 0x00, 0xf1, 0xea, 0x39, 0x95, 0x13, 0x00, 0x00, 0x00};
    reply(&exchange->answer, 200, JSON, "");
    buffer_append(&exchange->answer.body, bytes, sizeof bytes);
    exchange->answer.header = MHD_HTTP_HEADER_CONTENT_ENCODING;
    exchange->answer.value = "gzip";
}

static void status(struct exchange *exchange)
{
    struct slice code = exchange_id(exchange);
    unsigned number = (unsigned)strtoul(code.data, NULL, 10);
    if (number < 200 || number > 599) {
        answer_error(&exchange->answer, 400, "a status from 200 to 599");
        return;
    }
    if (number == 204 || number == 304)
        reply(&exchange->answer, number, NULL, "");
    else if (number >= 400)
        answer_error(&exchange->answer, number, "as you asked");
    else
        reply(&exchange->answer, number, JSON, "{\"status\":\"as you asked\"}");
}

static void text(struct exchange *exchange)
{
    reply(&exchange->answer, 200, "text/plain; charset=utf-8",
          "plain \"text\"\nof two lines\n");
}

static void not_json(struct exchange *exchange)
{
    reply(&exchange->answer, 200, JSON, "<html>this is not JSON</html>");
}

static void empty(struct exchange *exchange)
{
    reply(&exchange->answer, 200, NULL, "");
}

static const struct endpoint {
    const char *path;
    bool prefix; /* anything may follow */
    void (*make)(struct exchange *exchange);
} endpoints[] = {
    {"/echo", true, echo},          {"/mirror", false, mirror},   {"/reply", false, free_reply},
    {"/status/", true, status},     {"/large", false, large},     {"/text", false, text},
    {"/not-json", false, not_json}, {"/empty", false, empty},     {"/gzip", false, gzip},
    {"/redirect", false, redirect}, {"/graphql", false, graphql},
};

void answer_make(struct exchange *exchange)
{
    struct slice path = exchange->path;
    if (in_collection(exchange))
        return;
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++) {
        size_t length = strlen(endpoints[i].path);
        if (path.length < length || memcmp(path.data, endpoints[i].path, length) != 0)
            continue;
        if (path.length == length || endpoints[i].prefix) {
            endpoints[i].make(exchange);
            return;
        }
    }
    answer_error(&exchange->answer, 404, "not found");
}
