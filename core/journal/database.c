/* SPDX-License-Identifier: MIT */
#include "journal/database.h"

#include "base/memory.h"
#include "journal/header.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS     5000
#define LOCKED_BYTE (INT64_C(1) << 62) /* far beyond those that SQLite locks */

struct database {
    const struct database_kind *kind;
    char *path;
    sqlite3 *sqlite;
    int lock_fd; /* -1: not locked */
    sqlite3_stmt **statements;
    size_t statement_count;
    sqlite3_stmt *begin, *commit;
};

/* ---- what went wrong ---- */

int database_fail(const struct database *d, struct error *err, const char *format, ...)
{
    char what[900];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return error_set(err, d->kind->code, "%s: %s", d->path, what);
}

static bool means_full(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

static int errno_of(sqlite3_file *file)
{
    int error = 0;
    if (file && file->pMethods)
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

/* Why the system refused what SQLite wanted: SQLite keeps it with the file, or its log, or else
 * with the connection. */
static int system_error(struct database *d)
{
    sqlite3_file *file = NULL, *log = NULL;
    if (!d->sqlite)
        return 0;
    sqlite3_file_control(d->sqlite, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    sqlite3_file_control(d->sqlite, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (means_full(errno_of(log)))
        return errno_of(log);
    if (means_full(errno_of(file)))
        return errno_of(file);
    return sqlite3_system_errno(d->sqlite);
}

/* SQLite's last error, in our words. */
static int fail_sqlite(struct database *d, int rc, struct error *err)
{
    const char *name = d->kind->name;
    int error = system_error(d);
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return database_fail(d, err, "the %s cannot be written: the disk is full", name);
    case SQLITE_CORRUPT:
        return database_fail(d, err, "the %s is damaged", name);
    case SQLITE_NOTADB:
        return database_fail(d, err, "this is no %s, or it is damaged", name);
    case SQLITE_READONLY:
        return database_fail(d, err, "the %s cannot be written: it is read-only", name);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return database_fail(d, err, "another program keeps the %s locked", name);
    case SQLITE_IOERR:
        if (means_full(error))
            return database_fail(d, err, "the %s cannot be written: the disk is full", name);
        /* fall through */
    case SQLITE_CANTOPEN:
        return database_fail(d, err, "the %s cannot be read or written: %s", name,
                             error ? strerror(error) : sqlite3_errstr(rc));
    default:
        return database_fail(d, err, "the %s cannot be used: %s", name,
                             d->sqlite ? sqlite3_errmsg(d->sqlite) : sqlite3_errstr(rc));
    }
}

static int fail_system(struct database *d, const char *what, struct error *err)
{
    int error = errno;
    return database_fail(d, err, "the %s cannot be %s: %s", d->kind->name, what,
                         means_full(error) ? "the disk is full" : strerror(error));
}

/* ---- statements ---- */

int database_exec(struct database *d, const char *sql, struct error *err)
{
    int rc = sqlite3_exec(d->sqlite, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : fail_sqlite(d, rc, err);
}

sqlite3_stmt *database_prepare(struct database *d, const char *sql, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v3(d->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                                NULL);
    if (rc != SQLITE_OK) {
        fail_sqlite(d, rc, err);
        return NULL;
    }
    d->statements = memory_grow(d->statements, d->statement_count + 1, sizeof *d->statements);
    d->statements[d->statement_count++] = statement;
    return statement;
}

int database_step(struct database *d, sqlite3_stmt *statement, struct error *err)
{
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        return 1;
    if (rc != SQLITE_DONE)
        fail_sqlite(d, rc, err);
    sqlite3_reset(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}

int database_run(struct database *d, sqlite3_stmt *statement, struct error *err)
{
    return database_step(d, statement, err) < 0 ? -1 : 0;
}

int database_begin(struct database *d, struct error *err)
{
    return database_run(d, d->begin, err);
}

int database_commit(struct database *d, struct error *err)
{
    return database_run(d, d->commit, err);
}

void database_rollback(struct database *d)
{
    if (!sqlite3_get_autocommit(d->sqlite))
        (void)sqlite3_exec(d->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

int database_set_durable(struct database *d, bool durable, struct error *err)
{
    return database_exec(d, durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL",
                         err);
}

/* ---- making ---- */

bool database_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* "file:x" and ":memory:" mean something else to SQLite. */
static char *plain_name(const char *path)
{
    return path[0] == '/' ? memory_copy(path) : memory_format("./%s", path);
}

static int connect_to(struct database *d, const char *path, int flags, struct error *err)
{
    int rc = sqlite3_open_v2(path, &d->sqlite,
                             flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    return rc == SQLITE_OK ? 0 : fail_sqlite(d, rc, err);
}

/* Makes the file at `path`, which is there and empty. WAL mode comes last, with nothing in the
 * log: what is written back from it as the file is closed may fail without a word. */
static int fill(struct database *d, const char *path, struct error *err)
{
    const struct database_kind *kind = d->kind;
    char *name = plain_name(path);
    char *sql = memory_format("PRAGMA application_id=%u; BEGIN; %s; PRAGMA user_version=%u;"
                              "COMMIT; PRAGMA journal_mode=WAL",
                              kind->application, kind->schema, kind->version);
    int failed = connect_to(d, name, SQLITE_OPEN_READWRITE, err) || database_exec(d, sql, err);
    sqlite3_close(d->sqlite);
    d->sqlite = NULL;
    free(sql);
    free(name);
    return failed ? -1 : 0;
}

/* Not a link to one, which would be replaced: /dev/stdout may be such a link. */
static bool is_empty_file(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
}

/* Gives a whole file its name, but takes it from no other than an empty one. Some file systems
 * have no links. */
static int put_in_place(struct database *d, const char *temporary, struct error *err)
{
    int rc = is_empty_file(d->path) ? rename(temporary, d->path) : link(temporary, d->path);
    if (rc && (errno == EPERM || errno == EOPNOTSUPP) && !database_exists(d->path))
        rc = rename(temporary, d->path);
    if (rc == 0 || errno == EEXIST)
        return 0;
    return fail_system(d, "made", err);
}

/* A log without its file is not that of the one about to be made; SQLite would take it for it.
 */
static int check_no_log(struct database *d, struct error *err)
{
    char *log = memory_format("%s-wal", d->path);
    int found = database_exists(log);
    if (found) {
        database_fail(d, err, "there is no such file, but its log, '%s', is there", log);
        error_help(err, "bring the %s back, or delete the log as well", d->kind->name);
    }
    free(log);
    return found ? -1 : 0;
}

/* With what SQLite may have left beside it. */
static void remove_temporary(const char *temporary)
{
    static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *name = memory_format("%s%s", temporary, endings[i]);
        (void)unlink(name);
        free(name);
    }
}

static int make(struct database *d, struct error *err)
{
    if (check_no_log(d, err))
        return -1;
    char *temporary = memory_format("%s.XXXXXX", d->path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    int failed = fd < 0 || fchmod(fd, 0600) ? fail_system(d, "made", err) : 0;
    if (fd >= 0) {
        close(fd);
        failed = failed || fill(d, temporary, err) || put_in_place(d, temporary, err);
        remove_temporary(temporary);
    }
    free(temporary);
    return failed ? -1 : 0;
}

/* ---- opening ---- */

static int check_header(struct database *d, const uint8_t *header, ssize_t bytes,
                        struct error *err)
{
    const struct database_kind *kind = d->kind;
    if (!header_is_sqlite(header, bytes) || header_application(header) != kind->application)
        return database_fail(d, err, "this is no %s of ovrmnd, or it is damaged", kind->name);
    uint32_t version = header_version(header);
    if (version > kind->version) {
        database_fail(d, err, "the %s is from a newer ovrmnd (its form is %u, known is %u)",
                      kind->name, version, kind->version);
        return error_help(err, "use that one, or name another file");
    }
    /* Anything but WAL, and SQLite would not look at the log. */
    if (version != kind->version || !header_has_log(header))
        return database_fail(d, err, "the %s is damaged", kind->name);
    return 0;
}

/* Looks at the file before SQLite does, which would begin by changing it. */
static int check_file(struct database *d, struct error *err)
{
    struct stat st;
    uint8_t header[HEADER_BYTES];
    int fd = open(d->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ENOENT ? database_fail(d, err, "there is no such %s", d->kind->name)
                               : fail_system(d, "opened", err);
    ssize_t got = fstat(fd, &st) || !S_ISREG(st.st_mode) ? -1
                                                         : pread(fd, header, sizeof header, 0);
    close(fd);
    if (got == 0)
        return database_fail(d, err, "the file is empty: it is no %s, or has lost all it held",
                             d->kind->name);
    return check_header(d, header, got, err);
}

static int open_to_write(struct database *d, struct error *err)
{
    char *name = plain_name(d->path);
    int failed = access(d->path, W_OK) ? fail_system(d, "written", err)
                                       : connect_to(d, name, SQLITE_OPEN_READWRITE, err);
    free(name);
    return failed;
}

/* Where writing is not allowed SQLite cannot make the files in which readers and writers meet.
 * Without a log there is no writer, and the file can be read as it is. */
static int open_to_look(struct database *d, struct error *err)
{
    char *log = memory_format("%s-wal", d->path);
    struct stat st;
    char resolved[PATH_MAX];
    bool has_log = stat(log, &st) == 0 && st.st_size > 0;
    free(log);
    if (has_log || !realpath(d->path, resolved))
        return open_to_write(d, err);
    struct error first;
    if (!open_to_write(d, &first) &&
        !database_exec(d, "SELECT count(*) FROM sqlite_schema", &first))
        return 0;
    sqlite3_close(d->sqlite);
    d->sqlite = NULL;
    sqlite3_str *uri = sqlite3_str_new(NULL);
    sqlite3_str_appendall(uri, "file:");
    for (const char *c = resolved; *c; c++)
        sqlite3_str_appendf(uri, strchr("?#%", *c) ? "%%%02x" : "%c", *c);
    sqlite3_str_appendall(uri, "?immutable=1");
    char *text = sqlite3_str_finish(uri);
    int failed = connect_to(d, text, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    sqlite3_free(text);
    return failed;
}

static int set_up(struct database *d, struct error *err)
{
    /* No file is mapped: one that is cut off by another program would end this one. */
    char *sql = memory_format("PRAGMA mmap_size=0; PRAGMA cache_size=-%u;"
                              "PRAGMA secure_delete=0; PRAGMA trusted_schema=0;"
                              "PRAGMA cell_size_check=1; PRAGMA wal_autocheckpoint=%u;"
                              "PRAGMA synchronous=NORMAL;",
                              d->kind->cache_kib, d->kind->checkpoint_kib / 4);
    sqlite3_busy_timeout(d->sqlite, BUSY_MS);
    int failed = database_exec(d, sql, err);
    free(sql);
    if (failed)
        return -1;
    d->begin = database_prepare(d, "BEGIN IMMEDIATE", err);
    d->commit = d->begin ? database_prepare(d, "COMMIT", err) : NULL;
    return d->commit ? 0 : -1;
}

bool database_holds(const char *path)
{
    return database_exists(path) && !is_empty_file(path);
}

static int open_file(struct database *d, enum database_mode mode, struct error *err)
{
    bool there = database_holds(d->path);
    if (mode == DATABASE_NEW && there)
        return database_fail(d, err, "the file exists");
    if ((mode == DATABASE_NEW || mode == DATABASE_ANY) && !there && make(d, err))
        return -1;
    if (check_file(d, err))
        return -1;
    return (mode == DATABASE_LOOK ? open_to_look(d, err) : open_to_write(d, err)) ||
                   set_up(d, err)
               ? -1
               : 0;
}

struct database *database_open(const char *path, const struct database_kind *kind,
                               enum database_mode mode, struct error *err)
{
    struct database *d = memory_new(1, sizeof *d);
    d->kind = kind;
    d->path = memory_copy(path);
    d->lock_fd = -1;
    if (!open_file(d, mode, err))
        return d;
    database_close(d);
    return NULL;
}

static const struct flock lock_of_a_run = {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCKED_BYTE, .l_len = 1};

/* A descriptor of our own, which is closed after SQLite has closed: to close any descriptor of
 * the file frees the locks that SQLite holds on it. */
static int lock_descriptor(struct database *d, int flags)
{
    if (d->lock_fd < 0)
        d->lock_fd = open(d->path, flags | O_CLOEXEC);
    return d->lock_fd;
}

int database_lock(struct database *d, struct error *err)
{
    struct flock lock = lock_of_a_run;
    int fd = lock_descriptor(d, O_RDWR);
    if (fd < 0)
        return fail_system(d, "opened", err);
    if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
        return 0;
    if (errno != EAGAIN && errno != EACCES)
        return fail_system(d, "locked", err);
    database_fail(d, err, "another ovrmnd is using this %s", d->kind->name);
    return error_help(err, "wait for its end, or name another file");
}

bool database_is_locked(struct database *d)
{
    struct flock lock = lock_of_a_run;
    int fd = lock_descriptor(d, O_RDONLY);
    return fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void database_close(struct database *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->statement_count; i++)
        sqlite3_finalize(d->statements[i]);
    free(d->statements);
    sqlite3_close(d->sqlite);
    if (d->lock_fd >= 0)
        close(d->lock_fd);
    free(d->path);
    free(d);
}
