/* SPDX-License-Identifier: MIT */
#include "support/mock-exchange.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>

struct exchange *exchange_new(const char *uri, uint64_t now_ns)
{
    struct exchange *exchange = memory_new(1, sizeof *exchange);
    exchange->uri = memory_copy(uri);
    exchange->arrived_ns = now_ns;
    exchange->path = slice_of(exchange->uri);
    char *mark = strchr(exchange->uri, '?');
    if (mark) {
        exchange->path.length = (size_t)(mark - exchange->uri);
        exchange->query = slice_of(mark + 1);
    }
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    if (!exchange)
        return;
    free(exchange->uri);
    free(exchange->method_owned);
    free(exchange->answer.value_owned);
    buffer_free(&exchange->answer.body);
    buffer_free(&exchange->body);
    buffer_free(&exchange->asked);
    free(exchange);
}

void exchange_begin(struct exchange *exchange, struct MHD_Connection *connection,
                    const char *method)
{
    exchange->begun = true;
    exchange->connection = connection;
    exchange->method_owned = memory_copy(method);
    exchange->method = slice_of(exchange->method_owned);
}

struct slice exchange_id(const struct exchange *exchange)
{
    struct slice rest = exchange->query, name, value;
    const char *slash = memrchr(exchange->path.data, '/', exchange->path.length);
    const char *end = exchange->path.data + exchange->path.length;
    if (slash && slash + 1 < end && isdigit((unsigned char)slash[1]))
        return (struct slice){slash + 1, (size_t)(end - slash - 1)};
    while (query_next(&rest, &name, &value))
        if (slice_equal(name, slice_of("id")))
            return value;
    return (struct slice){"", 0};
}

bool query_next(struct slice *rest, struct slice *name, struct slice *value)
{
    if (rest->length == 0)
        return false;
    const char *end = rest->data + rest->length;
    const char *stop = memchr(rest->data, '&', rest->length);
    stop = stop ? stop : end;
    const char *equals = memchr(rest->data, '=', (size_t)(stop - rest->data));
    const char *name_end = equals ? equals : stop;
    *name = (struct slice){rest->data, (size_t)(name_end - rest->data)};
    *value = equals ? (struct slice){equals + 1, (size_t)(stop - equals - 1)}
                    : (struct slice){"", 0};
    const char *next = stop < end ? stop + 1 : end;
    *rest = (struct slice){next, (size_t)(end - next)};
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void query_decode(struct slice text, struct buffer *out)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%' && i + 2 < text.length && hex_digit(text.data[i + 1]) >= 0 &&
                   hex_digit(text.data[i + 2]) >= 0) {
            c = (char)(hex_digit(text.data[i + 1]) * 16 + hex_digit(text.data[i + 2]));
            i += 2;
        }
        buffer_append_char(out, c);
    }
}

bool exchange_parameter(const struct exchange *exchange, const char *name, struct buffer *out)
{
    struct slice rest = exchange->query, key, value;
    while (query_next(&rest, &key, &value)) {
        if (slice_equal(key, slice_of(name))) {
            query_decode(value, out);
            return true;
        }
    }
    return false;
}
