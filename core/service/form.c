/* SPDX-License-Identifier: MIT */
#include "base/names.h"
#include "base/units.h"
#include "service/schema.h"
#include "service/service.h"

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

/* Text without a NUL in it, as nearly all is to be. */
static bool is_plain_text(const struct node *value)
{
    return is_text(value) && strlen(value->text) == value->length;
}

/* Text without the characters that would end a header or request line. */
static bool is_one_line(const struct node *value)
{
    return is_plain_text(value) && !strpbrk(value->text, "\r\n");
}

static bool fits_text(const struct node *value)
{
    return is_plain_text(value) && value->length > 0;
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

/* A path is put behind it as it stands, so there is no place in it for a query or a fragment;
 * and what a backslash means, nobody agrees on. */
static bool has_what_no_base_has(const char *url)
{
    return strpbrk(url, "?#\\") != NULL;
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
           is_callable(url + scheme) && !has_control(url) && !has_what_no_base_has(url);
}

static bool fits_base_url(const struct node *value)
{
    return fits_text(value) && !has_control(value->text) &&
           !has_what_no_base_has(value->text) &&
           (strncmp(value->text, "${", 2) == 0 || service_is_base_url(value->text));
}

static bool fits_line(const struct node *value)
{
    return fits_text(value) && is_one_line(value);
}

/* How many bytes a dot has at the start of `text`; 0: none is there. */
static size_t dot_length(struct slice text)
{
    if (text.length && text.data[0] == '.')
        return 1;
    return text.length >= 3 && strncasecmp(text.data, "%2e", 3) == 0 ? 3 : 0;
}

static bool is_dots(struct slice segment)
{
    for (int dots = 0; dots <= 2; dots++) {
        if (!segment.length)
            return dots > 0;
        size_t dot = dot_length(segment);
        if (!dot)
            return false;
        segment = (struct slice){segment.data + dot, segment.length - dot};
    }
    return false;
}

bool service_path_has_dots(struct slice path)
{
    const char *at = path.data, *end = path.data + path.length;
    while (at < end) {
        const char *stop = at;
        while (stop < end && *stop != '/' && *stop != '\\' && *stop != '?' && *stop != '#')
            stop++;
        if (is_dots((struct slice){at, (size_t)(stop - at)}))
            return true;
        if (stop < end && (*stop == '?' || *stop == '#'))
            return false;
        at = stop + 1;
    }
    return false;
}

static bool fits_path(const struct node *value)
{
    return fits_line(value) && !service_path_has_dots(service_node_slice(value));
}

/* No template: nothing in it is replaced. */
static bool fits_graphql_endpoint(const struct node *value)
{
    return fits_line(value) && !strpbrk(value->text, "{}");
}

/* What a token may be put into. */
static bool fits_header_name(const struct node *value)
{
    return fits_text(value) && name_is_settable(value->text) &&
           strcasecmp(value->text, "Host") != 0;
}

/* A header for something of our own must not be one that means something else. */
static bool fits_own_header(const struct node *value)
{
    return fits_header_name(value) && !name_is_credential(value->text, value->length) &&
           !name_is_among(names_meaning(), value->text, value->length);
}

static bool fits_idempotency_key(const struct node *value)
{
    return value->kind == NODE_BOOL || fits_own_header(value);
}

static bool fits_plugin_name(const struct node *value)
{
    return fits_text(value) && name_is_plugin(value->text);
}

static bool fits_option_value(const struct node *value)
{
    return is_number(value) || value->kind == NODE_BOOL || is_plain_text(value);
}

/* ---- the forms, and the same in the words of JSON Schema ---- */

#define TEXT(pattern) "{\"type\":\"string\",\"pattern\":\"" pattern "\"}"
#define ENUM(words)   "{\"enum\":[" words "]}"
#define ANY(a, b)     "{\"anyOf\":[" a "," b "]}"
#define LINE          "^[^\\\\r\\\\n\\\\u0000]+$"
#define DECIMAL       "([0-9]+|[0-9]*\\\\.[0-9]+)"
#define TIME          DECIMAL "(ns|us|ms|s|m|h|d)"
#define NUMBER_ABOVE  "{\"type\":\"number\",\"exclusiveMinimum\":0}"

const struct form form_any = {.what = "a value", .fits = fits_any, .json = "true"};
const struct form form_text = {.what = "text",
                               .fits = fits_text,
                               .text = true,
                               .json = "{\"type\":\"string\",\"minLength\":1}"};
const struct form form_name = {.what = "a name",
                               .fits = fits_name,
                               .text = true,
                               .json = TEXT("^[^\\\\u0000-\\\\u001F\\\\u007F]+$")};
const struct form form_flag = {
    .what = "true or false", .fits = fits_flag, .json = "{\"type\":\"boolean\"}"};
const struct form form_count = {.what = "a whole number from 1",
                                .fits = fits_count,
                                .json = "{\"type\":\"integer\",\"minimum\":1,"
                                        "\"maximum\":9223372036854775807}"};
const struct form form_positive = {
    .what = "a number above 0", .fits = fits_positive, .json = NUMBER_ABOVE};
const struct form form_duration = {
    .what = units_duration_form, .fits = fits_duration, .json = TEXT("^(?=.*[1-9])" TIME "$")};
const struct form form_rate = {
    .what = units_rate_form,
    .fits = fits_rate,
    .json = ANY(NUMBER_ABOVE, TEXT("^(?=.*[1-9])" DECIMAL "(/(s|m|h|d))?$"))};
const struct form form_delay = {.what = "a number of milliseconds, or a duration such as 1.5s",
                                .fits = fits_delay,
                                .json = ANY("{\"type\":\"number\",\"minimum\":0,"
                                            "\"maximum\":86400000}",
                                            TEXT("^(0+|0*\\\\.0+|" TIME ")$"))};
const struct form form_status = {
    .what = "an HTTP status such as 429",
    .fits = fits_status,
    .json = "{\"type\":\"integer\",\"minimum\":100,\"maximum\":599}"};
const struct form form_method = {
    .what = "one of GET, POST, PUT, DELETE, PATCH, HEAD and OPTIONS",
    .fits = fits_method,
    .json = ENUM("\"GET\",\"POST\",\"PUT\",\"DELETE\",\"PATCH\",\"HEAD\",\"OPTIONS\"")};
const struct form form_base_url = {
    .what = "an http or https URL without '?' or '#', or text that begins with ${NAME}",
    .fits = fits_base_url,
    .json = TEXT("^([Hh][Tt][Tt][Pp][Ss]?://[^/?#:@\\\\\\\\\\\\u0000- "
                 "]|\\\\$\\\\{)[^?#\\\\\\\\\\\\u0000- "
                 "\\\\u007F]*$")};
const struct form form_path = {.what = "a path such as /users/{id}, without '.' and '..' in it",
                               .fits = fits_path,
                               .json = TEXT("^(?!([^?#]*[/\\\\\\\\])?(\\\\.|%2[eE]){1,2}([/"
                                            "?#\\\\\\\\]|$))[^\\\\r\\\\n\\\\u0000]+$")};
const struct form form_graphql_endpoint = {.what = "a path such as /graphql",
                                           .fits = fits_graphql_endpoint,
                                           .json = TEXT("^[^{}\\\\r\\\\n\\\\u0000]+$")};
const struct form form_api_type = {
    .what = "rest or graphql", .fits = fits_api_type, .json = ENUM("\"rest\",\"graphql\"")};
const struct form form_auth_type = {
    .what = "bearer or apikey", .fits = fits_auth_type, .json = ENUM("\"bearer\",\"apikey\"")};
const struct form form_operation_type = {.what = "query or mutation",
                                         .fits = fits_operation_type,
                                         .json = ENUM("\"query\",\"mutation\"")};
const struct form form_token = {.what = "text on one line, such as ${API_TOKEN}",
                                .fits = fits_line,
                                .text = true,
                                .secret = true,
                                .json = TEXT(LINE)};
const struct form form_header_name = {.what = "a header name such as X-API-Key, and none that "
                                              "HTTP itself needs",
                                      .fits = fits_header_name,
                                      .text = true,
                                      .json = FORM_JSON_TOKEN_HEADER};
const struct form form_header_value = {.what = "text on one line",
                                       .fits = is_one_line,
                                       .text = true,
                                       .secret = true,
                                       .json = TEXT("^[^\\\\r\\\\n\\\\u0000]*$")};
const struct form form_idempotency_key = {
    .what = "true, or a header name such as Idempotency-Key that means nothing else in HTTP",
    .fits = fits_idempotency_key,
    .json = FORM_JSON_OWN_HEADER};
const struct form form_plugin_name = {.what = "a plugin's name: a-z, 0-9 and '-', never a path",
                                      .fits = fits_plugin_name,
                                      .json = TEXT("^[a-z0-9-]+$")};
const struct form form_option_value = {
    .what = "text, a number, true or false",
    .fits = fits_option_value,
    .json = "{\"type\":[\"string\",\"number\",\"boolean\"]}"};
const struct form form_file = {.what = "a file, such as certs/ca.pem",
                               .fits = fits_line,
                               .text = true,
                               .json = TEXT(LINE)};
