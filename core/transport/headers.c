/* SPDX-License-Identifier: MIT */
#include "transport/headers.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* `name` may be a whole line. */
static bool named(const char *line, const char *name)
{
    size_t length = strcspn(name, ":; \t");
    return strncasecmp(line, name, length) == 0 && strchr(":; \t", line[length]);
}

/* libcurl takes "Name:" as "do not send Name"; an empty value is spelled "Name;". Returns the
 * name's length if the line is such a one, else 0. */
static size_t empty_value(const char *line)
{
    const char *colon = strchr(line, ':');
    if (!colon || colon[1 + strspn(colon + 1, " \t")])
        return 0;
    return (size_t)(colon - line);
}

static struct curl_slist *add_raw(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);
    if (!longer)
        BUG("out of memory");
    return longer;
}

static struct curl_slist *add_lines(struct curl_slist *list, char **lines, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        size_t name = empty_value(lines[i]);
        char *other = name ? memory_format("%.*s;", (int)name, lines[i]) : NULL;
        list = add_raw(list, other ? other : lines[i]);
        free(other);
    }
    return list;
}

/* All that the libcurl at hand can decode. "deflate" is left out: it says nothing that "gzip"
 * does not, and servers disagree about what it is. */
static char *accepted_codings(void)
{
    int features = curl_version_info(CURLVERSION_NOW)->features;
    if (!(features & (CURL_VERSION_LIBZ | CURL_VERSION_BROTLI | CURL_VERSION_ZSTD)))
        return NULL;
    char *line = memory_format("Accept-Encoding: %s%s%s",
                               features & CURL_VERSION_LIBZ ? "gzip, " : "",
                               features & CURL_VERSION_BROTLI ? "br, " : "",
                               features & CURL_VERSION_ZSTD ? "zstd, " : "");
    line[strlen(line) - 2] = '\0';
    return line;
}

void header_cache_init(struct header_cache *cache, const char *user_agent)
{
    *cache = (struct header_cache){0};
    cache->ours[0] = user_agent ? memory_format("User-Agent: %s", user_agent) : NULL;
    cache->ours[1] = accepted_codings();
}

static bool has_line(const struct curl_slist *list, const char *line)
{
    while (list && !named(list->data, line))
        list = list->next;
    return list != NULL;
}

static size_t length_of(const struct curl_slist *list)
{
    size_t length = 0;
    for (; list; list = list->next)
        length++;
    return length;
}

static struct curl_slist *nth(struct curl_slist *list, size_t n)
{
    while (n--)
        list = list->next;
    return list;
}

static struct shape_headers make(const struct header_cache *cache,
                                 const struct request_shape *shape)
{
    struct curl_slist *lines = add_lines(NULL, shape->headers, shape->header_count);
    /* No waiting for "100 Continue", and no Content-Type that nobody asked for. A line with a
     * value that stands anywhere in the list is sent none the less. */
    struct curl_slist *list = add_raw(NULL, "Expect:");
    if (!has_line(lines, "Content-Type"))
        list = add_raw(list, "Content-Type:");
    size_t posted = length_of(list), all = posted + shape->credential_count;
    list = add_lines(list, shape->credentials, shape->credential_count);
    list = add_lines(list, shape->headers, shape->header_count);
    for (size_t i = 0; i < HEADERS_OURS; i++)
        if (cache->ours[i] && !has_line(lines, cache->ours[i]))
            list = add_raw(list, cache->ours[i]);
    curl_slist_free_all(lines);
    return (struct shape_headers){
        .shape = shape,
        .posted = list,
        .all = nth(list, posted),
        .plain = nth(list, all),
        .ours = nth(list, all + shape->header_count),
    };
}

struct shape_headers header_cache_get(struct header_cache *cache,
                                      const struct request_shape *shape)
{
    for (size_t i = 0; i < cache->count; i++)
        if (cache->shapes[i].shape == shape)
            return cache->shapes[i];
    cache->shapes = memory_grow(cache->shapes, cache->count + 1, sizeof *cache->shapes);
    return cache->shapes[cache->count++] = make(cache, shape);
}

void header_cache_fini(struct header_cache *cache)
{
    for (size_t i = 0; i < cache->count; i++)
        curl_slist_free_all(cache->shapes[i].posted);
    for (size_t i = 0; i < HEADERS_OURS; i++)
        free(cache->ours[i]);
    free(cache->shapes);
}

static bool dropped(const char *line, unsigned drop)
{
    if (drop & HEADERS_DROP_SECRET &&
        (named(line, "Host") || name_is_credential(line, strcspn(line, ":; \t"))))
        return true;
    /* The bare "Content-Type:" stays: it keeps libcurl from adding one. */
    return drop & HEADERS_DROP_CONTENT && strncasecmp(line, "Content-", 8) == 0 &&
           !empty_value(line);
}

static void push(struct header_chain *chain, const char *line)
{
    if (chain->count == chain->capacity) {
        chain->capacity = chain->capacity ? 2 * chain->capacity : 16;
        chain->nodes = memory_grow(chain->nodes, chain->capacity, sizeof *chain->nodes);
    }
    chain->nodes[chain->count++].data = (char *)line;
}

/* The nodes may have moved while they were pushed, so they are linked at the end. */
static struct curl_slist *link_all(struct header_chain *chain, struct curl_slist *tail)
{
    for (size_t i = 0; i < chain->count; i++)
        chain->nodes[i].next = i + 1 < chain->count ? &chain->nodes[i + 1] : tail;
    return chain->count ? chain->nodes : tail;
}

static int push_own(struct header_chain *chain, const struct buffer *own, unsigned drop)
{
    buffer_reset(&chain->text);
    buffer_reserve(&chain->text, own->length + 1); /* so that the text below stays in place */
    const char *end = own->data + own->length;
    for (const char *line = own->data; line < end; line += strlen(line) + 1) {
        if (strpbrk(line, "\r\n"))
            return -1;
        size_t name = empty_value(line);
        if (dropped(line, drop))
            continue;
        if (!name) {
            push(chain, line);
            continue;
        }
        push(chain, chain->text.data + chain->text.length);
        buffer_append(&chain->text, line, name);
        buffer_append(&chain->text, ";", 2);
    }
    return 0;
}

static bool own_has(const struct buffer *own, const char *name)
{
    const char *end = own->data + own->length;
    for (const char *line = own->data; line < end; line += strlen(line) + 1)
        if (named(line, name))
            return true;
    return false;
}

static bool replaces_ours(const struct buffer *own, const struct curl_slist *ours)
{
    for (; ours; ours = ours->next)
        if (own_has(own, ours->data))
            return true;
    return false;
}

/* Copies the part of the shared list from `at` on. */
static void push_part(struct header_chain *chain, const struct curl_slist *at,
                      const struct curl_slist *end, unsigned drop)
{
    for (; at != end; at = at->next)
        if (!dropped(at->data, drop))
            push(chain, at->data);
}

int header_chain_build(struct header_chain *chain, const struct shape_headers *shared,
                       const struct buffer *own, bool posts, unsigned drop,
                       struct curl_slist **list)
{
    bool replaces = own->length && replaces_ours(own, shared->ours);
    *list = posts ? shared->posted : shared->all;
    chain->count = 0;
    if (own->length && push_own(chain, own, drop))
        return -1;
    if (!drop && !replaces) {
        *list = link_all(chain, *list);
        return 0;
    }
    push_part(chain, *list, shared->all, drop);
    if (!(drop & HEADERS_DROP_SECRET))
        push_part(chain, shared->all, shared->plain, drop);
    push_part(chain, shared->plain, shared->ours, drop);
    for (const struct curl_slist *at = shared->ours; at; at = at->next)
        if (!own_has(own, at->data))
            push(chain, at->data);
    *list = link_all(chain, NULL);
    return 0;
}

void header_chain_free(struct header_chain *chain)
{
    free(chain->nodes);
    buffer_free(&chain->text);
    *chain = (struct header_chain){0};
}
