/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_CACHE_STORE_H
#define JOURNAL_CACHE_STORE_H

/*
 * The responses on disk: a SQLite file, which many processes may read and write at once. It is
 * bounded: what is stored pushes out what has expired, then what was stored longest ago.
 *
 * An entry belongs to an endpoint of a service, and is found by the digest of all that was
 * sent. It is shown as `service.endpoint.H`, H being the digest's first 16 hexadecimal digits.
 * No header, credential or parameter is kept but in the digest, and in a URL whose secrets are
 * hidden.
 *
 * A damaged file is emptied, or, if it is no database at all, renamed to
 * `responses.db.damaged`; one of a newer version or another kind is left alone.
 */

#include "base/buffer.h"
#include "base/error.h"
#include "flow/attempt.h"

#include <stdint.h>

#define CACHE_KEY_DIGITS 16

/* Texts and bodies are borrowed. Times are milliseconds since 1970. */
struct cache_entry {
    const char *service, *endpoint;
    struct fingerprint digest;
    struct slice url; /* with its secrets hidden */
    enum body_kind body_kind;
    struct slice body;
    int64_t stored_ms;
    int64_t expires_ms; /* fresh until then, and not after it */
};

struct cache_store;

/* `max_bytes` bounds the entries, all that belongs to them counted roughly. NULL: CACHE_ERROR.
 * [setup] */
struct cache_store *cache_store_open(const char *path, uint64_t max_bytes, struct error *err);

/* As it is, to look at: nothing is made or mended. */
struct cache_store *cache_store_look(const char *path, struct error *err);
void cache_store_close(struct cache_store *s); /* NULL is allowed */

/* How long to wait for others that write. */
void cache_store_set_patience(struct cache_store *s, unsigned ms);

/* What asking and storing come to. FAILED: `err` says why, the transaction is undone, and the
 * store is good for nothing but to be closed; if it was damaged it is empty now. */
enum cache_answer {
    CACHE_DONE, /* found; begun; stored */
    CACHE_NONE, /* there is no such entry */
    CACHE_BUSY, /* others write: try again later */
    CACHE_FAILED,
};

/* Looks for an entry by service, endpoint and digest. Fills the times and the kind, and appends
 * the body; what its limit has no room for, or is no longer sound, is not there. */
enum cache_answer cache_store_get(struct cache_store *s, struct cache_entry *entry,
                                  struct buffer *body, struct error *err);

/* Any number of entries, in one transaction. */
enum cache_answer cache_store_begin(struct cache_store *s, struct error *err);
enum cache_answer cache_store_put(struct cache_store *s, const struct cache_entry *entry,
                                  struct error *err);
enum cache_answer cache_store_commit(struct cache_store *s, int64_t now_ms, struct error *err);

/* Appends "service.endpoint.H". */
void cache_key(const char *service, const char *endpoint, const struct fingerprint *digest,
               struct buffer *out);

/* Appends the URL as it may be shown and kept: without user and password, and with the secrets
 * that the log knows (base/log.h) hidden, however they are encoded. */
void cache_url(struct slice url, struct buffer *out);

/* ---- for `ovrmnd cache` ---- */

/* Calls `each` for every entry whose "service.endpoint" holds `part` (NULL: all), the newest
 * first; `body` has its length alone. */
int cache_store_each(struct cache_store *s, const char *part,
                     void (*each)(void *context, const struct cache_entry *entry),
                     void *context, struct error *err);

struct cache_sum {
    const char *service;
    uint64_t entries, bytes; /* of bodies */
    int64_t oldest_ms, newest_ms;
};

/* Calls `each` for every service that has entries, by name. */
int cache_store_sums(struct cache_store *s,
                     void (*each)(void *context, const struct cache_sum *sum), void *context,
                     struct error *err);

/* Removes the entries whose key begins with `prefix` (NULL: all), from the disk as well. */
int cache_store_clear(struct cache_store *s, const char *prefix, uint64_t *cleared,
                      struct error *err);

#endif
