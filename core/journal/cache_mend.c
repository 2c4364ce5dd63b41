/* SPDX-License-Identifier: MIT */
#include "journal/cache_mend.h"

#include "base/log.h"
#include "base/memory.h"
#include "journal/database.h"
#include "journal/header.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define BUSY_MS     2000
#define LOCK_TRIES  200
#define LOCK_TRY_NS 10000000

/* ---- the lock ---- */

/* It is the folder that is locked: SQLite locks the file, and the file may be renamed. */
int cache_mend_lock(const char *path, struct error *err)
{
    const struct timespec pause = {0, LOCK_TRY_NS};
    char *folder = memory_copy_n(path, (size_t)(strrchr(path, '/') - path));
    int fd = open(*folder ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int tries = 0, failed = fd < 0;
    while (!failed && flock(fd, LOCK_EX | LOCK_NB)) {
        failed = (errno != EWOULDBLOCK && errno != EINTR) || ++tries == LOCK_TRIES;
        if (!failed)
            nanosleep(&pause, NULL);
    }
    if (failed) {
        error_set(err, ERROR_CACHE_ERROR, "cannot lock '%s': %s", folder, strerror(errno));
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    free(folder);
    return fd;
}

void cache_mend_unlock(int lock)
{
    close(lock);
}

/* ---- what is no database ---- */

/* How many bytes of the header there are; -1: no file. */
static ssize_t read_header(const char *path, uint8_t header[HEADER_BYTES])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    ssize_t got = pread(fd, header, HEADER_BYTES, 0);
    close(fd);
    return got;
}

/* SQLite would take them for those of the file that comes next. */
static void remove_logs(const char *path)
{
    static const char *const endings[] = {"-wal", "-shm"};
    for (size_t i = 0; i < 2; i++) {
        char *name = memory_format("%s%s", path, endings[i]);
        (void)unlink(name);
        free(name);
    }
}

void cache_mend_garbage(const char *path)
{
    uint8_t header[HEADER_BYTES];
    ssize_t got = read_header(path, header);
    if (got > 0 && !header_is_sqlite(header, got)) {
        char *aside = memory_format("%s.damaged", path);
        if (!rename(path, aside))
            log_warning("the response cache '%s' is damaged; it is now '%s', and a new one is "
                        "begun",
                        path, aside);
        free(aside);
    }
    if (got <= 0 || !header_is_sqlite(header, got))
        remove_logs(path);
}

/* ---- a database that is damaged ---- */

static bool is_ours(const char *path, const struct database_kind *kind)
{
    uint8_t header[HEADER_BYTES];
    return header_is_sqlite(header, read_header(path, header)) &&
           header_application(header) == kind->application &&
           header_version(header) == kind->version;
}

/* quick_check says "ok" in a row, or what is wrong. */
static int take_verdict(void *ok, int columns, char **values, char **names)
{
    (void)columns;
    (void)names;
    if (!values[0] || strcmp(values[0], "ok") != 0)
        *(bool *)ok = false;
    return 0;
}

/* Also makes SQLite look at the file, after which it keeps the log when it empties it. */
static bool is_sound(sqlite3 *sqlite)
{
    bool ok = true;
    int rc = sqlite3_exec(sqlite, "PRAGMA quick_check(1)", take_verdict, &ok, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(sqlite, "SELECT bytes FROM total", NULL, NULL, NULL);
    rc &= 0xff;
    return ok && rc != SQLITE_CORRUPT && rc != SQLITE_NOTADB && rc != SQLITE_ERROR;
}

/* As SQLite's manual has it for SQLITE_DBCONFIG_RESET_DATABASE. */
static bool empty(sqlite3 *sqlite, const struct database_kind *kind)
{
    char *sql = memory_format("PRAGMA journal_mode=WAL; PRAGMA application_id=%u; BEGIN;"
                              "%s; PRAGMA user_version=%u; COMMIT;"
                              "PRAGMA wal_checkpoint(TRUNCATE)",
                              kind->application, kind->schema, kind->version);
    sqlite3_db_config(sqlite, SQLITE_DBCONFIG_RESET_DATABASE, 1, (int *)NULL);
    bool done = sqlite3_exec(sqlite, "VACUUM", NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_db_config(sqlite, SQLITE_DBCONFIG_RESET_DATABASE, 0, (int *)NULL);
    done = done && sqlite3_exec(sqlite, sql, NULL, NULL, NULL) == SQLITE_OK;
    free(sql);
    return done;
}

bool cache_mend_damaged(const char *path, const struct database_kind *kind)
{
    sqlite3 *sqlite = NULL;
    bool done = is_ours(path, kind) &&
                sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                sqlite3_busy_timeout(sqlite, BUSY_MS) == SQLITE_OK && !is_sound(sqlite) &&
                empty(sqlite, kind);
    sqlite3_close(sqlite);
    return done;
}
