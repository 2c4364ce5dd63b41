/* SPDX-License-Identifier: MIT */
#include "cli/call.h"
#include "cli/commands.h"

#include <string.h>

static int exit_status(const struct call *c)
{
    switch (c->report.ending) {
    case ENGINE_SIGNAL:
        return 128 + c->report.signal;
    case ENGINE_BROKEN:
        return c->report.sink_failed ? 1 : error_exit_status(c->report.error.code);
    case ENGINE_FAIL_FAST:
    case ENGINE_MAX_FAILURES:
    case ENGINE_DEADLINE:
        return c->report.input_failed ? error_exit_status(ERROR_INPUT_INVALID) : 5;
    case ENGINE_COMPLETE:
        break;
    }
    if (c->report.input_failed)
        return error_exit_status(c->report.input_error.code);
    return c->report.totals.failed || c->report.totals.cancelled ? 1 : 0;
}

/* Writes what is left of the results. The error, if any, becomes the report's. */
static void finish_output(struct call *c)
{
    struct error err;
    if (c->report.sink_failed || !c->sink->finish(c->sink, &err))
        return;
    c->report.ending = ENGINE_BROKEN;
    c->report.sink_failed = true;
    c->report.error = err;
}

static int empty_batch(struct call *c)
{
    struct error err;
    writer_abandon(c->writer);
    if (c->report.input_failed)
        return command_fail(&c->report.input_error);
    if (c->options.batch_json)
        error_set(&err, ERROR_INPUT_INVALID, "--batch-json: the array is empty");
    else
        error_set(&err, ERROR_INPUT_INVALID, "%s: there is no item in it",
                  strcmp(c->options.batch_file, "-") ? c->options.batch_file
                                                     : "standard input");
    error_help(&err, "provide at least one item, such as {\"id\": 1}");
    return command_fail(&err);
}

/* What --failed-to, --stats and --stats-json have to say. -1: told on stderr. */
static int tell_more(struct call *c)
{
    struct error err;
    uint64_t elapsed_ns = c->report.totals.now_ns - c->report.totals.started_ns;
    if (c->failed)
        failed_print(c->failed, &c->screen);
    if (c->options.stats)
        stats_print(c->stats, &c->screen, elapsed_ns);
    if (!c->options.stats_json ||
        !stats_write_json(c->stats, elapsed_ns, c->options.stats_json, &err))
        return 0;
    command_fail(&err);
    return -1;
}

/* All that comes after the results: what else was asked for, then why the batch broke off. */
static int tell_end(struct call *c)
{
    int told = tell_more(c);
    if (c->report.input_failed)
        command_fail(&c->report.input_error);
    if (c->report.ending == ENGINE_BROKEN)
        command_fail(&c->report.error);
    int status = exit_status(c);
    return told && !status ? 1 : status;
}

static int end_single(struct call *c)
{
    if (c->single.unsent) {
        writer_abandon(c->writer);
        return command_fail(c->report.ending == ENGINE_BROKEN ? &c->report.error
                                                              : &c->single.error);
    }
    finish_output(c);
    call_end_journal(c);
    return tell_end(c);
}

static int end_batch(struct call *c)
{
    const struct ovrmnd_snapshot *totals = &c->report.totals;
    if (totals->completed == 0 && c->report.ending == ENGINE_COMPLETE)
        return empty_batch(c);
    finish_output(c);
    call_end_journal(c);
    summary_print(&c->summary, &c->screen, totals->now_ns - totals->started_ns);
    return tell_end(c);
}

int call_end_plugins(struct call *c, int status)
{
    struct error err;
    if (!plugin_set_close(&c->plugins, &err))
        return status;
    int failed = command_fail(&err);
    return c->report.ending == ENGINE_SIGNAL ? status : failed;
}

int call_end(struct call *c)
{
    return c->batch ? end_batch(c) : end_single(c);
}
