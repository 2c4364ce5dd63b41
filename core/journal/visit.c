/* SPDX-License-Identifier: MIT */
#include "journal/journal.h"
#include "journal/past.h"

static void visit_run(void *context, const struct run_record *r)
{
    struct journal_visitor *visitor = context;
    struct journal_run run = {.number = r->number,
                              .started_s = r->started_s,
                              .last_s = r->last_s,
                              .elapsed_ns = r->elapsed_ns,
                              .succeeded = r->succeeded,
                              .failed = r->failed,
                              .stopped = r->stopped,
                              .recalled = r->recalled,
                              .ending = r->ending};
    visitor->run(visitor, &run);
}

static void visit_result(struct journal_visitor *visitor, const struct record *r)
{
    struct error error;
    if (r->state == RECORD_WAITING) {
        visitor->waiting(visitor);
        return;
    }
    struct result result = {.index = r->item,
                            .success = r->state == RECORD_SUCCEEDED,
                            .status = r->status,
                            .attempts = r->state == RECORD_STARTED ? 0 : r->attempts,
                            .duration_ns = r->duration_ns,
                            .request_id = "",
                            .acted = r->state == RECORD_ACTED};
    if (!result.success) {
        record_error(r, &error);
        result.error = &error;
    }
    visitor->result(visitor, &result);
}

/* Of each identity the latest row. */
static int visit_results(struct database *d, struct journal_visitor *visitor, struct error *err)
{
    struct record record;
    sqlite3_stmt *row = database_prepare(
        d,
        "SELECT results.* FROM (SELECT max(id) AS latest FROM past GROUP BY key, ordinal)"
        " CROSS JOIN results ON results.id = latest",
        err);
    int rc = row ? 0 : -1;
    while (row && (rc = database_step(d, row, err)) == 1)
        if (record_read(row, &record))
            visit_result(visitor, &record);
    return rc;
}

static int visit_all(struct database *d, struct journal_visitor *visitor, struct error *err)
{
    struct batch_record batch;
    struct run_record last;
    struct journal_view view = {.running = database_is_locked(d)};
    uint64_t last_row;
    if (database_exec(d, "BEGIN", err) || record_batch_read(d, &batch, err) ||
        record_runs_read(d, NULL, NULL, &last, err) ||
        past_verify(d, last.rows, &last_row, &view.damaged, err) || past_index(d, err))
        return -1;
    view.batch_id = batch.id;
    view.target = batch.target;
    view.created_s = batch.created_s;
    visitor->view(visitor, &view);
    return record_runs_read(d, visit_run, visitor, &last, err) || visit_results(d, visitor, err)
               ? -1
               : 0;
}

int journal_visit(const char *path, struct journal_visitor *visitor, struct error *err)
{
    struct database *d = database_open(path, &record_kind, DATABASE_LOOK, err);
    int failed = d ? visit_all(d, visitor, err) : -1;
    database_close(d);
    return failed;
}
