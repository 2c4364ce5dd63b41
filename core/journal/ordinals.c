/* SPDX-License-Identifier: MIT */
#include "journal/ordinals.h"

#include "base/memory.h"
#include "journal/database.h"

#include <stdlib.h>
#include <string.h>

/*
 * Exact counts in a fixed amount of memory. What was asked for last is in a table by open
 * addressing. When it is full, it goes, in order, into a temporary file of SQLite's, and starts
 * anew. A filter says for most requests that they are not in the file, so that it is not asked
 * (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970): it takes two
 * bits of 2^24 for each request there, which for a million of them errs in 1 of 75 cases.
 */

#define PLACES      (1u << 17) /* a power of 2; 2 MiB */
#define MOST        (PLACES / 4 * 3)
#define FILTER_BITS (UINT64_C(1) << 24) /* 2 MiB */

struct ordinal {
    uint64_t key; /* of the fingerprint's first bytes; 0: the place is empty */
    uint64_t next;
};

struct ordinal_table {
    struct ordinals port;
    struct ordinal *places;
    size_t count;

    sqlite3 *file; /* NULL until the table was full for the first time */
    sqlite3_stmt *find, *store;
    uint64_t *filter;
};

/* ---- the filter ---- */

static uint64_t bit_of(uint64_t key, int which)
{
    return (which ? key >> 38 : key >> 8) % FILTER_BITS;
}

static void filter_add(struct ordinal_table *o, uint64_t key)
{
    for (int i = 0; i < 2; i++)
        o->filter[bit_of(key, i) / 64] |= UINT64_C(1) << bit_of(key, i) % 64;
}

static bool filter_may_have(const struct ordinal_table *o, uint64_t key)
{
    for (int i = 0; i < 2; i++)
        if (!(o->filter[bit_of(key, i) / 64] & UINT64_C(1) << bit_of(key, i) % 64))
            return false;
    return true;
}

/* ---- the file ---- */

static int fail(struct ordinal_table *o, struct error *err)
{
    return error_set(err, ERROR_JOURNAL_ERROR,
                     "Equal requests cannot be numbered: the temporary file for that cannot be "
                     "used: %s",
                     o->file ? sqlite3_errmsg(o->file) : "no memory");
}

/* A file without a name is SQLite's own, and is gone with the process. */
static int open_file(struct ordinal_table *o, struct error *err)
{
    static const char set_up[] =
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
        "PRAGMA cache_size=-1024; CREATE TABLE ordinals (key INTEGER PRIMARY KEY, next "
        "INTEGER)";
    if (o->file)
        return 0;
    o->filter = memory_new(FILTER_BITS / 64, sizeof *o->filter);
    if (sqlite3_open_v2("", &o->file,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) ||
        sqlite3_exec(o->file, set_up, NULL, NULL, NULL) ||
        sqlite3_prepare_v2(o->file, "SELECT next FROM ordinals WHERE key = ?", -1, &o->find,
                           NULL) ||
        sqlite3_prepare_v2(o->file, "REPLACE INTO ordinals VALUES (?, ?)", -1, &o->store, NULL))
        return fail(o, err);
    return 0;
}

static int read_next(struct ordinal_table *o, uint64_t key, uint64_t *next, struct error *err)
{
    sqlite3_bind_int64(o->find, 1, (sqlite3_int64)key);
    int rc = sqlite3_step(o->find);
    if (rc == SQLITE_ROW)
        *next = (uint64_t)sqlite3_column_int64(o->find, 0);
    else if (rc != SQLITE_DONE)
        fail(o, err);
    sqlite3_reset(o->find);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int write_next(struct ordinal_table *o, const struct ordinal *ordinal)
{
    sqlite3_bind_int64(o->store, 1, (sqlite3_int64)ordinal->key);
    sqlite3_bind_int64(o->store, 2, (sqlite3_int64)ordinal->next);
    int rc = sqlite3_step(o->store);
    sqlite3_reset(o->store);
    return rc == SQLITE_DONE ? 0 : -1;
}

/* As SQLite orders keys: in order, each page of the file is touched once. */
static int compare(const void *a, const void *b)
{
    int64_t x = (int64_t)((const struct ordinal *)a)->key;
    int64_t y = (int64_t)((const struct ordinal *)b)->key;
    return (x > y) - (x < y);
}

static int empty_table(struct ordinal_table *o, struct error *err)
{
    if (open_file(o, err))
        return -1;
    qsort(o->places, PLACES, sizeof *o->places, compare);
    int failed = sqlite3_exec(o->file, "BEGIN", NULL, NULL, NULL);
    for (size_t i = 0; i < PLACES && !failed; i++) {
        if (!o->places[i].key)
            continue;
        failed = write_next(o, &o->places[i]);
        filter_add(o, o->places[i].key);
    }
    if (failed || sqlite3_exec(o->file, "COMMIT", NULL, NULL, NULL))
        return fail(o, err);
    memset(o->places, 0, PLACES * sizeof *o->places);
    o->count = 0;
    return 0;
}

/* ---- the table ---- */

static struct ordinal *find(struct ordinal_table *o, uint64_t key)
{
    size_t at = key & (PLACES - 1);
    while (o->places[at].key && o->places[at].key != key)
        at = (at + 1) & (PLACES - 1);
    return &o->places[at];
}

static struct ordinal *add(struct ordinal_table *o, uint64_t key, struct error *err)
{
    uint64_t first = 0;
    if (o->count == MOST && empty_table(o, err))
        return NULL;
    if (o->file && filter_may_have(o, key) && read_next(o, key, &first, err))
        return NULL;
    struct ordinal *place = find(o, key);
    *place = (struct ordinal){.key = key, .next = first};
    o->count++;
    return place;
}

static int next(struct ordinals *self, const struct fingerprint *fingerprint, uint64_t *ordinal,
                struct error *err)
{
    struct ordinal_table *o = (struct ordinal_table *)self;
    uint64_t key;
    memcpy(&key, fingerprint->bytes, sizeof key);
    key |= 1; /* never 0; that two different requests share 63 bits does no harm but a gap */
    struct ordinal *place = find(o, key);
    if (!place->key && !(place = add(o, key, err)))
        return -1;
    *ordinal = place->next++;
    return 0;
}

struct ordinals *ordinals_new(void)
{
    struct ordinal_table *o = memory_new(1, sizeof *o);
    o->port.next = next;
    o->places = memory_new(PLACES, sizeof *o->places);
    return &o->port;
}

void ordinals_free(struct ordinals *ordinals)
{
    struct ordinal_table *o = (struct ordinal_table *)ordinals;
    if (!o)
        return;
    sqlite3_finalize(o->find);
    sqlite3_finalize(o->store);
    sqlite3_close(o->file);
    free(o->filter);
    free(o->places);
    free(o);
}
