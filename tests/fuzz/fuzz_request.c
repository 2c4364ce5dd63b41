/* SPDX-License-Identifier: MIT */

/* A line "METHOD PATH", then NDJSON items: requests of an endpoint with that path. Whatever the
 * item, the URL stays one, the path does not walk up, and the body is JSON. */

#include "base/memory.h"
#include "fuzz/fuzz.h"
#include "request/request.h"

static const char base[] = "https://api.example.com/v1";

static bool one_line_text(const char *text)
{
    return *text && !strpbrk(text, "\r\n") && utf8_is(text, strlen(text));
}

/* Does a segment of the path, up to its query, say . or ..? */
static bool walks_up(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/?#");
        if ((length == 1 && path[0] == '.') || (length == 2 && memcmp(path, "..", 2) == 0))
            return true;
        if (path[length] != '/')
            return false;
        path += length + 1;
    }
}

static void request_is_sound(const struct request *r, const char *path)
{
    struct slice url = buffer_slice(&r->url);
    MUST(url.length >= sizeof base - 1 && memcmp(url.data, base, sizeof base - 1) == 0);
    char *text = fuzz_text(url);
    MUST(text);
    bool plain = !fuzz_has_control(slice_of(path)) && !strchr(path, ' ');
    MUST(!plain || (!fuzz_has_control(url) && !strchr(text, ' ')));
    MUST(strpbrk(path, ".") || !walks_up(text + sizeof base - 1));
    MUST(!r->has_body || fuzz_is_json(buffer_slice(&r->body)));
    free(text);
}

static void bind_all(struct binder *binder, const char *path, struct slice text)
{
    struct request request = {0};
    struct error err = {0};
    for (uint64_t i = 0; text.length; i++) {
        struct slice json;
        struct json_fault fault;
        if (json_check(fuzz_line(&text), &json, &fault) || json_type(json) != JSON_OBJECT)
            continue;
        struct item item = {.index = i};
        buffer_append_slice(&item.json, json);
        if (binder->bind(binder, &item, &request, &err) == 0)
            request_is_sound(&request, path);
        else
            fuzz_error(&err);
        buffer_free(&item.json);
    }
    buffer_free(&request.url);
    buffer_free(&request.headers);
    buffer_free(&request.body);
}

static void run(char *method, char *path, struct slice items)
{
    char service[] = "s", endpoint[] = "e", where[] = "f:1:1";
    struct target target = {service, endpoint, .where = where, .method = method, .path = path};
    target.base_url = memory_copy(base);
    struct request_options options = {0};
    struct error err = {0};
    struct binder *binder = request_binder_new(&target, &options, &err);
    if (binder) {
        bind_all(binder, path, items);
    } else {
        fuzz_error(&err);
        MUST(err.code == ERROR_CONFIG_INVALID);
    }
    request_binder_free(binder);
    free(target.base_url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"};
    struct slice text = {(const char *)data, size};
    char *line = fuzz_text(fuzz_line(&text));
    char *path = line ? strchr(line, ' ') : NULL;
    if (path)
        *path++ = '\0';
    for (size_t i = 0; path && i < sizeof methods / sizeof *methods; i++)
        if (strcmp(line, methods[i]) == 0 && one_line_text(path))
            run(line, path, text);
    free(line);
    return 0;
}
