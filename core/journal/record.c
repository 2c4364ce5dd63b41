/* SPDX-License-Identifier: MIT */
#include "journal/record.h"

#include <stdio.h>
#include <zlib.h>

const struct database_kind record_kind = {
    .name = "journal",
    .code = ERROR_JOURNAL_ERROR,
    .application = 0x6f76726a, /* "ovrj" */
    .version = 1,
    .schema = "CREATE TABLE batch (number INTEGER PRIMARY KEY, id TEXT, target TEXT,"
              " created_s INTEGER, parts BLOB, checksum INTEGER);"
              "CREATE TABLE runs (number INTEGER PRIMARY KEY, started_s INTEGER,"
              " last_s INTEGER, elapsed_ns INTEGER, succeeded INTEGER, failed INTEGER,"
              " stopped INTEGER, recalled INTEGER, rows INTEGER, ending TEXT,"
              " checksum INTEGER);"
              "CREATE TABLE results (id INTEGER PRIMARY KEY, run INTEGER, fingerprint BLOB,"
              " ordinal INTEGER, item INTEGER, state INTEGER, status INTEGER,"
              " attempts INTEGER, duration_ns INTEGER, code TEXT, message TEXT,"
              " body_kind INTEGER, body BLOB, checksum INTEGER)",
    .cache_kib = 1024,
    .checkpoint_kib = 16 << 10,
};

/* ---- checksums ---- */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static uLong add_numbers(uLong sum, const uint64_t *numbers, size_t count)
{
    return crc32_z(sum, (const Bytef *)numbers, count * sizeof *numbers);
}

static uLong add_bytes(uLong sum, struct slice s)
{
    return s.length ? crc32_z(sum, (const Bytef *)s.data, s.length) : sum;
}

/* Lengths are among the numbers, so that no two rows read alike. */
static uint32_t sum_of_record(const struct record *r)
{
    const uint64_t numbers[] = {r->id,          r->run,         r->ordinal,
                                r->item,        r->state,       r->status,
                                r->attempts,    r->duration_ns, r->body_kind,
                                r->code.length, r->body.length, r->message.length};
    uLong sum = add_numbers(0, numbers, COUNT(numbers));
    sum = crc32_z(sum, r->key, sizeof r->key);
    sum = add_bytes(sum, r->code);
    sum = add_bytes(sum, r->message);
    return (uint32_t)add_bytes(sum, r->body);
}

static uint32_t sum_of_batch(const struct batch_record *b)
{
    const uint64_t numbers[] = {strlen(b->id), strlen(b->target), (uint64_t)b->created_s};
    uLong sum = add_numbers(0, numbers, COUNT(numbers));
    sum = add_bytes(sum, slice_of(b->id));
    sum = add_bytes(sum, slice_of(b->target));
    return (uint32_t)crc32_z(sum, b->parts[0], sizeof b->parts);
}

static uint32_t sum_of_run(const struct run_record *r)
{
    const uint64_t numbers[] = {r->number,
                                (uint64_t)r->started_s,
                                (uint64_t)r->last_s,
                                r->elapsed_ns,
                                r->succeeded,
                                r->failed,
                                r->stopped,
                                r->recalled,
                                r->rows};
    uLong sum = add_numbers(0, numbers, COUNT(numbers));
    return (uint32_t)add_bytes(sum, slice_of(r->ending));
}

/* ---- columns ---- */

static uint64_t number(sqlite3_stmt *row, int column)
{
    return (uint64_t)sqlite3_column_int64(row, column);
}

static unsigned small(sqlite3_stmt *row, int column)
{
    return (unsigned)sqlite3_column_int(row, column);
}

static struct slice bytes(sqlite3_stmt *row, int column)
{
    const void *data = sqlite3_column_blob(row, column);
    return (struct slice){data, data ? (size_t)sqlite3_column_bytes(row, column) : 0};
}

/* A text that fits, NUL included; what does not is damaged, and "" here. */
static void copy_text(struct slice from, char *to, size_t size)
{
    size_t length = from.length < size ? from.length : 0;
    memcpy(to, length ? from.data : "", length);
    to[length] = '\0';
}

static void put(sqlite3_stmt *s, int place, uint64_t value)
{
    sqlite3_bind_int64(s, place, (sqlite3_int64)value);
}

/* ---- the batch ---- */

char *record_batch_sql(const struct batch_record *b)
{
    char hex[2 * sizeof b->parts + 1];
    const uint8_t *parts = b->parts[0];
    for (size_t i = 0; i < sizeof b->parts; i++)
        sprintf(hex + 2 * i, "%02x", parts[i]);
    return sqlite3_mprintf("%s; INSERT INTO batch VALUES (1, %Q, %Q, %lld, x'%s', %u)",
                           record_kind.schema, b->id, b->target, (long long)b->created_s, hex,
                           sum_of_batch(b));
}

static bool batch_of_row(sqlite3_stmt *row, struct batch_record *out)
{
    struct slice parts = bytes(row, 3);
    *out = (struct batch_record){.created_s = sqlite3_column_int64(row, 2)};
    copy_text(bytes(row, 0), out->id, sizeof out->id);
    copy_text(bytes(row, 1), out->target, sizeof out->target);
    if (parts.length == sizeof out->parts)
        memcpy(out->parts, parts.data, sizeof out->parts);
    return number(row, 4) == sum_of_batch(out);
}

int record_batch_read(struct database *d, struct batch_record *out, struct error *err)
{
    sqlite3_stmt *row = database_prepare(
        d, "SELECT id, target, created_s, parts, checksum FROM batch", err);
    int rc = row ? database_step(d, row, err) : -1;
    if (rc < 0)
        return -1;
    bool good = rc == 1 && batch_of_row(row, out);
    sqlite3_reset(row);
    return good ? 0 : database_fail(d, err, "the journal is damaged");
}

/* ---- runs ---- */

const char record_run_sql[] = "REPLACE INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?)";

void record_run_bind(sqlite3_stmt *s, const struct run_record *run)
{
    put(s, 1, run->number);
    put(s, 2, (uint64_t)run->started_s);
    put(s, 3, (uint64_t)run->last_s);
    put(s, 4, run->elapsed_ns);
    put(s, 5, run->succeeded);
    put(s, 6, run->failed);
    put(s, 7, run->stopped);
    put(s, 8, run->recalled);
    put(s, 9, run->rows);
    sqlite3_bind_text(s, 10, run->ending, -1, SQLITE_TRANSIENT);
    put(s, 11, sum_of_run(run));
}

static bool run_of_row(sqlite3_stmt *row, struct run_record *out)
{
    *out = (struct run_record){.number = number(row, 0),
                               .started_s = sqlite3_column_int64(row, 1),
                               .last_s = sqlite3_column_int64(row, 2),
                               .elapsed_ns = number(row, 3),
                               .succeeded = number(row, 4),
                               .failed = number(row, 5),
                               .stopped = number(row, 6),
                               .recalled = number(row, 7),
                               .rows = number(row, 8)};
    copy_text(bytes(row, 9), out->ending, sizeof out->ending);
    return number(row, 10) == sum_of_run(out);
}

int record_runs_read(struct database *d,
                     void (*each)(void *context, const struct run_record *run), void *context,
                     struct run_record *last, struct error *err)
{
    sqlite3_stmt *row = database_prepare(d, "SELECT * FROM runs ORDER BY number", err);
    struct run_record run;
    int rc = row ? 0 : -1;
    *last = (struct run_record){0};
    while (row && (rc = database_step(d, row, err)) == 1) {
        if (!run_of_row(row, &run) || run.number != last->number + 1) {
            sqlite3_reset(row);
            return database_fail(d, err, "the journal is damaged");
        }
        if (each)
            each(context, &run);
        *last = run;
    }
    return rc;
}

/* ---- results ---- */

const char record_insert_sql[] = "INSERT INTO results VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
const char record_select_sql[] = "SELECT * FROM results";

static void put_text(sqlite3_stmt *s, int place, struct slice text)
{
    if (text.length)
        sqlite3_bind_text64(s, place, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(s, place);
}

static void put_bytes(sqlite3_stmt *s, int place, struct slice data)
{
    if (data.length)
        sqlite3_bind_blob64(s, place, data.data, data.length, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, place);
}

void record_bind(sqlite3_stmt *s, const struct record *r)
{
    put(s, 1, r->id);
    put(s, 2, r->run);
    put_bytes(s, 3, (struct slice){(const char *)r->key, sizeof r->key});
    put(s, 4, r->ordinal);
    put(s, 5, r->item);
    put(s, 6, r->state);
    put(s, 7, r->status);
    put(s, 8, r->attempts);
    put(s, 9, r->duration_ns);
    put_text(s, 10, r->code);
    put_text(s, 11, r->message);
    put(s, 12, r->body_kind);
    put_bytes(s, 13, r->body);
    put(s, 14, sum_of_record(r));
}

bool record_read(sqlite3_stmt *row, struct record *out)
{
    struct slice key = bytes(row, 2);
    *out = (struct record){.id = number(row, 0),
                           .run = number(row, 1),
                           .ordinal = number(row, 3),
                           .item = number(row, 4),
                           .state = small(row, 5),
                           .status = small(row, 6),
                           .attempts = small(row, 7),
                           .duration_ns = number(row, 8),
                           .code = bytes(row, 9),
                           .message = bytes(row, 10),
                           .body_kind = small(row, 11),
                           .body = bytes(row, 12)};
    if (key.length != sizeof out->key)
        return false;
    memcpy(out->key, key.data, sizeof out->key);
    return number(row, 13) == sum_of_record(out);
}

static enum error_code code_of(struct slice name)
{
    for (unsigned code = 1; code < ERROR_UNKNOWN_ERROR; code++)
        if (slice_equal(slice_of(error_code_name((enum error_code)code)), name))
            return (enum error_code)code;
    return ERROR_UNKNOWN_ERROR;
}

void record_error(const struct record *r, struct error *out)
{
    if (r->state != RECORD_STARTED) {
        error_set(out, code_of(r->code), "%.*s", (int)r->message.length, r->message.data);
        return;
    }
    error_set(out, ERROR_OUTCOME_UNKNOWN,
              "The request was under way when an earlier run ended; the server may have acted "
              "on it");
    error_help(out, "find out what the server has; --retry-unsafe sends it again");
}
