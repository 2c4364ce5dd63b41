/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_DATABASE_H
#define JOURNAL_DATABASE_H

/*
 * A file of ours that SQLite keeps: who may read it, what kind it is, and what goes wrong with
 * it in words. Values are bound and read with SQLite's own functions.
 *
 * A file is made whole under another name before it gets its own, so that one that is there was
 * never half made; only its owner may read or write it, whatever the umask says. It is in WAL
 * mode: a killed process loses no transaction that it had committed, and readers do not disturb
 * a writer.
 *
 * Every error is one line, "FILE: what; what to do", under the code of its kind.
 */

#include "base/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* What a kind of file is. Constant; borrowed until database_close. */
struct database_kind {
    const char *name;        /* "journal", for messages */
    enum error_code code;    /* of every error */
    uint32_t application;    /* SQLite's application_id */
    uint32_t version;        /* of the schema; a file of a newer one is refused */
    const char *schema;      /* SQL that makes the tables */
    unsigned cache_kib;      /* memory for pages */
    unsigned checkpoint_kib; /* how far the log may grow before it is written back */
};

enum database_mode {
    DATABASE_NEW,      /* makes it; one that holds anything is left alone, and is an error */
    DATABASE_EXISTING, /* one that must be there */
    DATABASE_ANY,      /* makes it if it is not there */
    DATABASE_LOOK,     /* one that must be there, to be read alone; also where writing is not
                          allowed */
};

struct database;

/* NULL: it cannot be opened, is of another kind, or of a newer version. [setup] */
struct database *database_open(const char *path, const struct database_kind *kind,
                               enum database_mode mode, struct error *err);

/* Closes it with all its statements; what is not committed is undone. NULL is allowed. */
void database_close(struct database *d);

/* Is there anything under that name, be it good or bad? Anything but an empty file? */
bool database_exists(const char *path);
bool database_holds(const char *path);

/* Keeps the file for this process alone among those that ask so, until it is closed or killed.
 * It may still be read. -1: another one has it. */
int database_lock(struct database *d, struct error *err);

/* Does another process keep it so? */
bool database_is_locked(struct database *d);

/* Is a commit to be on the disk when it returns, so that not even a power cut undoes it? Else
 * it survives the end of the process alone. Off at first. */
int database_set_durable(struct database *d, bool durable, struct error *err);

/* ---- statements ---- */

/* Runs SQL without values or answers. */
int database_exec(struct database *d, const char *sql, struct error *err);

/* A statement, which lives until the database is closed; NULL: see `err`. */
sqlite3_stmt *database_prepare(struct database *d, const char *sql, struct error *err);

/* The next row: 1; no more of them: 0, and the statement can be bound anew; -1: it failed. To
 * leave off before the end, call sqlite3_reset. */
int database_step(struct database *d, sqlite3_stmt *statement, struct error *err);

/* Runs a statement that answers nothing. */
int database_run(struct database *d, sqlite3_stmt *statement, struct error *err);

/* A transaction, which keeps other writers away from its start. */
int database_begin(struct database *d, struct error *err);
int database_commit(struct database *d, struct error *err);
void database_rollback(struct database *d);

/* For what SQLite does not know: "FILE: WHAT". Returns -1. */
__attribute__((format(printf, 3, 4))) int
database_fail(const struct database *d, struct error *err, const char *format, ...);

#endif
