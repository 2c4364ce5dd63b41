/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

/*
 * The journal of a batch: a memo (flow/ports.h) in a SQLite file, so that a batch that was
 * stopped, killed or cut off can go on where it was.
 *
 * A result is found again by what was sent, never by where in the input its item stands: by the
 * request's fingerprint and, among equal requests, by their order. Successes are answered from
 * the journal; what failed is tried again, unless the server may have acted on a request that
 * must not be sent twice.
 *
 * Such a request is on the disk as started before it is sent. If nothing more is known of it,
 * the run before was cut off while it was under way, and its outcome is unknown. An attempt
 * that no server can have acted on, and that another is to follow, is recorded as well: a run
 * that is cut off between the two has nothing under way.
 *
 * No credential gets into the file: headers are not recorded, and what the endpoint looks like
 * only as digests. Response bodies are, since they are the results.
 */

#include "base/clock.h"
#include "base/error.h"
#include "flow/ports.h"

/* What makes a batch the same one, part by part. Credentials are in none of them. */
enum journal_part {
    PART_METHOD,
    PART_BASE_URL,
    PART_PATH,
    PART_OPERATION, /* of GraphQL */
    PART_HEADERS,
    PART_DEFAULTS, /* the endpoint's default parameters */
    PART_ALIAS,    /* the alias's arguments */
    PART_GIVEN,    /* the parameters on the command line */
    PART_SAFETY,   /* may requests be sent twice, and under which header's key */
    JOURNAL_PARTS,
};

struct journal_options {
    struct clock *clock;
    const char *batch_id; /* at most 8 characters; of a new journal */
    const char *target;   /* "api.getUser", for people */
    struct slice parts[JOURNAL_PARTS];
    bool idempotent;   /* requests may be sent twice: none is recorded before it is sent */
    bool resume;       /* go on with a journal that is there; else it must be a new one */
    bool retry_unsafe; /* also send again what the server may have acted on */
};

struct journal;

/* Begins a journal or, to resume, goes on with one; where there is none to resume it says so
 * and begins one. The file is kept from other runs until journal_close. NULL: JOURNAL_ERROR.
 * [setup] */
struct journal *journal_open(const char *path, const struct journal_options *options,
                             struct error *err);

/* Records how the run ended. `ending` is a short word, such as "complete". -1: JOURNAL_ERROR.
 * [end] */
int journal_end(struct journal *j, const char *ending, struct error *err);

/* Without journal_end, the run counts as cut off. NULL is allowed. */
void journal_close(struct journal *j);

struct memo *journal_memo(struct journal *j);
const char *journal_batch_id(const struct journal *j); /* a resumed batch keeps its own */
uint64_t journal_recalled(const struct journal *j);    /* results it has answered */

/* ---- looking at a journal ---- */

struct journal_run {
    uint64_t number;
    int64_t started_s, last_s; /* since 1970; when it was last heard of */
    uint64_t elapsed_ns;
    uint64_t succeeded, failed, stopped, recalled;
    const char *ending; /* "": it still runs, or was cut off */
};

struct journal_view {
    const char *batch_id, *target;
    int64_t created_s;
    bool running;     /* a run is using it at this moment */
    uint64_t damaged; /* rows */
};

struct journal_visitor {
    void (*view)(struct journal_visitor *self, const struct journal_view *view);
    void (*run)(struct journal_visitor *self, const struct journal_run *run);

    /* What counts of each request that the journal knows, in no order; without bodies and
     * items. Of one that is under way the error is OUTCOME_UNKNOWN, and `attempts` 0. */
    void (*result)(struct journal_visitor *self, const struct result *result);

    /* In place of a result: the request waits for its next attempt, or did when its run was cut
     * off. */
    void (*waiting)(struct journal_visitor *self);
};

/* Tells the visitor all of it: first the view, then the runs, then the results. Changes
 * nothing, and may be called while a batch writes to it. -1: JOURNAL_ERROR. */
int journal_visit(const char *path, struct journal_visitor *visitor, struct error *err);

#endif
