/* SPDX-License-Identifier: MIT */
#include "service/environment.h"

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"

#include <ctype.h>
#include <stdlib.h>

/* ---- .env ---- */

struct lines {
    const char *path;
    const char *at, *end;
    unsigned line;
};

static const char *line_end(const struct lines *in)
{
    if (in->at >= in->end)
        return in->end;
    const char *feed = memchr(in->at, '\n', (size_t)(in->end - in->at));
    return feed ? feed : in->end;
}

static void skip_blanks(struct lines *in)
{
    while (in->at < in->end && (*in->at == ' ' || *in->at == '\t'))
        in->at++;
}

/* To the start of the next line. */
static void skip_line(struct lines *in)
{
    in->at = line_end(in);
    if (in->at < in->end)
        in->at++;
    in->line++;
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

static struct slice read_name(struct lines *in)
{
    const char *from = in->at;
    while (in->at < in->end && is_name_char(*in->at))
        in->at++;
    return (struct slice){from, (size_t)(in->at - from)};
}

/* '=', or ':' with a blank behind it, as dotenv takes it. */
static bool is_separator(const struct lines *in)
{
    return in->at < in->end && (*in->at == '=' || (*in->at == ':' && in->at + 1 < in->end &&
                                                   (in->at[1] == ' ' || in->at[1] == '\t')));
}

/* A name, after `export` if that is there, and its '='. False: the line says nothing of the
 * kind. */
static bool read_assignment(struct lines *in, struct slice *name)
{
    skip_blanks(in);
    *name = read_name(in);
    skip_blanks(in);
    if (slice_equal(*name, slice_of("export")) && in->at < in->end && is_name_char(*in->at)) {
        *name = read_name(in);
        skip_blanks(in);
    }
    if (name->length == 0 || !is_separator(in))
        return false;
    in->at++;
    skip_blanks(in);
    return true;
}

/* Does the line say nothing more behind the quote but a comment? */
static bool ends_value(const struct lines *in, const char *quote)
{
    const char *at = quote + 1;
    while (at < in->end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at == in->end || *at == '\n' || *at == '#';
}

/* The end of a text in quotes that starts at in->at, or NULL. As dotenv has it, a quote that
 * more text follows is none that ends a value: "C:\dir\" on one line does not go on to the
 * first quote of the next, where it would take that variable in. The backslash then escapes
 * nothing. */
static const char *closing_quote(const struct lines *in)
{
    const char *escaped = NULL;
    for (const char *at = in->at + 1; at < in->end; at++) {
        if (*at == '\\' && at + 1 < in->end && at[1] == *in->at) {
            at++;
            if (ends_value(in, at))
                escaped = at;
        } else if (*at == *in->at) {
            bool closes = ends_value(in, at) || (!escaped && at < line_end(in));
            return closes ? at : escaped;
        }
    }
    return escaped;
}

/* Inside double quotes \n and \r are characters; all else stands as written. */
static char *unquoted(const char *from, const char *end, bool escapes)
{
    struct buffer out = {0};
    for (; from < end; from++) {
        bool escape = escapes && *from == '\\' && from + 1 < end;
        if (escape && (from[1] == 'n' || from[1] == 'r'))
            buffer_append_char(&out, *++from == 'n' ? '\n' : '\r');
        else
            buffer_append_char(&out, *from);
    }
    char *value = memory_copy(buffer_text(&out));
    buffer_free(&out);
    return value;
}

static char *read_quoted(struct lines *in, const char *close)
{
    char *value = unquoted(in->at + 1, close, *in->at == '"');
    for (; in->at < close; in->at++)
        in->line += *in->at == '\n';
    return value;
}

/* To the end of the line, or to a '#' after a space. */
static char *read_plain(const struct lines *in)
{
    const char *end = line_end(in), *stop = in->at;
    while (stop < end &&
           !(*stop == '#' && (stop == in->at || isspace((unsigned char)stop[-1]))))
        stop++;
    while (stop > in->at && isspace((unsigned char)stop[-1]))
        stop--;
    return memory_copy_n(in->at, (size_t)(stop - in->at));
}

static char *read_value(struct lines *in)
{
    bool quote = in->at < in->end && strchr("'\"`", *in->at) && *in->at;
    const char *close = quote ? closing_quote(in) : NULL;
    if (quote && !close)
        log_warning("%s:%u: a quote is opened and never closed; the line is taken as it is",
                    in->path, in->line);
    return close ? read_quoted(in, close) : read_plain(in);
}

static void variable_add(struct environment *out, struct slice name, char *value)
{
    out->names = memory_grow(out->names, out->count + 1, sizeof *out->names);
    out->values = memory_grow(out->values, out->count + 1, sizeof *out->values);
    out->names[out->count] = memory_copy_n(name.data, name.length);
    out->values[out->count++] = value;
}

/* Blank lines and comments are none, but anything else is hardly meant. */
static void warn_of_line(struct lines *in)
{
    const char *end = line_end(in);
    while (in->at < end && isspace((unsigned char)*in->at))
        in->at++;
    if (in->at < end && *in->at != '#')
        log_warning("%s:%u: this is not NAME=value; the line is ignored", in->path, in->line);
}

void service_environment_parse(struct environment *out, const char *path, struct slice text)
{
    struct lines in = {path, text.data, text.data + text.length, 1};
    if (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        in.at += 3;
    while (in.at < in.end) {
        struct slice name;
        const char *start = in.at;
        if (read_assignment(&in, &name)) {
            variable_add(out, name, read_value(&in));
        } else {
            in.at = start;
            warn_of_line(&in);
        }
        skip_line(&in);
    }
}

void service_environment_read(struct environment *out, const char *path)
{
    *out = (struct environment){0};
    struct buffer text = {0};
    struct error why;
    switch (file_read(path, YAML_MAX_BYTES, &text, &why)) {
    case FILE_READ:
        if (text.length)
            service_environment_parse(out, path, buffer_slice(&text));
        log_debug(CONFIG, NULL, "%s: %zu variable%s", path, out->count,
                  units_plural(out->count));
        break;
    case FILE_FAILED:
        log_warning("%s", why.message);
        break;
    case FILE_ABSENT:
        log_debug(CONFIG, NULL, "%s: not there", path);
        break;
    }
    buffer_free(&text);
}

void service_environment_free(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++) {
        free(environment->names[i]);
        free(environment->values[i]);
    }
    free(environment->names);
    free(environment->values);
    *environment = (struct environment){0};
}

const char *service_environment_get(const struct environment *environment, const char *name)
{
    const char *value = getenv(name);
    for (size_t i = environment->count; i > 0 && !value; i--)
        if (strcmp(environment->names[i - 1], name) == 0)
            value = environment->values[i - 1];
    return value;
}

void service_environment_trace(const struct environment *environment, const char *name,
                               const char *where)
{
    const char *value = service_environment_get(environment, name);
    if (!value)
        log_debug(ENV, NULL, "Warning: %s is not set (%s)", name, where);
    else
        log_debug(ENV, NULL, "%s: from %s%s (%s)", name,
                  getenv(name) ? "the environment" : DOT_ENV, *value ? "" : ", but empty",
                  where);
}

/* ---- ${NAME} ---- */

/* The length of "${NAME}" at the start of `text`; 0: there is none. */
static size_t reference_length(struct slice text)
{
    if (text.length < 4 || text.data[0] != '$' || text.data[1] != '{' ||
        isdigit((unsigned char)text.data[2]))
        return 0;
    size_t i = 2;
    while (i < text.length && (isalnum((unsigned char)text.data[i]) || text.data[i] == '_'))
        i++;
    return i > 2 && i < text.length && text.data[i] == '}' ? i + 1 : 0;
}

struct slice service_environment_name(struct slice text)
{
    size_t length = reference_length(text);
    return length ? (struct slice){text.data + 2, length - 3} : (struct slice){0};
}

/* Where a server is and no more, https://api.example.com:8443/, is no secret, and messages and
 * `cache list` would say little without it. What follows in a URL may well be one. */
static bool is_origin(const char *value)
{
    const char *host = strncmp(value, "https://", 8) == 0  ? value + 8
                       : strncmp(value, "http://", 7) == 0 ? value + 7
                                                           : NULL;
    if (!host || !*host)
        return false;
    size_t length = strcspn(host, "/?#@");
    return !host[length] || strcmp(host + length, "/") == 0;
}

static int append_variable(const struct environment *environment, struct slice name,
                           const struct node *at, struct buffer *out, struct error *err)
{
    char *text = memory_copy_n(name.data, name.length);
    const char *value = service_environment_get(environment, text);
    int status = 0;
    if (!value) {
        log_debug(ENV, NULL, "Warning: %s is not set", text);
        error_set(err, ERROR_ENV_VAR_NOT_FOUND,
                  "Environment variable %s is not defined (used at %s:%u:%u)", text, at->file,
                  at->line, at->column);
        status = error_help(err, "set it or add it to .env");
    } else {
        if (!is_origin(value))
            log_add_secret(value);
        log_debug(ENV, NULL, "Resolved %s = ********", text);
        status = buffer_append_text(out, value);
        if (status < 0)
            service_node_fail(at, ERROR_CONFIG_INVALID, err,
                              "the text grows too large once ${%s} is filled in", text);
    }
    free(text);
    return status;
}

int service_environment_replace(const struct environment *environment, struct slice text,
                                const struct node *at, struct buffer *out, struct error *err)
{
    for (size_t i = 0; i < text.length;) {
        size_t reference = reference_length((struct slice){text.data + i, text.length - i});
        if (reference == 0) {
            if (buffer_append_char(out, text.data[i++]) < 0)
                return service_node_fail(at, ERROR_CONFIG_INVALID, err,
                                         "the text is too large");
            continue;
        }
        struct slice name = {text.data + i + 2, reference - 3};
        if (append_variable(environment, name, at, out, err) < 0)
            return -1;
        i += reference;
    }
    return 0;
}

/* ---- JSON ---- */

static int too_large(const struct node *node, struct error *err)
{
    return service_node_fail(node, ERROR_CONFIG_INVALID, err, "the value is too large");
}

static int text_json(const struct environment *environment, const struct node *node,
                     struct buffer *json, struct error *err)
{
    struct slice text = service_node_slice(node);
    struct buffer replaced = {.limit = json->limit};
    int status = 0;
    if (environment) {
        status = service_environment_replace(environment, text, node, &replaced, err);
        text = buffer_slice(&replaced);
    }
    if (status == 0 && json_string_encode(text, json) < 0)
        status = too_large(node, err);
    buffer_free(&replaced);
    return status;
}

static int members_json(const struct environment *environment, const struct node *node,
                        struct buffer *json, struct error *err)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct node_member *member = &node->members[i];
        if (i > 0 && buffer_append_char(json, ',') < 0)
            return too_large(node, err);
        if (member->key && (json_string_encode(slice_of(member->key), json) < 0 ||
                            buffer_append_char(json, ':') < 0))
            return too_large(node, err);
        if (service_environment_json(environment, member->value, json, err) < 0)
            return -1;
    }
    return 0;
}

int service_environment_json(const struct environment *environment, const struct node *node,
                             struct buffer *json, struct error *err)
{
    if (node->kind == NODE_TEXT)
        return text_json(environment, node, json, err);
    if (node->kind < NODE_TEXT)
        return buffer_append(json, node->text, node->length) < 0 ? too_large(node, err) : 0;
    bool map = node->kind == NODE_MAP;
    if (buffer_append_char(json, map ? '{' : '[') < 0)
        return too_large(node, err);
    if (members_json(environment, node, json, err) < 0)
        return -1;
    return buffer_append_char(json, map ? '}' : ']') < 0 ? too_large(node, err) : 0;
}
