/* SPDX-License-Identifier: MIT */
#include "journal/cache.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "journal/cache_place.h"
#include "journal/cache_store.h"

#include <inttypes.h>
#include <stdlib.h>

/* Responses wait for their transaction so long, or until there are so many. */
#define STORE_AFTER_NS (200 * NS_PER_MS)
#define STORE_COUNT    1024
#define STORE_BYTES    (1u << 20)
#define MOST_COUNT     4096 /* while others keep the file busy; beyond that they are lost */
#define MOST_BYTES     (32u << 20)

/* How long to wait for others that write: in the loop, which attempts are waiting for; and at
 * the end. */
#define LOOP_PATIENCE_MS 20
#define END_PATIENCE_MS  5000

/* A response that waits to be stored; offsets are into `cache->text`. */
struct pending {
    struct fingerprint digest;
    enum body_kind body_kind;
    int64_t stored_ms;
    size_t url_at, url_length, body_at, body_length;
};

struct cache {
    struct memo port; /* first */
    struct cache_options options;
    int64_t ttl_ms;
    struct cache_store *store; /* NULL: broken, and told so */
    struct pending *pending;
    size_t pending_count, pending_capacity;
    struct buffer text;
    bool busy;     /* others were writing at the last try */
    uint64_t lost; /* responses that should have been stored */
};

static struct cache *self_of(struct memo *memo)
{
    return (struct cache *)memo;
}

static void give_up(struct cache *c, const struct error *err)
{
    log_warning("responses are not cached: %s%s%s", err->message, err->help[0] ? "; " : "",
                err->help);
    cache_store_close(c->store);
    c->store = NULL;
    c->pending_count = 0;
    c->port.settle_at_ns = UINT64_MAX;
}

static void tell(const struct cache *c, const char *what, const struct fingerprint *digest)
{
    if (!log_debug_on)
        return;
    struct buffer key = {0};
    cache_key(c->options.service, c->options.endpoint, digest, &key);
    log_debug(CACHE, NULL, "%s: %s", what, buffer_text(&key));
    buffer_free(&key);
}

/* ---- recalling ---- */

/* A time to come is that of a clock that was set back since. */
static bool is_fresh(const struct cache *c, int64_t stored_ms, int64_t expires_ms)
{
    int64_t now_ms = c->options.wall_ms();
    return stored_ms <= now_ms && now_ms <= expires_ms && now_ms - stored_ms <= c->ttl_ms;
}

/* One that was not stored yet; the latest counts. */
static bool recall_pending(const struct cache *c, const struct fingerprint *digest,
                           struct recalled *out)
{
    for (size_t i = c->pending_count; i-- > 0;) {
        const struct pending *p = &c->pending[i];
        if (memcmp(&p->digest, digest, sizeof *digest) != 0)
            continue;
        if (!is_fresh(c, p->stored_ms, p->stored_ms + c->ttl_ms) ||
            buffer_append(out->body, c->text.data + p->body_at, p->body_length))
            return false;
        out->body_kind = p->body_kind;
        return true;
    }
    return false;
}

static bool recall_stored(struct cache *c, const struct fingerprint *digest,
                          struct recalled *out)
{
    struct error err;
    struct cache_entry entry = {
        .service = c->options.service, .endpoint = c->options.endpoint, .digest = *digest};
    switch (cache_store_get(c->store, &entry, out->body, &err)) {
    case CACHE_DONE:
        out->body_kind = entry.body_kind;
        return is_fresh(c, entry.stored_ms, entry.expires_ms);
    case CACHE_FAILED:
        give_up(c, &err);
        return false;
    case CACHE_NONE:
    case CACHE_BUSY:
        break;
    }
    return false;
}

static bool recall(struct memo *self, const struct item *item, const struct request *request,
                   struct recalled *out)
{
    struct cache *c = self_of(self);
    (void)item;
    if (!c->store)
        return false;
    struct fingerprint digest = c->options.digest(request);
    bool known = recall_pending(c, &digest, out) || recall_stored(c, &digest, out);
    uint64_t most = request->shape->max_response_bytes;
    known = known && (!most || out->body->length <= most);
    tell(c, known ? "hit" : "miss", &digest);
    if (!known) {
        buffer_reset(out->body);
        return false;
    }
    out->status = 200;
    return true;
}

/* ---- storing ---- */

static bool is_worth_it(const struct result *r)
{
    return r->success && r->status == 200 && !r->recalled && r->body_kind != BODY_NONE &&
           r->body.length <= CACHE_MAX_ENTRY_BYTES;
}

static void finished(struct memo *self, const struct request *request,
                     const struct result *result)
{
    struct cache *c = self_of(self);
    if (!c->store || !is_worth_it(result))
        return;
    if (c->pending_count >= MOST_COUNT || c->text.length >= MOST_BYTES) {
        c->lost++;
        return;
    }
    if (c->pending_count == c->pending_capacity) {
        c->pending_capacity = c->pending_capacity ? 2 * c->pending_capacity : 16;
        c->pending = memory_grow(c->pending, c->pending_capacity, sizeof *c->pending);
    }
    struct pending *p = &c->pending[c->pending_count++];
    *p = (struct pending){.digest = c->options.digest(request),
                          .body_kind = result->body_kind,
                          .stored_ms = c->options.wall_ms(),
                          .url_at = c->text.length};
    cache_url(buffer_slice(&request->url), &c->text);
    p->url_length = c->text.length - p->url_at;
    p->body_at = c->text.length;
    p->body_length = result->body.length;
    buffer_append_slice(&c->text, result->body);
}

static enum cache_answer put_all(struct cache *c, struct error *err)
{
    for (size_t i = 0; i < c->pending_count; i++) {
        const struct pending *p = &c->pending[i];
        struct cache_entry entry = {
            .service = c->options.service,
            .endpoint = c->options.endpoint,
            .digest = p->digest,
            .url = {c->text.data + p->url_at, p->url_length},
            .body_kind = p->body_kind,
            .body = {c->text.data + p->body_at, p->body_length},
            .stored_ms = p->stored_ms,
            .expires_ms = p->stored_ms + c->ttl_ms,
        };
        enum cache_answer answer = cache_store_put(c->store, &entry, err);
        if (answer != CACHE_DONE)
            return answer;
    }
    return CACHE_DONE;
}

/* One transaction for all that waits. Busy: it goes on waiting. */
static enum cache_answer store_pending(struct cache *c)
{
    struct error err;
    enum cache_answer answer = cache_store_begin(c->store, &err);
    if (answer == CACHE_DONE)
        answer = put_all(c, &err);
    if (answer == CACHE_DONE)
        answer = cache_store_commit(c->store, c->options.wall_ms(), &err);
    if (answer == CACHE_FAILED)
        give_up(c, &err);
    if (answer != CACHE_DONE)
        return answer;
    for (size_t i = 0; i < c->pending_count; i++)
        tell(c, "stored", &c->pending[i].digest);
    c->pending_count = 0;
    buffer_trim(&c->text, 2 * STORE_BYTES);
    return CACHE_DONE;
}

static int settle(struct memo *self, uint64_t now_ns, struct error *err)
{
    struct cache *c = self_of(self);
    (void)err;
    if (!c->store || !c->pending_count)
        return 0;
    if (c->port.settle_at_ns == UINT64_MAX)
        c->port.settle_at_ns = now_ns + STORE_AFTER_NS;
    bool many = c->pending_count >= STORE_COUNT || c->text.length >= STORE_BYTES;
    if (now_ns < c->port.settle_at_ns && (c->busy || !many))
        return 0;
    c->busy = store_pending(c) == CACHE_BUSY;
    c->port.settle_at_ns = c->busy ? now_ns + STORE_AFTER_NS : UINT64_MAX;
    return 0;
}

/* ---- opening and closing ---- */

struct cache *cache_open(const struct cache_options *options)
{
    struct error err;
    uint64_t ttl_ms = (options->ttl_ns + NS_PER_MS - 1) / NS_PER_MS;
    struct cache *c = memory_new(1, sizeof *c);
    c->port = (struct memo){
        .recall = recall, .finished = finished, .settle = settle, .settle_at_ns = UINT64_MAX};
    c->options = *options;
    c->ttl_ms = (int64_t)ttl_ms;
    if (!c->options.wall_ms)
        c->options.wall_ms = clock_wall_ms;
    char *path = cache_place(true, &err);
    if (path)
        c->store = cache_store_open(
            path, options->max_bytes ? options->max_bytes : CACHE_MAX_BYTES, &err);
    free(path);
    if (c->store) {
        cache_store_set_patience(c->store, LOOP_PATIENCE_MS);
        return c;
    }
    give_up(c, &err);
    free(c);
    return NULL;
}

struct memo *cache_memo(struct cache *c)
{
    return &c->port;
}

void cache_close(struct cache *c)
{
    if (!c)
        return;
    if (c->store && c->pending_count) {
        cache_store_set_patience(c->store, END_PATIENCE_MS);
        if (store_pending(c) == CACHE_BUSY)
            c->lost += c->pending_count;
    }
    if (c->lost)
        log_warning("%" PRIu64 " response%s not cached: other processes kept the cache busy",
                    c->lost, c->lost == 1 ? " was" : "s were");
    cache_store_close(c->store);
    buffer_free(&c->text);
    free(c->pending);
    free(c);
}
