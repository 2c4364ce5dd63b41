/* SPDX-License-Identifier: MIT */
#include "journal/past.h"

#include <stdio.h>

/* SQLite's own check finds pages that are used twice or not at all, which writing on would make
 * worse; it knows nothing of what a row should say. */
static int check_pages(struct database *d, struct error *err)
{
    sqlite3_stmt *row = database_prepare(d, "PRAGMA quick_check(1)", err);
    int rc = row ? database_step(d, row, err) : -1;
    if (rc < 0)
        return -1;
    const unsigned char *word = rc == 1 ? sqlite3_column_text(row, 0) : NULL;
    bool good = word && strcmp((const char *)word, "ok") == 0;
    sqlite3_reset(row);
    return good ? 0 : database_fail(d, err, "the journal is damaged");
}

int past_verify(struct database *d, uint64_t expected, uint64_t *last, uint64_t *damaged,
                struct error *err)
{
    char sql[64];
    struct record record;
    *last = *damaged = 0;
    snprintf(sql, sizeof sql, "%s ORDER BY id", record_select_sql);
    sqlite3_stmt *row = check_pages(d, err) ? NULL : database_prepare(d, sql, err);
    int rc = row ? 0 : -1;
    while (row && (rc = database_step(d, row, err)) == 1) {
        *damaged += !record_read(row, &record);
        if (record.id > *last + 1)
            *damaged += record.id - *last - 1;
        *last = record.id;
    }
    if (rc == 0 && *last < expected)
        *damaged += expected - *last;
    return rc;
}

int past_index(struct database *d, struct error *err)
{
    return database_exec(
        d,
        "PRAGMA temp.journal_mode=OFF; PRAGMA temp.cache_size=-1024;"
        "CREATE TEMP TABLE past (key BLOB, ordinal INTEGER, id INTEGER,"
        " PRIMARY KEY (key, ordinal, id)) WITHOUT ROWID;"
        "INSERT INTO past SELECT fingerprint, ordinal, id FROM main.results ORDER BY 1, 2, 3",
        err);
}
