/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/units.h"
#include "service/operation.h"
#include "service/set.h"
#include "service/settings.h"
#include "service/tls.h"

#include <stdlib.h>

/* No single text or parameter grows beyond this, whatever its variables hold. */
#define TEXT_MAX_BYTES (16u << 20)

/* What is being filled, from what. */
struct filling {
    const struct environment *environment;
    struct target *out;
    struct error *err;
};

/* ---- texts with ${NAME} ---- */

/* The text of a node with its variables filled in; the caller frees. NULL: failed. */
static char *text_filled(const struct filling *f, const struct node *node)
{
    struct buffer text = {.limit = TEXT_MAX_BYTES};
    char *copy = NULL;
    if (service_environment_replace(f->environment, service_node_slice(node), node, &text,
                                    f->err) == 0)
        copy = memory_copy(buffer_text(&text));
    buffer_free(&text);
    return copy;
}

/* The same, for what goes into a header or request line. `what` names it in errors. */
static char *line_filled(const struct filling *f, const struct node *node, const char *what)
{
    char *text = text_filled(f, node);
    if (!text || !strpbrk(text, "\r\n"))
        return text;
    service_node_fail(node, ERROR_CONFIG_INVALID, f->err,
                      "%s has a line break once its variables are filled in; expected text on "
                      "one line",
                      what);
    free(text);
    return NULL;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The byte at *at of text from a URL, where %XX is one; steps over it. */
static unsigned char url_byte(struct slice text, size_t *at)
{
    size_t i = (*at)++;
    if (text.data[i] != '%' || i + 2 >= text.length || hex_digit(text.data[i + 1]) < 0 ||
        hex_digit(text.data[i + 2]) < 0)
        return (unsigned char)text.data[i];
    *at += 2;
    return (unsigned char)(hex_digit(text.data[i + 1]) << 4 | hex_digit(text.data[i + 2]));
}

/* What is sent in place of user:password@, which a server may show again. Its padding says
 * nothing, and not every writer has it. */
static void hide_basic(struct slice credentials)
{
    static const char digits[] = NAMES_UPPER NAMES_LOWER NAMES_DIGITS "+/";
    struct buffer text = {0};
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < credentials.length;) {
        bits = bits << 8 | url_byte(credentials, &i);
        for (count += 8; count >= 6; count -= 6)
            buffer_append_char(&text, digits[bits >> (count - 6) & 63]);
    }
    if (count)
        buffer_append_char(&text, digits[bits << (6 - count) & 63]);
    log_add_secret(buffer_text(&text));
    buffer_free(&text);
}

/* The password of https://user:password@host, if there is one, is shown nowhere. Where there is
 * none, as in https://token@host, the user is the secret, sent with a colon behind it. */
static void hide_password(const char *url)
{
    const char *user = strstr(url, "://");
    if (!user)
        return;
    user += 3;
    const char *at = memrchr(user, '@', strcspn(user, "/?#"));
    if (!at)
        return;
    const char *colon = memchr(user, ':', (size_t)(at - user));
    const char *end = colon ? colon : at;
    const char *from = colon && colon + 1 < at ? colon + 1 : user;
    char *secret = memory_copy_n(from, (size_t)((from == user ? end : at) - from));
    char *credentials = memory_format("%.*s%s", (int)(at - user), user, colon ? "" : ":");
    log_add_secret(secret);
    hide_basic(slice_of(credentials));
    free(secret);
    free(credentials);
}

static int fill_base_url(const struct filling *f, const struct node *node)
{
    f->out->base_url = text_filled(f, node);
    if (!f->out->base_url)
        return -1;
    hide_password(f->out->base_url);
    if (service_is_base_url(f->out->base_url))
        return 0;
    return service_node_fail(node, ERROR_CONFIG_INVALID, f->err,
                             "'baseUrl' is '%s' once its variables are filled in; expected an "
                             "http or https URL without '?' or '#'",
                             node->text);
}

static int fill_path(const struct filling *f, const struct node *node)
{
    f->out->path = line_filled(f, node, "'path'");
    if (!f->out->path)
        return -1;
    if (!service_path_has_dots(slice_of(f->out->path)))
        return 0;
    return service_node_fail(
        node, ERROR_CONFIG_INVALID, f->err,
        "'path' has a '.' or '..' between slashes once its variables are "
        "filled in, which would leave it; expected a path below 'baseUrl'");
}

/* ---- pairs ---- */

static int fill_headers(const struct filling *f, const struct node *headers)
{
    struct target *out = f->out;
    out->headers = memory_new(headers ? headers->count : 0, sizeof *out->headers);
    for (size_t i = 0; headers && i < headers->count; i++) {
        const struct node_member *member = &headers->members[i];
        char *what = memory_format("header '%s'", member->key);
        char *value = line_filled(f, member->value, what);
        free(what);
        if (!value)
            return -1;
        out->headers[out->header_count++] = (struct service_pair){
            memory_copy(member->key), value, service_node_where(member->value)};
    }
    return 0;
}

static int fill_params(const struct filling *f, const struct node *map,
                       struct service_pair **pairs, size_t *count)
{
    *pairs = memory_new(map ? map->count : 0, sizeof **pairs);
    for (size_t i = 0; map && i < map->count; i++) {
        const struct node_member *member = &map->members[i];
        struct buffer json = {.limit = TEXT_MAX_BYTES};
        int status = service_environment_json(f->environment, member->value, &json, f->err);
        if (status == 0)
            (*pairs)[(*count)++] = (struct service_pair){memory_copy(member->key),
                                                         memory_copy(buffer_text(&json)),
                                                         service_node_where(member->value)};
        buffer_free(&json);
        if (status < 0)
            return -1;
    }
    return 0;
}

/* ---- authentication ---- */

static int fill_authentication(const struct filling *f, const struct node *authentication)
{
    if (!authentication)
        return 0;
    const struct node *token = service_node_get(authentication, "token");
    char *value = line_filled(f, token, "'token'");
    if (!value)
        return -1;
    if (!*value) {
        free(value);
        return service_node_fail(token, ERROR_CONFIG_INVALID, f->err,
                                 "'token' is empty once its variables are filled in; expected "
                                 "the token that the API gave you");
    }
    log_add_secret(value);
    const char *header = service_node_text(authentication, "header");
    bool bearer = strcmp(service_node_text(authentication, "type"), "bearer") == 0;
    f->out->auth_header = memory_copy(bearer ? "Authorization" : header ? header : "X-API-Key");
    f->out->auth_value = memory_format("%s%s", bearer ? "Bearer " : "", value);
    free(value);
    return 0;
}

/* ---- the rest ---- */

static uint64_t duration_of(const struct node *map, const char *key)
{
    const char *text = service_node_text(map, key);
    uint64_t ns = 0;
    if (text)
        units_duration(text, &ns);
    return ns;
}

/* A number of seconds, at most a hundred years: more is for ever. */
static uint64_t ttl_of(const struct node *endpoint)
{
    const double most_s = 100.0 * 366 * 24 * 3600;
    const struct node *ttl = service_node_get(endpoint, "cacheTTL");
    double seconds;
    if (!ttl || units_number(ttl->text, &seconds))
        return 0;
    uint64_t ns = (uint64_t)((seconds < most_s ? seconds : most_s) * (double)NS_PER_S);
    return ns ? ns : 1; /* the file says above 0 */
}

static void fill_idempotency(struct target *out, const struct node *endpoint)
{
    const struct node *idempotent = service_node_get(endpoint, "idempotent");
    const char *header = service_key_header(endpoint);
    out->idempotent_set = idempotent != NULL;
    out->idempotent = idempotent && strcmp(idempotent->text, "true") == 0;
    out->idempotency_header = header ? memory_copy(header) : NULL;
}

/* ---- transforms ---- */

static void fill_step(struct transform_step *step, const struct node *node)
{
    const struct node *fields = service_node_get(node, "fields");
    const struct node *rename = service_node_get(node, "rename");
    step->has_fields = fields != NULL;
    step->fields = memory_new(fields ? fields->count : 0, sizeof *step->fields);
    for (size_t i = 0; fields && i < fields->count; i++)
        step->fields[step->field_count++] = memory_copy(fields->members[i].value->text);
    step->renames = memory_new(rename ? rename->count : 0, sizeof *step->renames);
    for (size_t i = 0; rename && i < rename->count; i++)
        step->renames[step->rename_count++] = (struct transform_rename){
            memory_copy(rename->members[i].key), memory_copy(rename->members[i].value->text)};
}

static void fill_transform(struct transform_steps *steps, const struct node *transform)
{
    if (!transform)
        return;
    size_t count = transform->kind == NODE_LIST ? transform->count : 1;
    steps->items = memory_new(count, sizeof *steps->items);
    for (size_t i = 0; i < count; i++)
        fill_step(&steps->items[steps->count++],
                  transform->kind == NODE_LIST ? transform->members[i].value : transform);
}

/* What needs no environment. */
static void fill_plain(struct target *out, const struct service *service,
                       const struct node *endpoint, const struct node *alias)
{
    out->service = memory_copy(service->name);
    out->endpoint = memory_copy(service_node_text(endpoint, "name"));
    out->alias = alias ? memory_copy(service_node_text(alias, "name")) : NULL;
    out->where = service_node_where(endpoint);
    out->graphql = service->graphql;
    out->method = memory_copy(out->graphql ? "POST" : service_node_text(endpoint, "method"));
    out->timeout_ns = duration_of(endpoint, "timeout");
    out->connect_timeout_ns = duration_of(endpoint, "connectTimeout");
    out->reads = strcmp(out->method, "GET") == 0;
    out->cache_ttl_ns = ttl_of(endpoint);
    fill_transform(&out->transform, service_node_get(endpoint, "transform"));
    fill_idempotency(out, endpoint);
    service_settings_read_limits(&out->service_settings,
                                 service_node_get(service->root, "rateLimits"));
    service_settings_read_execution(&out->service_settings,
                                    service_node_get(service->root, "execution"));
    service_settings_read_batch(&out->endpoint_settings,
                                service_node_get(endpoint, "batchConfig"));
}

int service_target_fill(const struct service_set *set, const struct service *service,
                        const struct node *endpoint, const struct node *alias,
                        struct target *out, struct error *err)
{
    struct filling f = {&set->environment, out, err};
    fill_plain(out, service, endpoint, alias);
    if (fill_base_url(&f, service_node_get(service->root, "baseUrl")) < 0 ||
        (service->graphql ? service_operation_fill(service, endpoint, out, err)
                          : fill_path(&f, service_node_get(endpoint, "path"))) < 0)
        return -1;
    if (fill_headers(&f, service_node_get(endpoint, "headers")) < 0 ||
        fill_authentication(&f, service_node_get(service->root, "authentication")) < 0 ||
        service_tls_fill(set, service, out, err) < 0 ||
        fill_params(&f,
                    service_node_get(endpoint, out->graphql ? "variables" : "defaultParams"),
                    &out->default_params, &out->default_param_count) < 0)
        return -1;
    return fill_params(&f, service_node_get(alias, "args"), &out->alias_args,
                       &out->alias_arg_count);
}

static void pairs_free(struct service_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(pairs[i].key);
        free(pairs[i].value);
        free(pairs[i].where);
    }
    free(pairs);
}

void service_target_free(struct target *target)
{
    char *texts[] = {target->service,    target->endpoint,
                     target->alias,      target->where,
                     target->base_url,   target->method,
                     target->path,       target->auth_header,
                     target->auth_value, target->idempotency_header,
                     target->query,      target->operation_name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    for (size_t i = 0; i < target->required_count; i++)
        free(target->required[i]);
    free(target->required);
    pairs_free(target->headers, target->header_count);
    pairs_free(target->default_params, target->default_param_count);
    pairs_free(target->alias_args, target->alias_arg_count);
    service_tls_free(target);
    transform_steps_free(&target->transform);
    service_settings_free(&target->service_settings);
    service_settings_free(&target->endpoint_settings);
    *target = (struct target){0};
}
