/* SPDX-License-Identifier: MIT */
#include "journal/journal.h"

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "journal/mark.h"
#include "journal/past.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

/* How much may lie in one transaction: as a rule it is lost with the process. */
#define GROUP_ROWS  1000
#define GROUP_BYTES (UINT64_C(4) << 20)
#define GROUP_NS    (100 * NS_PER_MS)

struct journal {
    struct memo port; /* first */
    struct journal_options options;
    struct database_kind kind;
    struct database *database;
    struct mark mark; /* of requests that must not be sent twice */
    struct batch_record batch;
    struct run_record run;
    sqlite3_stmt *insert, *write_run, *find, *read; /* find and read: NULL without a past */
    uint64_t begun_ns;

    bool in_group; /* a transaction has begun */
    bool urgent;   /* it holds what must be on the disk before the next is sent */
    uint64_t group_rows, group_bytes;

    bool broken; /* nothing is recorded any more; `error` says why */
    struct error error;
};

static bool is_broken(struct journal *j, int failed)
{
    if (failed && !j->broken) {
        j->broken = true;
        database_rollback(j->database);
    }
    return j->broken;
}

/* ---- recording ---- */

static int begin_group(struct journal *j, struct error *err)
{
    if (j->in_group)
        return 0;
    if (database_begin(j->database, err))
        return -1;
    j->in_group = true;
    j->group_rows = j->group_bytes = 0;
    j->port.settle_at_ns = clock_now(j->options.clock) + GROUP_NS;
    return 0;
}

static int end_group(struct journal *j, uint64_t now_ns, struct error *err)
{
    j->run.last_s = clock_wall_seconds();
    j->run.elapsed_ns = now_ns - j->begun_ns;
    record_run_bind(j->write_run, &j->run);
    if (database_run(j->database, j->write_run, err) || database_commit(j->database, err) ||
        (!j->options.idempotent && mark_write(&j->mark, j->batch.id, j->run.rows, err)))
        return -1;
    j->in_group = j->urgent = false;
    j->port.settle_at_ns = UINT64_MAX;
    return 0;
}

static void add(struct journal *j, const struct request *request, struct record *r)
{
    if (j->broken || is_broken(j, begin_group(j, &j->error)))
        return;
    r->id = j->run.rows + 1;
    r->run = j->run.number;
    r->ordinal = request->identity.ordinal;
    memcpy(r->key, request->identity.fingerprint.bytes, sizeof r->key);
    record_bind(j->insert, r);
    if (is_broken(j, database_run(j->database, j->insert, &j->error)))
        return;
    j->run.rows++;
    j->group_rows++;
    j->group_bytes += r->body.length;
    j->urgent = j->urgent || !j->options.idempotent;
}

/* Only what must not be sent twice has to be known before it is sent. */
static void started(struct memo *self, const struct attempt *attempt)
{
    struct journal *j = (struct journal *)self;
    if (j->options.idempotent)
        return;
    struct record r = {.state = RECORD_STARTED,
                       .item = attempt->facts.item,
                       .attempts = attempt->facts.number};
    add(j, attempt->request, &r);
}

/* Takes back that it is under way. Should this row be lost, its outcome is unknown; and the
 * next attempt's start is a later row, so that this one is never the last word on what is sent.
 * Its code is for programs that do not know the state. */
static void waits(struct memo *self, const struct attempt *attempt)
{
    struct journal *j = (struct journal *)self;
    if (j->options.idempotent)
        return;
    struct record r = {.state = RECORD_WAITING,
                       .item = attempt->facts.item,
                       .status = attempt->outcome.facts.status,
                       .attempts = attempt->facts.number,
                       .code = slice_of(error_code_name(ERROR_CANCELLED))};
    add(j, attempt->request, &r);
}

/* Whether the item is done, and if not, whether it may be tried again; 0: nothing is to be
 * known of it. */
static unsigned state_of(const struct journal *j, const struct result *result)
{
    if (result->success)
        return RECORD_SUCCEEDED;
    if (result->acted)
        return RECORD_ACTED;
    if (result->error->code != ERROR_CANCELLED)
        return RECORD_FAILED;
    /* What was recorded as started is known not to have reached the server. */
    return result->attempts && !j->options.idempotent ? RECORD_STOPPED : 0;
}

static void count(struct run_record *run, unsigned state)
{
    if (state == RECORD_SUCCEEDED)
        run->succeeded++;
    else if (state == RECORD_STOPPED)
        run->stopped++;
    else
        run->failed++;
}

static void finished(struct memo *self, const struct request *request,
                     const struct result *result)
{
    struct journal *j = (struct journal *)self;
    char message[sizeof result->error->message];
    struct record r = {.state = state_of(j, result),
                       .item = result->index,
                       .status = result->status,
                       .attempts = result->attempts,
                       .duration_ns = result->duration_ns,
                       .body_kind = result->body_kind,
                       .body = result->body};
    if (!r.state)
        return;
    if (result->error) {
        log_redact_copy(message, sizeof message, result->error->message);
        r.message = slice_of(message);
        r.code = slice_of(error_code_name(result->error->code));
    }
    if (r.body_kind == BODY_NONE)
        r.body.length = 0;
    count(&j->run, r.state);
    add(j, request, &r);
}

static int settle(struct memo *self, uint64_t now_ns, struct error *err)
{
    struct journal *j = (struct journal *)self;
    bool due = j->urgent || j->group_rows >= GROUP_ROWS || j->group_bytes >= GROUP_BYTES ||
               now_ns >= j->port.settle_at_ns;
    if (!j->broken && j->in_group && due)
        is_broken(j, end_group(j, now_ns, &j->error));
    if (!j->broken)
        return 0;
    j->port.settle_at_ns = UINT64_MAX;
    *err = j->error;
    return -1;
}

/* ---- recalling ---- */

/* The latest row of a request: 1, 0 for none, -1. `j->read` has to be reset after 1. */
static int find_latest(struct journal *j, const struct identity *identity, struct error *err)
{
    sqlite3_bind_blob(j->find, 1, identity->fingerprint.bytes, RECORD_KEY_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(j->find, 2, (sqlite3_int64)identity->ordinal);
    int found = database_step(j->database, j->find, err);
    if (found != 1)
        return found;
    sqlite3_bind_int64(j->read, 1, sqlite3_column_int64(j->find, 0));
    sqlite3_reset(j->find);
    return database_step(j->database, j->read, err);
}

/* The text goes on as checked JSON, so it is checked: a journal may come from anywhere. */
static bool take_body(const struct record *r, struct recalled *out)
{
    struct json_fault fault;
    if (r->body_kind > BODY_TEXT ||
        (r->body_kind == BODY_JSON && json_check(r->body, NULL, &fault)))
        return false;
    out->body_kind = (enum body_kind)r->body_kind;
    return !r->body.length || !buffer_append_slice(out->body, r->body);
}

static bool has_acted(const struct journal *j, const struct record *r)
{
    return !j->options.idempotent && (r->state == RECORD_ACTED || r->state == RECORD_STARTED);
}

static bool is_answer(const struct journal *j, const struct record *r)
{
    return r->state == RECORD_SUCCEEDED || (has_acted(j, r) && !j->options.retry_unsafe);
}

/* What cannot be read is sent again, if it may be. */
static bool is_lost(struct journal *j)
{
    if (!j->options.idempotent && !j->broken) {
        database_fail(j->database, &j->error, "the journal is damaged");
        is_broken(j, -1);
    }
    return false;
}

static bool take(struct journal *j, struct recalled *out)
{
    struct record r;
    if (!record_read(j->read, &r))
        return is_lost(j);
    out->acted = has_acted(j, &r);
    if (!is_answer(j, &r))
        return false;
    if (!take_body(&r, out))
        return is_lost(j);
    if (r.state != RECORD_SUCCEEDED)
        record_error(&r, &out->error);
    out->status = r.status;
    out->attempts = r.attempts;
    out->duration_ns = r.duration_ns;
    j->run.recalled++;
    return true;
}

static bool recall(struct memo *self, const struct item *item, const struct request *request,
                   struct recalled *out)
{
    (void)item;
    struct journal *j = (struct journal *)self;
    if (!j->find || j->broken)
        return false;
    int found = find_latest(j, &request->identity, &j->error);
    if (is_broken(j, found < 0) || !found)
        return false;
    bool known = take(j, out);
    sqlite3_reset(j->read);
    return known;
}

/* ---- opening ---- */

static void digest(struct slice text, uint8_t out[DIGEST_BYTES])
{
    if (!EVP_Digest(text.length ? text.data : "", text.length, out, NULL, EVP_sha256(), NULL))
        BUG("libcrypto has no SHA-256");
}

static void describe(const struct journal_options *o, struct batch_record *out)
{
    _Static_assert(JOURNAL_PARTS == RECORD_PARTS, "a digest for each part");
    *out = (struct batch_record){.created_s = clock_wall_seconds()};
    snprintf(out->id, sizeof out->id, "%s", o->batch_id);
    snprintf(out->target, sizeof out->target, "%s", o->target);
    for (size_t i = 0; i < JOURNAL_PARTS; i++)
        digest(o->parts[i], out->parts[i]);
}

static int check_same(struct journal *j, const struct batch_record *now, struct error *err)
{
    static const char *const subjects[] = {
        [PART_METHOD] = "the endpoint's method has",
        [PART_BASE_URL] = "the base URL has",
        [PART_PATH] = "the endpoint's path has",
        [PART_OPERATION] = "the operation has",
        [PART_HEADERS] = "the headers have",
        [PART_DEFAULTS] = "the endpoint's default parameters have",
        [PART_ALIAS] = "the alias's arguments have",
        [PART_GIVEN] = "the parameters on the command line have",
        [PART_SAFETY] = "what the endpoint says of requests that are sent twice has",
    };
    const struct batch_record *then = &j->batch;
    for (size_t i = 0; i < JOURNAL_PARTS; i++) {
        if (memcmp(now->parts[i], then->parts[i], DIGEST_BYTES) == 0)
            continue;
        if (strcmp(now->target, then->target) != 0)
            database_fail(j->database, err, "the journal is of %s, not of %s", then->target,
                          now->target);
        else
            database_fail(j->database, err, "%s changed since the journal was begun",
                          subjects[i]);
        return error_help(err, "put that back, or name another file to begin again");
    }
    return 0;
}

/* Rows that are damaged may have said that a request was sent: then nothing is. */
static int check_past(struct journal *j, const char *path, struct error *err)
{
    uint64_t last, damaged, marked = mark_read(path, j->batch.id);
    uint64_t expected = marked > j->run.rows ? marked : j->run.rows;
    if (past_verify(j->database, expected, &last, &damaged, err))
        return -1;
    if (damaged && !j->options.idempotent) {
        database_fail(j->database, err,
                      "%llu of the journal's records are damaged or missing, and each may be "
                      "of a request that must not be sent twice",
                      (unsigned long long)damaged);
        return error_help(err, "find out what the server has, and begin another journal");
    }
    if (damaged)
        log_warning("%s: %llu records are damaged; their items are sent again", path,
                    (unsigned long long)damaged);
    j->run.rows = last > expected ? last : expected;
    if (!last)
        return 0;
    j->find = past_index(j->database, err)
                  ? NULL
                  : database_prepare(j->database,
                                     "SELECT id FROM past WHERE key = ? AND ordinal = ?"
                                     " ORDER BY id DESC LIMIT 1",
                                     err);
    char sql[64];
    snprintf(sql, sizeof sql, "%s WHERE id = ?", record_select_sql);
    j->read = j->find ? database_prepare(j->database, sql, err) : NULL;
    return j->read ? 0 : -1;
}

/* A run that was cut off is on record as such from its start, see begin_run. */
static int fail_lost(struct journal *j, const char *path, struct error *err)
{
    database_fail(j->database, err,
                  "its last run was cut off, and its log, '%s-wal', is not there: that may say "
                  "of requests that they were sent, which must not be sent twice",
                  path);
    return error_help(err,
                      "bring it and '%s-mark' back; or find out what the server has, and "
                      "begin another journal",
                      path);
}

static int go_on(struct journal *j, const char *path, bool lost, struct error *err)
{
    struct batch_record now;
    struct run_record last;
    describe(&j->options, &now);
    if (record_batch_read(j->database, &j->batch, err) || check_same(j, &now, err) ||
        record_runs_read(j->database, NULL, NULL, &last, err))
        return -1;
    j->run.number = last.number;
    j->run.rows = last.rows;
    if (lost && last.number && !last.ending[0] && !j->options.idempotent)
        return fail_lost(j, path, err);
    return check_past(j, path, err);
}

/* A journal of another run is never overwritten. */
static void word_exists(const char *path, struct error *err)
{
    struct database *d = database_open(path, &record_kind, DATABASE_LOOK, err);
    struct batch_record batch;
    struct run_record last;
    if (d && !record_batch_read(d, &batch, err) &&
        !record_runs_read(d, NULL, NULL, &last, err)) {
        database_fail(d, err, "the file is there: a journal of %s with %llu records",
                      batch.target, (unsigned long long)last.rows);
        error_help(err, "add --resume to go on with it, or name another file");
    }
    database_close(d);
}

static int begin_new(struct journal *j, const char *path, struct error *err)
{
    describe(&j->options, &j->batch);
    char *sql = record_batch_sql(&j->batch);
    j->kind.schema = sql;
    j->database = database_open(path, &j->kind, DATABASE_NEW, err);
    j->kind.schema = record_kind.schema;
    sqlite3_free(sql);
    return j->database ? 0 : -1;
}

/* Another run may have been quicker to make one. */
static int check_ours(struct journal *j, const char *path, struct error *err)
{
    struct batch_record found;
    if (record_batch_read(j->database, &found, err))
        return -1;
    if (strcmp(found.id, j->batch.id) == 0)
        return 0;
    word_exists(path, err);
    return -1;
}

static int open_file(struct journal *j, const char *path, struct error *err)
{
    bool there = database_exists(path);
    if (j->options.resume && there) {
        bool lost = mark_is_lost(path); /* SQLite is about to make a log */
        j->database = database_open(path, &j->kind, DATABASE_EXISTING, err);
        return !j->database || database_lock(j->database, err) ? -1 : go_on(j, path, lost, err);
    }
    if (database_holds(path)) {
        word_exists(path, err);
        return -1;
    }
    if (begin_new(j, path, err) || database_lock(j->database, err) || check_ours(j, path, err))
        return -1;
    if (j->options.resume)
        log_warning("%s: there is no such journal yet, so the batch starts from the beginning",
                    path);
    return 0;
}

static int begin_run(struct journal *j, const char *path, struct error *err)
{
    struct database *d = j->database;
    j->run.number++;
    j->run.started_s = clock_wall_seconds();
    j->begun_ns = clock_now(j->options.clock);
    j->insert = database_prepare(d, record_insert_sql, err);
    j->write_run = j->insert ? database_prepare(d, record_run_sql, err) : NULL;
    if (!j->write_run || database_set_durable(d, !j->options.idempotent, err) ||
        (!j->options.idempotent && mark_open(&j->mark, path, err)))
        return -1;
    if (begin_group(j, err) || end_group(j, j->begun_ns, err))
        return -1;
    /* In the file itself, so that a copy of it alone still knows that a run was under way. */
    return j->options.idempotent ? 0 : database_exec(d, "PRAGMA wal_checkpoint(FULL)", err);
}

struct journal *journal_open(const char *path, const struct journal_options *options,
                             struct error *err)
{
    struct journal *j = memory_new(1, sizeof *j);
    j->port = (struct memo){.recall = recall,
                            .started = started,
                            .waits = waits,
                            .finished = finished,
                            .settle = settle,
                            .settle_at_ns = UINT64_MAX};
    j->options = *options;
    j->kind = record_kind;
    j->mark.fd = -1;
    if (!open_file(j, path, err) && !begin_run(j, path, err))
        return j;
    journal_close(j);
    return NULL;
}

int journal_end(struct journal *j, const char *ending, struct error *err)
{
    snprintf(j->run.ending, sizeof j->run.ending, "%s", ending);
    if (!j->broken)
        is_broken(j, begin_group(j, &j->error) ||
                         end_group(j, clock_now(j->options.clock), &j->error));
    if (j->broken)
        *err = j->error;
    return j->broken ? -1 : 0;
}

void journal_close(struct journal *j)
{
    if (!j)
        return;
    database_close(j->database);
    mark_close(&j->mark, j->run.ending[0] && !j->broken);
    free(j);
}

struct memo *journal_memo(struct journal *j)
{
    return &j->port;
}

const char *journal_batch_id(const struct journal *j)
{
    return j->batch.id;
}

uint64_t journal_recalled(const struct journal *j)
{
    return j->run.recalled;
}
