/* SPDX-License-Identifier: MIT */
#include "base/names.h"
#include "base/units.h"
#include "service/schema.h"

#include <stdlib.h>
#include <strings.h>

static bool is_text(const struct node *value)
{
    return value->kind == NODE_TEXT;
}

static bool is_number(const struct node *value)
{
    return value->kind == NODE_INTEGER || value->kind == NODE_NUMBER;
}

/* Text without the characters that would end a header or request line. */
static bool is_one_line(const struct node *value)
{
    return is_text(value) && strlen(value->text) == value->length &&
           !strpbrk(value->text, "\r\n");
}

static bool fits_text(const struct node *value)
{
    return is_text(value) && value->length > 0 && strlen(value->text) == value->length;
}

static bool fits_name(const struct node *value)
{
    if (!fits_text(value))
        return false;
    for (const char *c = value->text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return false;
    return true;
}

static bool fits_any(const struct node *value)
{
    (void)value;
    return true;
}

static bool fits_flag(const struct node *value)
{
    return value->kind == NODE_BOOL;
}

static bool fits_count(const struct node *value)
{
    int64_t count;
    return value->kind == NODE_INTEGER && units_integer(value->text, &count) == 0 && count > 0;
}

static bool fits_positive(const struct node *value)
{
    double number;
    return is_number(value) && units_number(value->text, &number) == 0 && number > 0;
}

static bool fits_duration(const struct node *value)
{
    uint64_t ns;
    return is_text(value) && units_duration(value->text, &ns) == 0 && ns > 0;
}

static bool fits_rate(const struct node *value)
{
    struct rate rate;
    return (is_text(value) || is_number(value)) && units_rate(value->text, &rate) == 0;
}

static bool fits_delay(const struct node *value)
{
    double ms;
    uint64_t ns;
    if (is_number(value))
        return units_number(value->text, &ms) == 0 && ms >= 0 && ms <= 86400e3;
    return is_text(value) && units_duration(value->text, &ns) == 0;
}

static bool fits_status(const struct node *value)
{
    int64_t status;
    return value->kind == NODE_INTEGER && units_integer(value->text, &status) == 0 &&
           status >= 100 && status <= 599;
}

static bool is_one_of(const struct node *value, const char *const *words)
{
    for (; is_text(value) && *words; words++)
        if (strcmp(value->text, *words) == 0)
            return true;
    return false;
}

static bool fits_method(const struct node *value)
{
    static const char *const words[] = {"GET",   "POST", "PUT",     "DELETE",
                                        "PATCH", "HEAD", "OPTIONS", NULL};
    return is_one_of(value, words);
}

static bool fits_api_type(const struct node *value)
{
    static const char *const words[] = {"rest", "graphql", NULL};
    return is_one_of(value, words);
}

static bool fits_auth_type(const struct node *value)
{
    static const char *const words[] = {"bearer", "apikey", NULL};
    return is_one_of(value, words);
}

static bool fits_operation_type(const struct node *value)
{
    static const char *const words[] = {"query", "mutation", NULL};
    return is_one_of(value, words);
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text <= ' ' || *text == 0x7F)
            return true;
    return false;
}

/* Is what stands between "//" and the path a host that can be called: brackets closed, a port
 * that exists? With a variable in it, that shows later. */
static bool is_callable(const char *from)
{
    const char *end = from + strcspn(from, "/?#"), *variable = strstr(from, "${");
    if (variable && variable < end)
        return true;
    const char *at = memrchr(from, '@', (size_t)(end - from));
    const char *host = at ? at + 1 : from;
    const char *after = *host == '[' ? memchr(host, ']', (size_t)(end - host))
                                     : host + strcspn(host, ":/?#");
    if (!after || after == host)
        return false;
    after += *after == ']';
    if (after == end)
        return true;
    size_t digits = strspn(after + 1, "0123456789");
    return *after == ':' && after + 1 + digits == end && digits < 6 && atoi(after + 1) <= 65535;
}

bool service_is_base_url(const char *url)
{
    size_t scheme = strncasecmp(url, "http://", 7) == 0    ? 7
                    : strncasecmp(url, "https://", 8) == 0 ? 8
                                                           : 0;
    return scheme && url[scheme] && !strchr("/?#:@", url[scheme]) &&
           is_callable(url + scheme) && !has_control(url);
}

static bool fits_base_url(const struct node *value)
{
    return fits_text(value) && !has_control(value->text) &&
           (strncmp(value->text, "${", 2) == 0 || service_is_base_url(value->text));
}

static bool fits_path(const struct node *value)
{
    return fits_text(value) && is_one_line(value);
}

/* No template: nothing in it is replaced. */
static bool fits_graphql_endpoint(const struct node *value)
{
    return fits_path(value) && !strpbrk(value->text, "{}");
}

static bool fits_header_name(const struct node *value)
{
    return fits_text(value) && name_is_header(value->text);
}

static bool fits_token(const struct node *value)
{
    return fits_text(value) && is_one_line(value);
}

static bool fits_idempotency_key(const struct node *value)
{
    return value->kind == NODE_BOOL || fits_header_name(value);
}

static bool fits_plugin_name(const struct node *value)
{
    return fits_text(value) && strlen(value->text) == value->length &&
           name_is_plugin(value->text);
}

static bool fits_option_value(const struct node *value)
{
    return is_number(value) || value->kind == NODE_BOOL ||
           (is_text(value) && strlen(value->text) == value->length);
}

const struct form form_any = {"a value", fits_any, false, false};
const struct form form_text = {"text", fits_text, true, false};
const struct form form_name = {"a name", fits_name, true, false};
const struct form form_flag = {"true or false", fits_flag, false, false};
const struct form form_count = {"a whole number from 1", fits_count, false, false};
const struct form form_positive = {"a number above 0", fits_positive, false, false};
const struct form form_duration = {units_duration_form, fits_duration, false, false};
const struct form form_rate = {units_rate_form, fits_rate, false, false};
const struct form form_delay = {"a number of milliseconds, or a duration such as 1.5s",
                                fits_delay, false, false};
const struct form form_status = {"an HTTP status such as 429", fits_status, false, false};
const struct form form_method = {"one of GET, POST, PUT, DELETE, PATCH, HEAD and OPTIONS",
                                 fits_method, false, false};
const struct form form_base_url = {"an http or https URL, or text that begins with ${NAME}",
                                   fits_base_url, false, false};
const struct form form_path = {"a path such as /users/{id}", fits_path, false, false};
const struct form form_graphql_endpoint = {"a path such as /graphql", fits_graphql_endpoint,
                                           false, false};
const struct form form_api_type = {"rest or graphql", fits_api_type, false, false};
const struct form form_auth_type = {"bearer or apikey", fits_auth_type, false, false};
const struct form form_operation_type = {"query or mutation", fits_operation_type, false,
                                         false};
const struct form form_token = {"text on one line, such as ${API_TOKEN}", fits_token, true,
                                true};
const struct form form_header_name = {"a header name such as X-API-Key", fits_header_name, true,
                                      false};
const struct form form_header_value = {"text on one line", is_one_line, true, true};
const struct form form_idempotency_key = {"true, or a header name such as Idempotency-Key",
                                          fits_idempotency_key, false, false};
const struct form form_plugin_name = {"a plugin's name: a-z, 0-9 and '-', never a path",
                                      fits_plugin_name, false, false};
const struct form form_option_value = {"text, a number, true or false", fits_option_value,
                                       false, false};
