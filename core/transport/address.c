/* SPDX-License-Identifier: MIT */
#include "transport/address.h"

#include <string.h>

/* The length of "scheme://host:port", if a path follows; else 0. A name and password before the
 * host are left to libcurl's own way. */
static size_t base_length(const char *url)
{
    const char *host = strstr(url, "://");
    if (!host || host == url)
        return 0;
    const char *path = host + 3 + strcspn(host + 3, "/?#@");
    return *path == '/' && path > host + 3 ? (size_t)(path - url) : 0;
}

/* Is every byte sent as it stands, whether libcurl parses the target or is given it in parts?
 * Fragments are cut off, dot segments taken out, and the digits of "%2F" may change their case;
 * what else stands here is no URL. Returns the length, or 0. */
static size_t plain_length(const char *target)
{
    size_t i = 0;
    for (; target[i]; i++) {
        unsigned char c = (unsigned char)target[i];
        if (c <= ' ' || c >= 0x7f || c == '%' || c == '#' || c == '\\' ||
            (c == '/' && target[i + 1] == '.'))
            return 0;
    }
    return i;
}

static bool set_base(struct address *a, const char *url, size_t length)
{
    if (a->base.length == length && memcmp(a->base.data, url, length) == 0)
        return true;
    buffer_reset(&a->base);
    buffer_append(&a->base, url, length);
    a->has_query = false;
    if (!a->parts)
        a->parts = curl_url();
    if (a->parts && curl_url_set(a->parts, CURLUPART_URL, buffer_text(&a->base),
                                 CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
        return true;
    buffer_reset(&a->base);
    return false;
}

static bool set_target(struct address *a, const char *target, size_t length)
{
    buffer_reset(&a->target);
    buffer_append(&a->target, target, length + 1);
    char *path = a->target.data, *query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    if (query && !*query) /* "/path?" keeps its mark, which cannot be put in by itself */
        return false;
    if (query || a->has_query) {
        if (curl_url_set(a->parts, CURLUPART_QUERY, query, 0) != CURLUE_OK)
            return false;
        a->has_query = query != NULL;
    }
    return curl_url_set(a->parts, CURLUPART_PATH, path, 0) == CURLUE_OK;
}

bool address_set(struct address *a, const char *url)
{
    size_t base = base_length(url);
    size_t length = base ? plain_length(url + base) : 0;
    return length && set_base(a, url, base) && set_target(a, url + base, length);
}

void address_free(struct address *a)
{
    curl_url_cleanup(a->parts);
    buffer_free(&a->base);
    buffer_free(&a->target);
    *a = (struct address){0};
}
