/* SPDX-License-Identifier: MIT */
#include "journal/cache_store.h"

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "journal/cache_mend.h"
#include "journal/database.h"

#include <stdlib.h>
#include <string.h>

/* What an entry takes beside its body and URL, roughly: the digest, twice, names and times. */
#define OVERHEAD  "256"
#define COST(row) "length(" row ".body) + length(" row ".url) + " OVERHEAD

static const char schema[] =
    "CREATE TABLE responses (id INTEGER PRIMARY KEY, service TEXT NOT NULL,"
    " endpoint TEXT NOT NULL, digest BLOB NOT NULL, url TEXT NOT NULL, kind INTEGER NOT NULL,"
    " stored_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, body BLOB NOT NULL,"
    " UNIQUE (digest, service, endpoint));"
    "CREATE INDEX by_age ON responses (stored_ms);"
    "CREATE INDEX by_end ON responses (expires_ms);"
    /* Kept up by triggers, since to add up a large cache at each commit would take long. */
    "CREATE TABLE total (bytes INTEGER NOT NULL);"
    "INSERT INTO total VALUES (0);"
    "CREATE TRIGGER added AFTER INSERT ON responses BEGIN"
    " UPDATE total SET bytes = bytes + " COST(
        "new") "; END;"
               "CREATE TRIGGER removed AFTER DELETE ON responses BEGIN"
               " UPDATE total SET bytes = bytes - (" COST(
                   "old") "); END;"
                          "CREATE TRIGGER replaced AFTER UPDATE ON responses BEGIN"
                          " UPDATE total SET bytes = bytes - (" COST("old") ") + " COST(
                              "new") "; END";

static const struct database_kind kind = {
    .name = "response cache",
    .code = ERROR_CACHE_ERROR,
    .application = 0x4f564d43, /* "OVMC" */
    .version = 1,
    .schema = schema,
    .cache_kib = 8192,
    .checkpoint_kib = 16384,
};

/* How the file spells enum body_kind, whose numbers are the program's own. */
enum { KIND_JSON = 1, KIND_TEXT = 2 };

struct cache_store {
    struct database *database;
    char *path;
    uint64_t max_bytes;
    sqlite3_stmt *get, *put, *total, *remove_expired, *remove_oldest;
};

#define KEY "service || '.' || endpoint || '.' || lower(hex(substr(digest, 1, 8)))"

/* ---- opening and closing ---- */

static sqlite3 *connection(const struct cache_store *s)
{
    return sqlite3_db_handle(s->get);
}

static int prepare(struct cache_store *s, struct error *err)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        {&s->get, "SELECT kind, stored_ms, expires_ms, body FROM responses"
                  " WHERE digest = ?1 AND service = ?2 AND endpoint = ?3"},
        {&s->put, "INSERT INTO responses (digest, service, endpoint, url, kind, stored_ms,"
                  " expires_ms, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                  " ON CONFLICT DO UPDATE SET url = ?4, kind = ?5, stored_ms = ?6,"
                  " expires_ms = ?7, body = ?8"},
        {&s->total, "SELECT bytes FROM total"},
        {&s->remove_expired, "DELETE FROM responses WHERE id = (SELECT id FROM responses"
                             " WHERE expires_ms < ?1 ORDER BY expires_ms LIMIT 1)"},
        {&s->remove_oldest, "DELETE FROM responses WHERE id = (SELECT id FROM responses"
                            " ORDER BY stored_ms, id LIMIT 1)"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *all[i].statement = database_prepare(s->database, all[i].sql, err);
        if (!*all[i].statement)
            return -1;
    }
    return 0;
}

static struct cache_store *open_as(const char *path, enum database_mode mode, struct error *err)
{
    struct cache_store *s = memory_new(1, sizeof *s);
    s->path = memory_copy(path);
    s->database = database_open(path, &kind, mode, err);
    if (s->database && !prepare(s, err))
        return s;
    cache_store_close(s);
    return NULL;
}

struct cache_store *cache_store_open(const char *path, uint64_t max_bytes, struct error *err)
{
    int lock = cache_mend_lock(path, err);
    if (lock < 0)
        return NULL;
    cache_mend_garbage(path);
    struct cache_store *s = open_as(path, DATABASE_ANY, err);
    if (!s && cache_mend_damaged(path, &kind)) {
        log_warning("the response cache '%s' was damaged; it is emptied", path);
        s = open_as(path, DATABASE_ANY, err);
    }
    cache_mend_unlock(lock);
    if (s)
        s->max_bytes = max_bytes;
    return s;
}

struct cache_store *cache_store_look(const char *path, struct error *err)
{
    return open_as(path, DATABASE_LOOK, err);
}

void cache_store_close(struct cache_store *s)
{
    if (!s)
        return;
    database_close(s->database);
    free(s->path);
    free(s);
}

void cache_store_set_patience(struct cache_store *s, unsigned ms)
{
    sqlite3_busy_timeout(connection(s), (int)ms);
}

/* ---- failing ---- */

static void mend(struct cache_store *s, struct error *err)
{
    database_close(s->database);
    s->database = NULL;
    int lock = cache_mend_lock(s->path, NULL);
    if (lock < 0)
        return;
    if (cache_mend_damaged(s->path, &kind))
        error_set(err, ERROR_CACHE_ERROR,
                  "%s: the response cache was damaged; it is emptied, and good again", s->path);
    cache_mend_unlock(lock);
}

/* What has just failed: others write, or something is wrong for good. */
static enum cache_answer failure(struct cache_store *s, struct error *err)
{
    int rc = sqlite3_errcode(connection(s)) & 0xff;
    database_rollback(s->database);
    if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
        return CACHE_BUSY;
    if (rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB)
        mend(s, err);
    return CACHE_FAILED;
}

/* ---- one entry ---- */

static void bind_text(sqlite3_stmt *statement, int at, struct slice text)
{
    sqlite3_bind_text(statement, at, text.data ? text.data : "", (int)text.length,
                      SQLITE_STATIC);
}

static void bind_identity(sqlite3_stmt *statement, const struct cache_entry *entry)
{
    sqlite3_bind_blob(statement, 1, entry->digest.bytes, FINGERPRINT_BYTES, SQLITE_STATIC);
    bind_text(statement, 2, slice_of(entry->service));
    bind_text(statement, 3, slice_of(entry->endpoint));
}

/* The row at hand. A body that claims to be JSON is checked, since nobody does it after this.
 */
static enum cache_answer take_row(struct cache_store *s, struct cache_entry *entry,
                                  struct buffer *body)
{
    int row_kind = sqlite3_column_int(s->get, 0);
    struct slice text = {sqlite3_column_blob(s->get, 3),
                         (size_t)sqlite3_column_bytes(s->get, 3)};
    struct json_fault fault;
    entry->body_kind = row_kind == KIND_JSON ? BODY_JSON : BODY_TEXT;
    entry->stored_ms = sqlite3_column_int64(s->get, 1);
    entry->expires_ms = sqlite3_column_int64(s->get, 2);
    if ((row_kind != KIND_JSON && row_kind != KIND_TEXT) ||
        (row_kind == KIND_JSON && json_check(text, NULL, &fault)) ||
        buffer_append_slice(body, text))
        return CACHE_NONE;
    return CACHE_DONE;
}

enum cache_answer cache_store_get(struct cache_store *s, struct cache_entry *entry,
                                  struct buffer *body, struct error *err)
{
    bind_identity(s->get, entry);
    switch (database_step(s->database, s->get, err)) {
    case 0:
        return CACHE_NONE;
    case 1:
        break;
    default:
        return failure(s, err);
    }
    enum cache_answer answer = take_row(s, entry, body);
    sqlite3_reset(s->get);
    return answer;
}

enum cache_answer cache_store_begin(struct cache_store *s, struct error *err)
{
    return database_begin(s->database, err) ? failure(s, err) : CACHE_DONE;
}

enum cache_answer cache_store_put(struct cache_store *s, const struct cache_entry *entry,
                                  struct error *err)
{
    sqlite3_stmt *put = s->put;
    bind_identity(put, entry);
    bind_text(put, 4, entry->url);
    sqlite3_bind_int(put, 5, entry->body_kind == BODY_JSON ? KIND_JSON : KIND_TEXT);
    sqlite3_bind_int64(put, 6, entry->stored_ms);
    sqlite3_bind_int64(put, 7, entry->expires_ms);
    sqlite3_bind_blob64(put, 8, entry->body.data ? entry->body.data : "", entry->body.length,
                        SQLITE_STATIC);
    return database_run(s->database, put, err) ? failure(s, err) : CACHE_DONE;
}

/* ---- the bound ---- */

static int read_total(struct cache_store *s, uint64_t *bytes, struct error *err)
{
    int row = database_step(s->database, s->total, err);
    int64_t total = row > 0 ? sqlite3_column_int64(s->total, 0) : 0;
    sqlite3_reset(s->total);
    *bytes = total > 0 ? (uint64_t)total : 0;
    return row < 0 ? -1 : 0;
}

/* Removes one entry: the next that has expired, else the oldest. `*removed` false: there is
 * none. */
static int remove_one(struct cache_store *s, int64_t now_ms, bool *removed, struct error *err)
{
    sqlite3_bind_int64(s->remove_expired, 1, now_ms);
    if (database_run(s->database, s->remove_expired, err))
        return -1;
    *removed = sqlite3_changes(connection(s)) > 0;
    if (*removed)
        return 0;
    if (database_run(s->database, s->remove_oldest, err))
        return -1;
    *removed = sqlite3_changes(connection(s)) > 0;
    return 0;
}

static int make_room(struct cache_store *s, int64_t now_ms, struct error *err)
{
    uint64_t bytes;
    bool removed = true;
    while (removed) {
        if (read_total(s, &bytes, err))
            return -1;
        if (bytes <= s->max_bytes)
            return 0;
        if (remove_one(s, now_ms, &removed, err))
            return -1;
    }
    return 0;
}

enum cache_answer cache_store_commit(struct cache_store *s, int64_t now_ms, struct error *err)
{
    if (make_room(s, now_ms, err) || database_commit(s->database, err))
        return failure(s, err);
    return CACHE_DONE;
}

/* ---- looking, clearing ---- */

static void take_entry(sqlite3_stmt *row, struct cache_entry *entry)
{
    *entry = (struct cache_entry){
        .service = (const char *)sqlite3_column_text(row, 0),
        .endpoint = (const char *)sqlite3_column_text(row, 1),
        .url = slice_of((const char *)sqlite3_column_text(row, 3)),
        .body = {NULL, (size_t)sqlite3_column_int64(row, 4)},
        .stored_ms = sqlite3_column_int64(row, 5),
        .expires_ms = sqlite3_column_int64(row, 6),
    };
    const void *digest = sqlite3_column_blob(row, 2);
    if (digest && sqlite3_column_bytes(row, 2) == FINGERPRINT_BYTES)
        memcpy(entry->digest.bytes, digest, FINGERPRINT_BYTES);
}

int cache_store_each(struct cache_store *s, const char *part,
                     void (*each)(void *context, const struct cache_entry *entry),
                     void *context, struct error *err)
{
    struct cache_entry entry;
    int row;
    sqlite3_stmt *all = database_prepare(
        s->database,
        "SELECT service, endpoint, digest, url, length(body), stored_ms, expires_ms"
        " FROM responses WHERE ?1 IS NULL OR instr(service || '.' || endpoint, ?1) > 0"
        " ORDER BY stored_ms DESC, id DESC",
        err);
    if (!all)
        return -1;
    if (part)
        bind_text(all, 1, slice_of(part));
    while ((row = database_step(s->database, all, err)) > 0) {
        take_entry(all, &entry);
        each(context, &entry);
    }
    return row;
}

int cache_store_sums(struct cache_store *s,
                     void (*each)(void *context, const struct cache_sum *sum), void *context,
                     struct error *err)
{
    int row;
    sqlite3_stmt *sums = database_prepare(
        s->database,
        "SELECT service, count(*), sum(length(body)), min(stored_ms), max(stored_ms)"
        " FROM responses GROUP BY service ORDER BY service",
        err);
    if (!sums)
        return -1;
    while ((row = database_step(s->database, sums, err)) > 0) {
        struct cache_sum sum = {(const char *)sqlite3_column_text(sums, 0),
                                (uint64_t)sqlite3_column_int64(sums, 1),
                                (uint64_t)sqlite3_column_int64(sums, 2),
                                sqlite3_column_int64(sums, 3), sqlite3_column_int64(sums, 4)};
        each(context, &sum);
    }
    return row;
}

int cache_store_clear(struct cache_store *s, const char *prefix, uint64_t *cleared,
                      struct error *err)
{
    if (database_exec(s->database, "PRAGMA secure_delete=1", err))
        return -1;
    sqlite3_stmt *clear = database_prepare(
        s->database,
        "DELETE FROM responses WHERE ?1 IS NULL OR substr(" KEY ", 1, length(?1)) = ?1", err);
    if (!clear)
        return -1;
    if (prefix)
        bind_text(clear, 1, slice_of(prefix));
    if (database_run(s->database, clear, err)) {
        (void)failure(s, err);
        return -1;
    }
    *cleared = (uint64_t)sqlite3_changes64(connection(s));
    /* The file gets smaller at once, unless another process keeps it busy: then it is used
     * again. */
    if (*cleared)
        (void)database_exec(s->database, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", NULL);
    return 0;
}
