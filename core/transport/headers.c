/* SPDX-License-Identifier: MIT */
#include "transport/headers.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool named(const char *line, const char *name)
{
    size_t length = strlen(name);
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

static struct shape_headers make(const struct request_shape *shape)
{
    struct shape_headers made = {.shape = shape};
    struct curl_slist *list = add_lines(NULL, shape->credentials, shape->credential_count);
    struct curl_slist *last = list;
    while (last && last->next)
        last = last->next;
    list = add_lines(list, shape->headers, shape->header_count);

    /* No waiting for "100 Continue", and no Content-Type that nobody asked for. A line with a
     * value that stands anywhere in the list is sent none the less. */
    list = add_raw(list, "Expect:");
    bool typed = false;
    for (const struct curl_slist *at = list; at; at = at->next)
        typed = typed || named(at->data, "Content-Type");
    if (!typed)
        list = add_raw(list, "Content-Type:");
    made.all = list;
    made.plain = last ? last->next : list;
    return made;
}

struct shape_headers header_cache_get(struct header_cache *cache,
                                      const struct request_shape *shape)
{
    for (size_t i = 0; i < cache->count; i++)
        if (cache->shapes[i].shape == shape)
            return cache->shapes[i];
    cache->shapes = memory_grow(cache->shapes, cache->count + 1, sizeof *cache->shapes);
    return cache->shapes[cache->count++] = make(shape);
}

void header_cache_free(struct header_cache *cache)
{
    for (size_t i = 0; i < cache->count; i++)
        curl_slist_free_all(cache->shapes[i].all);
    free(cache->shapes);
    *cache = (struct header_cache){0};
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

struct curl_slist *header_chain_build(struct header_chain *chain,
                                      const struct shape_headers *shared,
                                      const struct buffer *own, unsigned drop)
{
    if (!own->length && !drop)
        return shared->all;
    chain->count = 0;
    if (own->length && push_own(chain, own, drop))
        return NULL;
    if (!drop)
        return link_all(chain, shared->all);
    const struct curl_slist *at = drop & HEADERS_DROP_SECRET ? shared->plain : shared->all;
    for (; at; at = at->next)
        if (!dropped(at->data, drop))
            push(chain, at->data);
    return link_all(chain, NULL);
}

void header_chain_free(struct header_chain *chain)
{
    free(chain->nodes);
    buffer_free(&chain->text);
    *chain = (struct header_chain){0};
}
