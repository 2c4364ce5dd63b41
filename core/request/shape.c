/* SPDX-License-Identifier: MIT */
#include "request/shape.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_one_of(const char *method, const char *const *methods, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(method, methods[i]) == 0)
            return true;
    return false;
}

/* RFC 9110, section 9.2.2. */
static bool method_is_idempotent(const char *method)
{
    static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"};
    return is_one_of(method, methods, sizeof methods / sizeof *methods);
}

static bool target_has_header(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->header_count; i++)
        if (strcasecmp(target->headers[i].key, name) == 0)
            return true;
    return false;
}

static bool is_header_given(const struct request_options *o, const char *name)
{
    for (size_t i = 0; i < o->given_count; i++)
        if (o->given[i].place == PLACE_HEADER && strcasecmp(o->given[i].key, name) == 0)
            return true;
    return false;
}

static void add_line(char ***lines, unsigned *count, const char *name, const char *value)
{
    *lines = memory_grow(*lines, *count + 1, sizeof **lines);
    (*lines)[(*count)++] = memory_format("%s: %s", name, value);
}

static void add_header(struct request_shape *s, const struct target *t, const char *name,
                       const char *value)
{
    if (t->auth_header && strcasecmp(name, t->auth_header) == 0)
        return; /* the service's authentication wins, whoever else names its header */
    /* Wherever the service file puts it, and under whatever name what comes from the
     * environment. */
    if (name_is_credential(name, strlen(name)) || log_holds_secret(value))
        add_line(&s->credentials, &s->credential_count, name, value);
    else
        add_line(&s->headers, &s->header_count, name, value);
}

void shape_init(struct request_shape *s, const struct target *t,
                const struct request_options *o)
{
    s->method = t->method;
    s->graphql = t->graphql;
    s->certificate = t->certificate;
    s->idempotent = t->idempotent_set
                        ? t->idempotent
                        : t->idempotency_header || method_is_idempotent(t->method);
    s->timeout_ns = o->timeout_ns;
    s->connect_timeout_ns = o->connect_timeout_ns;
    s->max_response_bytes = o->max_response_bytes;
    for (size_t i = 0; i < t->header_count; i++)
        if (!is_header_given(o, t->headers[i].key))
            add_header(s, t, t->headers[i].key, t->headers[i].value);
    for (size_t i = 0; i < o->given_count; i++)
        if (o->given[i].place == PLACE_HEADER)
            add_header(s, t, o->given[i].key, o->given[i].value);
    if (t->auth_header)
        add_line(&s->credentials, &s->credential_count, t->auth_header, t->auth_value);
}

bool shape_takes_body(const char *method)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH"};
    return is_one_of(method, methods, sizeof methods / sizeof *methods);
}

bool shape_names_type(const struct target *t, const struct request_options *o)
{
    return target_has_header(t, "Content-Type") || is_header_given(o, "Content-Type");
}

static void free_lines(char **lines, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        free(lines[i]);
    free(lines);
}

void shape_fini(struct request_shape *s)
{
    free_lines(s->headers, s->header_count);
    free_lines(s->credentials, s->credential_count);
}
