/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/memory.h"
#include "journal/cache_store.h"

#include <stdlib.h>
#include <string.h>

void cache_key(const char *service, const char *endpoint, const struct fingerprint *digest,
               struct buffer *out)
{
    buffer_append_format(out, "%s.%s.", service, endpoint);
    for (size_t i = 0; i < CACHE_KEY_DIGITS / 2; i++)
        buffer_append_format(out, "%02x", digest->bytes[i]);
}

/* ---- a URL that may be kept ---- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Decodes in place, as a query is decoded. */
static void decode(char *text)
{
    char *to = text;
    for (const char *at = text; *at; to++) {
        int high = *at == '%' ? hex_value(at[1]) : -1;
        int low = high >= 0 ? hex_value(at[2]) : -1;
        *to = *at == '+' ? ' ' : *at;
        if (low > 0 || (low == 0 && high > 0))
            *to = (char)(16 * high + low);
        at += low >= 0 ? 3 : 1;
    }
    *to = '\0';
}

/* Is there still a secret in it, encoded? */
static bool hides_secret(const char *text)
{
    char *decoded = memory_copy(text);
    decode(decoded);
    bool holds = log_holds_secret(text) || log_holds_secret(decoded);
    free(decoded);
    return holds;
}

/* Takes "user:password@" out, in place. */
static void drop_user(char *url)
{
    char *host = strstr(url, "://");
    if (!host)
        return;
    host += 3;
    char *at = memrchr(host, '@', strcspn(host, "/?#"));
    if (at)
        memmove(host, at + 1, strlen(at + 1) + 1);
}

void cache_url(struct slice url, struct buffer *out)
{
    char *text = memory_copy_n(url.data, url.length);
    drop_user(text);
    log_redact(text);
    if (!hides_secret(text)) {
        buffer_append_text(out, text);
    } else {
        /* It cannot be told where in the encoded text the secret is: all that may hold it goes.
         */
        char *query = strchr(text, '?');
        if (query)
            *query = '\0';
        buffer_append_text(out, hides_secret(text) ? "***" : text);
        if (query)
            buffer_append_text(out, "?***");
    }
    free(text);
}
