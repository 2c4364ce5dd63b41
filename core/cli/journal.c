/* SPDX-License-Identifier: MIT */

/* `ovrmnd journal show FILE`: what a journal knows of its batch. */

#include "journal/journal.h"

#include "base/calendar.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/print.h"
#include "output/summary.h"
#include "output/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct journal_words {
    unsigned format; /* enum option_format */
    bool help;
};

static const struct option rows[] = {
    OPTION_ROW_FORMAT(offsetof(struct journal_words, format)),
    OPTION_ROW_HELP(offsetof(struct journal_words, help)),
    {0},
};

const struct option_table journal_option_table = {
    .command = "journal show",
    .usage = "journal show FILE [OPTIONS]",
    .summary = "Says what the journal of a batch holds: how many requests are done, the "
               "failures by code\n"
               "and status with the first of their items, and each run, when it was and how it "
               "ended.\n"
               "Changes nothing, and may be asked while the batch runs.",
    .examples = "  ovrmnd journal show run.db\n"
                "  ovrmnd journal show run.db --format json\n",
    .options = rows,
};

/* The report as it is put together: what stands before the counts, and the runs. The counts
 * come last, when all results have been seen. */
struct report {
    struct journal_visitor visitor; /* first */
    bool json;
    struct journal_view view;
    struct summary summary;
    uint64_t under_way, waiting;
    uint64_t runs;
    int64_t last_s;
    char ending[16];
    struct buffer head, tail;
};

/* ---- the batch ---- */

static void take_view(struct journal_visitor *self, const struct journal_view *view)
{
    struct report *r = (struct report *)self;
    char at[CALENDAR_TEXT];
    r->view = *view;
    if (r->json) {
        (void)buffer_append_text(&r->head, "{\n  \"version\":1,\n  ");
        print_member(&r->head, "batch_id", view->batch_id);
        (void)buffer_append_text(&r->head, ",\n  ");
        print_member(&r->head, "target", view->target);
        (void)buffer_append_text(&r->head, ",\n  ");
        print_member(&r->head, "begun_at", calendar_iso(view->created_s, at));
        return;
    }
    (void)buffer_append_text(&r->head, "batch ");
    text_clean(slice_of(view->batch_id), 0, &r->head);
    (void)buffer_append_text(&r->head, " of ");
    text_clean(slice_of(view->target), 0, &r->head);
    (void)buffer_append_format(&r->head, ", begun %s", calendar_plain(view->created_s, at));
}

/* ---- runs ---- */

static void run_as_text(struct report *r, const struct journal_run *run)
{
    char at[CALENDAR_TEXT], took[UNITS_TEXT];
    uint64_t results = run->succeeded + run->failed;
    (void)buffer_append_format(&r->tail, "  run %" PRIu64 ": %s, %s, %" PRIu64 " result%s",
                               run->number, calendar_plain(run->started_s, at),
                               units_duration_text(run->elapsed_ns, took), results,
                               units_plural(results));
    text_rate(results, "results", run->elapsed_ns, &r->tail);
    if (run->recalled)
        (void)buffer_append_format(&r->tail, ", %" PRIu64 " from before", run->recalled);
    (void)buffer_append_text(&r->tail, ", ");
}

static void run_as_json(struct report *r, const struct journal_run *run)
{
    char at[CALENDAR_TEXT];
    struct buffer *out = &r->tail;
    (void)buffer_append_format(out, "    {\"number\":%" PRIu64 ",", run->number);
    print_member(out, "started_at", calendar_iso(run->started_s, at));
    (void)buffer_append_char(out, ',');
    print_member(out, "last_at", calendar_iso(run->last_s, at));
    (void)buffer_append_format(
        out,
        ",\"elapsed_ns\":%" PRIu64 ",\"succeeded\":%" PRIu64 ",\"failed\":%" PRIu64
        ",\"cancelled\":%" PRIu64 ",\"from_before\":%" PRIu64 ",",
        run->elapsed_ns, run->succeeded, run->failed, run->stopped, run->recalled);
    text_rate_json("results_per_s", run->succeeded + run->failed, run->elapsed_ns, out);
    (void)buffer_append_char(out, ',');
}

/* Ends the line of the run before: what an open end means can only be told of the last. */
static void end_run(struct report *r, bool last)
{
    const char *ending = r->ending[0]              ? r->ending
                         : last && r->view.running ? "still running"
                                                   : "cut off";
    if (r->runs == 0)
        return;
    if (r->json) {
        print_member(&r->tail, "ending", ending);
        (void)buffer_append_text(&r->tail, last ? "}\n" : "},\n");
    } else {
        text_clean(slice_of(ending), 0, &r->tail);
        (void)buffer_append_char(&r->tail, '\n');
    }
}

static void take_run(struct journal_visitor *self, const struct journal_run *run)
{
    struct report *r = (struct report *)self;
    end_run(r, false);
    r->runs++;
    r->last_s = run->last_s;
    snprintf(r->ending, sizeof r->ending, "%s", run->ending);
    if (r->json)
        run_as_json(r, run);
    else
        run_as_text(r, run);
}

/* ---- results ---- */

static void take_result(struct journal_visitor *self, const struct result *result)
{
    struct report *r = (struct report *)self;
    bool under_way = !result->success && result->attempts == 0 &&
                     result->error->code == ERROR_OUTCOME_UNKNOWN && r->view.running;
    if (under_way)
        r->under_way++;
    else
        r->summary.observer.result(&r->summary.observer, result);
}

static void take_waiting(struct journal_visitor *self)
{
    ((struct report *)self)->waiting++;
}

static uint64_t count_requests(const struct report *r)
{
    const struct summary *s = &r->summary;
    return s->succeeded + s->failed + s->cancelled + r->under_way + r->waiting;
}

static void end_text(struct report *r)
{
    char at[CALENDAR_TEXT];
    const struct summary *s = &r->summary;
    const struct summary_group *sorted[SUMMARY_GROUPS];
    struct buffer *out = &r->head;
    uint64_t requests = count_requests(r);
    if (r->runs)
        (void)buffer_append_format(out, ", last written %s", calendar_plain(r->last_s, at));
    (void)buffer_append_format(
        out, "\n%" PRIu64 " request%s: %" PRIu64 " succeeded, %" PRIu64 " failed", requests,
        units_plural(requests), s->succeeded, s->failed);
    if (s->cancelled)
        (void)buffer_append_format(out, ", %" PRIu64 " cancelled", s->cancelled);
    if (r->under_way)
        (void)buffer_append_format(out, ", %" PRIu64 " under way", r->under_way);
    if (r->waiting)
        (void)buffer_append_format(out, ", %" PRIu64 " waiting", r->waiting);
    (void)buffer_append_char(out, '\n');
    unsigned groups = summary_sort(s, sorted);
    for (unsigned i = 0; i < groups; i++) {
        (void)buffer_append_text(out, "  ");
        summary_group_text(sorted[i], out);
        (void)buffer_append_char(out, '\n');
    }
    if (s->other)
        (void)buffer_append_format(out, "  other failures: %" PRIu64 "\n", s->other);
    (void)buffer_append_format(out, "%" PRIu64 " run%s\n", r->runs, units_plural(r->runs));
}

static void put_json_group(struct buffer *out, const struct summary_group *g, bool last)
{
    (void)buffer_append_format(
        out, "    {\"code\":\"%s\",\"status\":%u,\"count\":%" PRIu64 ",\"first_items\":[",
        error_code_name(g->code), g->status, g->count);
    for (unsigned i = 0; i < summary_group_indices(g); i++)
        (void)buffer_append_format(out, "%s%" PRIu64, i ? "," : "", g->indices[i]);
    (void)buffer_append_text(out, "],");
    print_member(out, "message", g->message);
    (void)buffer_append_text(out, last ? "}\n" : "},\n");
}

static void end_json(struct report *r)
{
    char at[CALENDAR_TEXT];
    const struct summary *s = &r->summary;
    const struct summary_group *sorted[SUMMARY_GROUPS];
    struct buffer *out = &r->head;
    (void)buffer_append_text(out, ",\n  ");
    print_member(out, "last_at", calendar_iso(r->runs ? r->last_s : r->view.created_s, at));
    (void)buffer_append_format(
        out,
        ",\n  \"running\":%s,\n  \"damaged\":%" PRIu64 ",\n  \"requests\":{\"total\":%" PRIu64
        ",\"succeeded\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"cancelled\":%" PRIu64
        ",\"under_way\":%" PRIu64 ",\"waiting\":%" PRIu64 "},\n  \"other_failures\":%" PRIu64
        ",\n  \"failures\":[\n",
        r->view.running ? "true" : "false", r->view.damaged, count_requests(r), s->succeeded,
        s->failed, s->cancelled, r->under_way, r->waiting, s->other);
    unsigned groups = summary_sort(s, sorted);
    for (unsigned i = 0; i < groups; i++)
        put_json_group(out, sorted[i], i + 1 == groups);
    (void)buffer_append_text(out, "  ],\n  \"runs\":[\n");
    (void)buffer_append_text(&r->tail, "  ]\n}\n");
}

static int print(struct report *r, struct error *err)
{
    end_run(r, true);
    if (r->json)
        end_json(r);
    else
        end_text(r);
    (void)buffer_append_slice(&r->head, buffer_slice(&r->tail));
    return print_text(buffer_slice(&r->head), err);
}

static int show(const char *path, bool json, struct error *err)
{
    struct report r = {.visitor = {.view = take_view,
                                   .run = take_run,
                                   .result = take_result,
                                   .waiting = take_waiting},
                       .json = json};
    summary_init(&r.summary);
    int failed = journal_visit(path, &r.visitor, err) || print(&r, err);
    buffer_free(&r.head);
    buffer_free(&r.tail);
    if (failed || !r.view.damaged)
        return failed ? -1 : 0;
    return error_set(err, ERROR_JOURNAL_ERROR, "%s: %" PRIu64 " records are damaged or missing",
                     path, r.view.damaged);
}

static int run(void *values, char **words, int count, struct error *err)
{
    const struct journal_words *w = values;
    if (count != 2 || strcmp(words[0], "show") != 0)
        return error_set(err, ERROR_USAGE, "say what to look at: ovrmnd journal show FILE");
    return show(words[1], w->format == OPTION_FORMAT_JSON, err);
}

int command_journal(int argc, char **argv)
{
    struct journal_words words = {0};
    return command_do(&journal_option_table, argc, argv, &words, run);
}
