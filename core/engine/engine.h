/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

/*
 * The engine: moves items from source to sink under schedulers, a retry policy and a progress
 * reporter, which it knows by the plugin ABI alone.
 *
 * It owns nothing that it is given; everything must live until engine_run returns. One thread,
 * one loop (loop.c), nothing global: two engines can run one after the other or side by side.
 *
 * What it promises, whatever plugins and servers do:
 *   - every item read gets exactly one result, written in input order (or as results come, when
 *     `ordered` is false);
 *   - an attempt starts only when all schedulers agree, retries included;
 *   - an attempt is on the wire only after every memo has settled that it starts;
 *   - memory depends on `window`, not on the length of the batch;
 *   - it ends: a plugin that breaks its word, crashes or never returns (base/guard.h) ends the
 *     batch with PLUGIN_ERROR.
 */

#include "base/clock.h"
#include "engine/response.h"
#include "flow/ports.h"

#include <ovrmnd/progress.h>
#include <ovrmnd/retry.h>
#include <ovrmnd/scheduler.h>

/* A plugin's instance, ready to be asked. The name is for messages. */
struct engine_scheduler {
    const char *name;
    const struct ovrmnd_scheduler *functions;
    void *self;
};
struct engine_retry {
    const char *name;
    const struct ovrmnd_retry *functions; /* NULL: nothing is tried again */
    void *self;
};
struct engine_progress {
    const char *name;
    const struct ovrmnd_progress *functions; /* NULL: nobody looks */
    void *self;
};

/* Which outcomes are worth another attempt. */
struct engine_retry_rules {
    const unsigned *statuses; /* sorted or not */
    size_t status_count;
    bool unsafe; /* also requests that are not idempotent */

    /* Retries allowed in all: `budget_floor` and `budget_percent` of the first attempts started
     * so far, so that an outage is not answered with a flood (Google SRE book, chapter 21). A
     * retry that a 429 asked for by naming a time is not counted: nothing starts before that
     * time. */
    uint32_t budget_percent, budget_floor; /* UINT32_MAX as the floor: no limit */
};

struct engine_settings {
    struct clock *clock;
    struct source *source;
    struct binder *binder;
    struct transport *transport;
    struct sink *sink;
    struct interrupt *interrupt; /* NULL: no signals */
    struct memo *const *memos;   /* asked in turn for a result that is known already */
    size_t memo_count;
    struct observer *const *observers; /* told of each result */
    size_t observer_count;
    struct witness *witness;   /* asked now and then what plugins did unseen; NULL: nobody */
    struct response *response; /* where plugins may look at a body; NULL: nowhere */

    const struct engine_scheduler *schedulers;
    size_t scheduler_count;
    struct engine_retry retry;
    struct engine_retry_rules retry_rules;
    struct engine_progress progress;

    const char *batch_id;  /* at most 8 characters; the first part of every request id */
    uint32_t window;       /* most items between source and sink, at least 1 */
    uint64_t window_bytes; /* nothing more is read while items and responses that wait take so
                              much; 0: no limit */
    uint32_t max_running;  /* most attempts on the wire, whatever the schedulers say */
    bool ordered;          /* results in input order */
    bool fail_fast;        /* stop at the first failed result, cancel what runs */
    uint64_t max_failures; /* start nothing new once so many have failed; 0: no limit */
    uint32_t max_failure_percent; /* the same, of at least 20 results; 0: no limit */
    uint64_t deadline_ns;         /* on the clock: when the batch must be over; 0: none */
    uint64_t grace_ns; /* after a first signal, how long attempts in flight may go on */
};

/* How the batch ended. */
enum engine_ending {
    ENGINE_COMPLETE,     /* every item has been tried */
    ENGINE_FAIL_FAST,    /* a result failed, and that was to be the end */
    ENGINE_MAX_FAILURES, /* as many failed as may */
    ENGINE_DEADLINE,     /* its time was over, or nothing could start before it would be */
    ENGINE_SIGNAL,       /* `signal` arrived */
    ENGINE_BROKEN,       /* a plugin, the sink or the transport failed: see `error` */
};

struct engine_report {
    enum engine_ending ending;
    int signal;
    struct ovrmnd_snapshot totals;
    struct error error;       /* ENGINE_BROKEN: why */
    bool input_failed;        /* the input broke off */
    struct error input_error; /* where and why */
    bool sink_failed;         /* of ENGINE_BROKEN: results can no longer be written */
};

/* Runs one batch to its end. Does not call sink->finish: an empty batch may want none. */
void engine_run(const struct engine_settings *settings, struct engine_report *report);

#endif
