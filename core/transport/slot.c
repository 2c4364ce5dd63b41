/* SPDX-License-Identifier: MIT */
#include "transport/slot.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/units.h"
#include "transport/limits.h"
#include "transport/outcome.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* For options that cannot be refused unless libcurl is not the one we were built for. */
static void must(CURLcode code)
{
    if (code != CURLE_OK)
        BUG(curl_easy_strerror(code));
}
#define SET(slot, option, value) must(curl_easy_setopt((slot)->easy, CURLOPT_##option, (value)))

/* ---- what libcurl calls ---- */

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct slot *slot = context;
    if (buffer_append(&slot->attempt->outcome.body, data, size * count) == 0)
        return size * count;
    slot->too_large = true;
    return 0;
}

static size_t take_header(char *data, size_t size, size_t count, void *context)
{
    struct slot *slot = context;
    if (!slot->first_byte_ns)
        slot->first_byte_ns = clock_now(slot->clock);
    size_t length = size * count;
    if (length >= 5 && memcmp(data, "HTTP/", 5) == 0)
        slot->head_ended = false; /* behind an early hint comes another head */
    else if (length > 0 && (data[0] == '\r' || data[0] == '\n'))
        slot->head_ended = true;
    if (!slot->hinted)
        slot->hinted = limits_worth_reading(data, length);
    return length;
}

static size_t give_body(char *into, size_t size, size_t count, void *context)
{
    struct slot *slot = context;
    size_t left = slot->body.length - slot->body_at, length = size * count;
    if (length > left)
        length = left;
    memcpy(into, slot->body.data + slot->body_at, length);
    slot->body_at += length;
    return length;
}

/* The connection stands, and the request goes out next. Libcurl's own repeat ends here, since
 * each request has to pass the schedulers; but not that of a GET which a redirect made of what
 * may not be sent twice: the engine could only begin at the start. */
static int note_sent(void *context, char *remote_ip, char *local_ip, int remote_port,
                     int local_port)
{
    (void)remote_ip, (void)local_ip, (void)remote_port, (void)local_port;
    struct slot *slot = context;
    /* Not lost: the server wants the older protocol, and only libcurl can change to it. */
    bool downgrade = strstr(slot->message, "HTTP_1_1_REQUIRED") != NULL;
    if (slot->sent_here && !downgrade && slot->attempt->request->shape->idempotent) {
        slot->attempt->outcome.stale = true;
        return CURL_PREREQFUNC_ABORT;
    }
    slot->sent = slot->sent_here = true;
    return CURL_PREREQFUNC_OK;
}

/* ---- options ---- */

/* As the curl tool does; libcurl itself knows only what it was built with. A service's own
 * authorities are the only ones. That servers are checked at all is libcurl's default, and
 * nothing here changes it. */
static void set_authorities(struct slot *slot)
{
    if (slot->tls->ca) {
        SET(slot, CAINFO, slot->tls->ca);
        SET(slot, CAPATH, NULL);
        return;
    }
    const char *file = getenv("CURL_CA_BUNDLE"), *folder = getenv("SSL_CERT_DIR");
    if (!file || !*file)
        file = getenv("SSL_CERT_FILE");
    if (file && *file)
        SET(slot, CAINFO, file);
    if (folder && *folder)
        SET(slot, CAPATH, folder);
}

/* The client certificate is a credential: no other origin than the service's gets to see it. */
static void set_identity(struct slot *slot)
{
    bool wanted = slot->tls->cert && !(slot->drop & HEADERS_DROP_SECRET);
    if (wanted == slot->identified)
        return;
    const char *key = slot->tls->key ? slot->tls->key : slot->tls->cert;
    SET(slot, SSLCERT, wanted ? slot->tls->cert : NULL);
    SET(slot, SSLKEY, wanted ? key : NULL);
    /* A key with a passphrase fails, instead of OpenSSL asking for it on the terminal. */
    SET(slot, KEYPASSWD, wanted ? "" : NULL);
    slot->identified = wanted;
}

/* libcurl would look into the environment for each request. Where that names no proxy, it is
 * told so. Where it does, a CONNECT carries the user agent, but none of the header lines. */
static void set_proxy(struct slot *slot, const struct slot_common *common)
{
    if (common->proxied) {
        SET(slot, USERAGENT, common->user_agent);
        return;
    }
    SET(slot, PROXY, "");
    SET(slot, NOPROXY, "");
}

static void set_constant(struct slot *slot, const struct slot_common *common)
{
    SET(slot, PRIVATE, slot);
    SET(slot, ERRORBUFFER, slot->message);
    SET(slot, WRITEFUNCTION, take_body);
    SET(slot, WRITEDATA, slot);
    SET(slot, HEADERFUNCTION, take_header);
    SET(slot, HEADERDATA, slot);
    SET(slot, READFUNCTION, give_body);
    SET(slot, READDATA, slot);
    SET(slot, PREREQFUNCTION, note_sent);
    SET(slot, PREREQDATA, slot);
    SET(slot, NOSIGNAL, 1L);
    SET(slot, NOPROGRESS, 1L);
    SET(slot, PROTOCOLS_STR, "http,https");
    SET(slot, FOLLOWLOCATION, 0L);
    SET(slot, ACCEPT_ENCODING, ""); /* decodes all that libcurl can; headers.h asks for it */
    SET(slot, TCP_NODELAY, 1L);
    SET(slot, TCP_KEEPALIVE, 1L);
    SET(slot, SHARE, common->share);
    set_authorities(slot);
    set_proxy(slot, common);
    /* Refused by a libcurl without HTTP/2, which is no loss. */
    curl_easy_setopt(slot->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
}

/* libcurl counts in milliseconds, and 0 means none. */
static long milliseconds(uint64_t ns)
{
    uint64_t ms = ns / NS_PER_MS + (ns % NS_PER_MS != 0);
    return ms > INT_MAX ? INT_MAX : (long)ms;
}

static void set_timeouts(struct slot *slot)
{
    const struct request_shape *shape = slot->attempt->request->shape;
    uint64_t connect = shape->connect_timeout_ns, whole = shape->timeout_ns;
    if (slot->redirects && whole) {
        uint64_t now = clock_now(slot->clock);
        whole = slot->deadline_ns > now ? slot->deadline_ns - now : 1; /* 0 would mean none */
    }
    SET(slot, TIMEOUT_MS, milliseconds(whole));
    SET(slot, CONNECTTIMEOUT_MS, milliseconds(connect ? connect : SLOT_CONNECT_TIMEOUT_NS));
}

static enum slot_form form_of(const struct slot *slot)
{
    bool repeatable = slot->attempt->request->shape->idempotent ||
                      slot->drop & HEADERS_DROP_CONTENT;
    bool body = slot->has_body && slot->body.length;
    if (strcmp(slot->method, "HEAD") == 0)
        return FORM_HEAD;
    if (!repeatable)
        return body ? FORM_STREAM : FORM_FRESH;
    return body ? FORM_MEMORY : FORM_PLAIN;
}

/* Does a request of this method without a body still say "Content-Length: 0"? */
static bool says_empty(const struct slot *slot)
{
    return slot->has_body || strcmp(slot->method, "POST") == 0 ||
           strcmp(slot->method, "PUT") == 0 || strcmp(slot->method, "PATCH") == 0;
}

static void set_form(struct slot *slot, enum slot_form form, bool posts)
{
    const char *implied = form == FORM_HEAD ? "HEAD" : posts ? "POST" : "GET";
    SET(slot, NOBODY, (long)(form == FORM_HEAD));
    if (posts)
        SET(slot, POST, 1L);
    else if (form != FORM_HEAD)
        SET(slot, HTTPGET, 1L);
    SET(slot, CUSTOMREQUEST, strcmp(slot->method, implied) == 0 ? NULL : slot->method);
    /* A connection that no other request shares is of no use afterwards. */
    SET(slot, FRESH_CONNECT, (long)(form == FORM_FRESH));
    SET(slot, FORBID_REUSE, (long)(form == FORM_FRESH));
    slot->form = form;
    slot->posts = posts;
}

static void set_body(struct slot *slot)
{
    slot->body_at = 0;
    SET(slot, POSTFIELDSIZE_LARGE, (curl_off_t)slot->body.length);
    if (slot->form == FORM_STREAM)
        SET(slot, POSTFIELDS, NULL);
    else
        SET(slot, POSTFIELDS, slot->body.length ? slot->body.data : "");
}

/* Over TLS the first connection may turn out to carry many requests: wait for it, and for its
 * one name lookup, before opening more. Plain HTTP/1.1 would only wait for the first answer. */
static void set_pipewait(struct slot *slot, const char *url)
{
    bool wanted = strncasecmp(url, "https:", 6) == 0 && slot->form != FORM_FRESH;
    if (wanted != slot->pipewait)
        SET(slot, PIPEWAIT, (long)wanted);
    slot->pipewait = wanted;
}

/* CURLOPT_URL stays right in either case: libcurl takes its own repeats from there. */
static int set_url(struct slot *slot, const char *url)
{
    bool in_parts = address_set(&slot->address, url);
    if (in_parts || slot->in_parts)
        SET(slot, CURLU, in_parts ? slot->address.parts : NULL);
    slot->in_parts = in_parts;
    if (curl_easy_setopt(slot->easy, CURLOPT_URL, url) == CURLE_OK)
        return 0;
    return outcome_fail(slot->attempt, OVRMND_ERROR_LOCAL, "the URL is too long");
}

const char *slot_url(const struct slot *slot)
{
    return slot->redirects ? buffer_text(&slot->url)
                           : buffer_text(&slot->attempt->request->url);
}

int slot_again(struct slot *slot)
{
    const struct request *request = slot->attempt->request;
    enum slot_form form = form_of(slot);
    bool posts = form != FORM_HEAD && (slot->body.length || says_empty(slot));
    if (slot->shape != request->shape)
        set_timeouts(slot);
    if (slot->shape != request->shape || slot->form != form || slot->posts != posts)
        set_form(slot, form, posts);
    /* A redirect leaves settings that the next request of the shape must not inherit. */
    slot->shape = slot->redirects ? NULL : request->shape;

    slot->head_ended = slot->hinted = slot->sent_here = false;
    if (posts)
        set_body(slot);
    const char *url = slot_url(slot);
    set_pipewait(slot, url);
    set_identity(slot);
    if (set_url(slot, url))
        return -1;

    struct curl_slist *list;
    if (header_chain_build(&slot->chain, &slot->shared, &request->headers, posts, slot->drop,
                           &list))
        return outcome_fail(slot->attempt, OVRMND_ERROR_LOCAL,
                            "a header has a line break in its value");
    if (list != slot->list)
        SET(slot, HTTPHEADER, list);
    slot->list = list;
    slot->message[0] = '\0';
    return 0;
}

int slot_begin(struct slot *slot, struct attempt *attempt, struct shape_headers shared)
{
    const struct request *request = attempt->request;
    uint64_t timeout = request->shape->timeout_ns, now = attempt->outcome.facts.started_ns;
    slot->attempt = attempt;
    slot->shared = shared;
    slot->method = request->shape->method;
    slot->body = buffer_slice(&request->body);
    slot->has_body = request->has_body;
    slot->redirects = 0;
    slot->drop = 0;
    slot->deadline_ns = timeout && timeout < UINT64_MAX - now ? now + timeout : UINT64_MAX;
    slot->sent = slot->too_large = false;
    slot->first_byte_ns = 0;
    slot->earlier_in = slot->earlier_out = 0;
    if (!slot->has_body)
        slot->body = (struct slice){0};
    return slot_again(slot);
}

struct slot *slot_new(const struct slot_common *common)
{
    struct slot *slot = memory_new(1, sizeof *slot);
    slot->clock = common->clock;
    slot->tls = common->tls;
    slot->easy = curl_easy_init();
    if (!slot->easy) {
        free(slot);
        return NULL;
    }
    set_constant(slot, common);
    return slot;
}

void slot_free(struct slot *slot)
{
    curl_easy_cleanup(slot->easy);
    address_free(&slot->address);
    header_chain_free(&slot->chain);
    buffer_free(&slot->url);
    free(slot);
}
