/* SPDX-License-Identifier: MIT */
#include "transport/redirect.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct origin {
    char *scheme, *host, *port;
};

static void origin_free(struct origin *o)
{
    curl_free(o->scheme);
    curl_free(o->host);
    curl_free(o->port);
}

/* -1: not a URL with a scheme, host and port. Free it in any case. */
static int origin_of(const char *text, struct origin *o)
{
    *o = (struct origin){0};
    CURLU *url = curl_url();
    bool good = url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_SCHEME, &o->scheme, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_HOST, &o->host, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_PORT, &o->port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    curl_url_cleanup(url);
    return good ? 0 : -1;
}

static bool origin_equal(const struct origin *a, const struct origin *b)
{
    return strcasecmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 &&
           strcmp(a->port, b->port) == 0;
}

/* NULL: may be followed. `*other` tells whether it leads to another origin. */
static const char *refusal(const char *from, const char *to, bool *other)
{
    struct origin a, b;
    const char *why = NULL;
    bool known = origin_of(from, &a) == 0, good = origin_of(to, &b) == 0;
    bool secure = good && strcasecmp(b.scheme, "https") == 0;
    if (!good || (!secure && strcasecmp(b.scheme, "http") != 0))
        why = "the redirect leads to what is not an http or https URL";
    else if (!secure && (!known || strcasecmp(a.scheme, "https") == 0))
        why = "the redirect leads from https to http, which is not followed";
    else
        *other = !known || !origin_equal(&a, &b);
    origin_free(&a);
    origin_free(&b);
    return why;
}

/* What the method becomes, as browsers and curl have it. */
static void turn(struct slot *slot, long status)
{
    bool reads = strcmp(slot->method, "GET") == 0 || strcmp(slot->method, "HEAD") == 0;
    bool posts = strcmp(slot->method, "POST") == 0;
    if (!(status == 303 && !reads) && !((status == 301 || status == 302) && posts))
        return;
    slot->method = "GET";
    slot->body = (struct slice){0};
    slot->has_body = false;
    slot->drop |= HEADERS_DROP_CONTENT;
}

static void forget_response(struct slot *slot)
{
    curl_off_t in = 0, out = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_SIZE_DOWNLOAD_T, &in);
    curl_easy_getinfo(slot->easy, CURLINFO_SIZE_UPLOAD_T, &out);
    slot->earlier_in += (uint64_t)in;
    slot->earlier_out += (uint64_t)out;
    slot->first_byte_ns = 0;
    buffer_reset(&slot->attempt->outcome.body);
}

static bool redirects(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

enum redirect redirect_follow(struct slot *slot, char *why, size_t why_size)
{
    const char *to = NULL;
    long status = 0;
    bool other = false;
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    if (!redirects(status))
        return REDIRECT_NONE;
    curl_easy_getinfo(slot->easy, CURLINFO_REDIRECT_URL, &to);
    if (!to)
        return REDIRECT_NONE;
    _Static_assert(REDIRECT_MOST == 10, "the phrase says so");
    const char *no = slot->redirects == REDIRECT_MOST ? "more than 10 redirects"
                                                      : refusal(slot_url(slot), to, &other);
    if (no) {
        snprintf(why, why_size, "%s", no);
        return REDIRECT_REFUSED;
    }
    forget_response(slot);
    if (other)
        slot->drop |= HEADERS_DROP_SECRET;
    turn(slot, status);
    buffer_reset(&slot->url);
    buffer_append_text(&slot->url, to);
    slot->redirects++;
    slot->shape = NULL;
    return REDIRECT_AGAIN;
}
