/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_RECORD_H
#define JOURNAL_RECORD_H

/*
 * The rows of a journal. Results are only ever added: the latest row of an identity counts.
 * Each row carries a checksum over all it says, its number included, and the numbers have no
 * gaps, so that a row that was damaged or lost is noticed. For journal.c, past.c and visit.c.
 */

#include "base/buffer.h"
#include "flow/request.h"
#include "flow/result.h"
#include "journal/database.h"

#define RECORD_KEY_BYTES 16 /* of a fingerprint: enough that no two are ever alike */
#define BATCH_ID_BYTES   8
#define RECORD_PARTS     9 /* of an endpoint, see enum journal_part */
#define DIGEST_BYTES     32

/* As they stand in the file. */
enum record_state {
    RECORD_STARTED = 1,   /* an unsafe request is about to be sent */
    RECORD_SUCCEEDED = 2, /* done */
    RECORD_FAILED = 3,    /* may be tried again */
    RECORD_ACTED = 4,     /* failed, but the server has acted, or may have */
    RECORD_STOPPED = 5,   /* given up by a batch that ended; the server has not acted */
    RECORD_WAITING = 6,   /* between two attempts; the server has not acted */
};

struct record {
    uint64_t id, run; /* both from 1 */
    uint8_t key[RECORD_KEY_BYTES];
    uint64_t ordinal, item;
    unsigned state; /* enum record_state */
    unsigned status, attempts;
    uint64_t duration_ns;
    struct slice code, message; /* of a failure */
    unsigned body_kind;         /* enum body_kind */
    struct slice body;
};

/* The one row about the batch as a whole. */
struct batch_record {
    char id[BATCH_ID_BYTES + 1];
    char target[256];
    int64_t created_s;
    uint8_t parts[RECORD_PARTS][DIGEST_BYTES];
};

/* A row for each run. */
struct run_record {
    uint64_t number;
    int64_t started_s, last_s; /* by the calendar: when it began, when it was last heard of */
    uint64_t elapsed_ns;       /* until then */
    uint64_t succeeded, failed, stopped; /* its own results */
    uint64_t recalled;                   /* answered from what earlier runs recorded */
    uint64_t rows;                       /* the last one's number when it was last heard of */
    char ending[32];                     /* ""  while it runs, or when it was killed */
};

extern const struct database_kind record_kind; /* `schema` is the tables alone */

/* SQL that adds the row about the batch; the caller frees it with sqlite3_free. */
char *record_batch_sql(const struct batch_record *batch);
int record_batch_read(struct database *d, struct batch_record *out, struct error *err);

/* Binds a run to a statement of record_run_sql. */
extern const char record_run_sql[];
void record_run_bind(sqlite3_stmt *statement, const struct run_record *run);

/* All runs in order; `*last` is the last one, its number 0 if there is none. `each` may be
 * NULL. */
int record_runs_read(struct database *d,
                     void (*each)(void *context, const struct run_record *run), void *context,
                     struct run_record *last, struct error *err);

/* Binds a record to a statement of record_insert_sql; its texts must live until it has run. */
extern const char record_insert_sql[];
void record_bind(sqlite3_stmt *statement, const struct record *record);

/* Reads a row of a statement that begins with record_select_sql; texts are borrowed from it.
 * False: the row is damaged. */
extern const char record_select_sql[];
bool record_read(sqlite3_stmt *row, struct record *out);

/* The failure that it tells of; of one that is started and no more, that its outcome is
 * unknown. */
void record_error(const struct record *record, struct error *out);

#endif
