/* SPDX-License-Identifier: MIT */

/* `ovrmnd journal show FILE`: what a journal knows of its batch. */

#include "journal/journal.h"

#include "base/json.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "output/summary.h"
#include "output/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define WHEN_SIZE 32

struct journal_words {
    unsigned format; /* 0: text, 1: json */
    bool help;
};

static const struct option rows[] = {
    {.name = "format",
     .type = OPTION_CHOICE,
     .field = offsetof(struct journal_words, format),
     .argument = "FORMAT",
     .choices = "text|json",
     .help = "text or json [text]"},
    {.name = "help",
     .letter = 'h',
     .type = OPTION_FLAG,
     .field = offsetof(struct journal_words, help),
     .help = "this text"},
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
    uint64_t under_way;
    uint64_t runs;
    int64_t last_s;
    char ending[16];
    struct buffer head, tail;
};

static const char *when(int64_t at_s, bool json, char out[WHEN_SIZE])
{
    struct tm utc;
    time_t at = (time_t)at_s;
    if (!gmtime_r(&at, &utc) ||
        !strftime(out, WHEN_SIZE, json ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%M:%S UTC", &utc))
        out[0] = '\0';
    return out;
}

static void put_json_text(struct buffer *out, const char *key, const char *text)
{
    (void)buffer_append_format(out, "\"%s\":", key);
    (void)json_string_encode(slice_of(text), out);
}

/* ---- the batch ---- */

static void take_view(struct journal_visitor *self, const struct journal_view *view)
{
    struct report *r = (struct report *)self;
    char at[WHEN_SIZE];
    r->view = *view;
    if (r->json) {
        (void)buffer_append_text(&r->head, "{\n  \"version\":1,\n  ");
        put_json_text(&r->head, "batch_id", view->batch_id);
        (void)buffer_append_text(&r->head, ",\n  ");
        put_json_text(&r->head, "target", view->target);
        (void)buffer_append_text(&r->head, ",\n  ");
        put_json_text(&r->head, "begun_at", when(view->created_s, true, at));
        return;
    }
    (void)buffer_append_text(&r->head, "batch ");
    text_clean(slice_of(view->batch_id), 0, &r->head);
    (void)buffer_append_text(&r->head, " of ");
    text_clean(slice_of(view->target), 0, &r->head);
    (void)buffer_append_format(&r->head, ", begun %s", when(view->created_s, false, at));
}

/* ---- runs ---- */

static void run_as_text(struct report *r, const struct journal_run *run)
{
    char at[WHEN_SIZE], took[UNITS_TEXT];
    uint64_t results = run->succeeded + run->failed;
    (void)buffer_append_format(&r->tail, "  run %" PRIu64 ": %s, %s, %" PRIu64 " result%s",
                               run->number, when(run->started_s, false, at),
                               units_duration_text(run->elapsed_ns, took), results,
                               results == 1 ? "" : "s");
    text_rate(results, "results", run->elapsed_ns, &r->tail);
    if (run->recalled)
        (void)buffer_append_format(&r->tail, ", %" PRIu64 " from before", run->recalled);
    (void)buffer_append_text(&r->tail, ", ");
}

static void put_rate(struct buffer *out, uint64_t count, uint64_t elapsed_ns)
{
    unsigned __int128 scaled = (unsigned __int128)count * 1000 * NS_PER_S;
    uint64_t rate = elapsed_ns ? (uint64_t)(scaled / elapsed_ns) : 0;
    (void)buffer_append_format(out, "\"results_per_s\":%" PRIu64 ".%03u", rate / 1000,
                               (unsigned)(rate % 1000));
}

static void run_as_json(struct report *r, const struct journal_run *run)
{
    char at[WHEN_SIZE];
    struct buffer *out = &r->tail;
    (void)buffer_append_format(out, "    {\"number\":%" PRIu64 ",", run->number);
    put_json_text(out, "started_at", when(run->started_s, true, at));
    (void)buffer_append_char(out, ',');
    put_json_text(out, "last_at", when(run->last_s, true, at));
    (void)buffer_append_format(
        out,
        ",\"elapsed_ns\":%" PRIu64 ",\"succeeded\":%" PRIu64 ",\"failed\":%" PRIu64
        ",\"cancelled\":%" PRIu64 ",\"from_before\":%" PRIu64 ",",
        run->elapsed_ns, run->succeeded, run->failed, run->stopped, run->recalled);
    put_rate(out, run->succeeded + run->failed, run->elapsed_ns);
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
        put_json_text(&r->tail, "ending", ending);
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

static void print_text(struct report *r)
{
    char at[WHEN_SIZE];
    const struct summary *s = &r->summary;
    const struct summary_group *sorted[SUMMARY_GROUPS];
    struct buffer *out = &r->head;
    uint64_t requests = s->succeeded + s->failed + s->cancelled + r->under_way;
    if (r->runs)
        (void)buffer_append_format(out, ", last written %s", when(r->last_s, false, at));
    (void)buffer_append_format(
        out, "\n%" PRIu64 " request%s: %" PRIu64 " succeeded, %" PRIu64 " failed", requests,
        requests == 1 ? "" : "s", s->succeeded, s->failed);
    if (s->cancelled)
        (void)buffer_append_format(out, ", %" PRIu64 " cancelled", s->cancelled);
    if (r->under_way)
        (void)buffer_append_format(out, ", %" PRIu64 " under way", r->under_way);
    (void)buffer_append_char(out, '\n');
    unsigned groups = summary_sort(s, sorted);
    for (unsigned i = 0; i < groups; i++) {
        (void)buffer_append_text(out, "  ");
        summary_group_text(sorted[i], out);
        (void)buffer_append_char(out, '\n');
    }
    if (s->other)
        (void)buffer_append_format(out, "  other failures: %" PRIu64 "\n", s->other);
    (void)buffer_append_format(out, "%" PRIu64 " run%s\n", r->runs, r->runs == 1 ? "" : "s");
}

static void put_json_group(struct buffer *out, const struct summary_group *g, bool last)
{
    (void)buffer_append_format(
        out, "    {\"code\":\"%s\",\"status\":%u,\"count\":%" PRIu64 ",\"first_items\":[",
        error_code_name(g->code), g->status, g->count);
    for (unsigned i = 0; i < summary_group_indices(g); i++)
        (void)buffer_append_format(out, "%s%" PRIu64, i ? "," : "", g->indices[i]);
    (void)buffer_append_text(out, "],");
    put_json_text(out, "message", g->message);
    (void)buffer_append_text(out, last ? "}\n" : "},\n");
}

static void print_json(struct report *r)
{
    char at[WHEN_SIZE];
    const struct summary *s = &r->summary;
    const struct summary_group *sorted[SUMMARY_GROUPS];
    struct buffer *out = &r->head;
    (void)buffer_append_text(out, ",\n  ");
    put_json_text(out, "last_at", when(r->runs ? r->last_s : r->view.created_s, true, at));
    (void)buffer_append_format(
        out,
        ",\n  \"running\":%s,\n  \"damaged\":%" PRIu64 ",\n  \"requests\":{\"total\":%" PRIu64
        ",\"succeeded\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"cancelled\":%" PRIu64
        ",\"under_way\":%" PRIu64 "},\n  \"other_failures\":%" PRIu64 ",\n  \"failures\":[\n",
        r->view.running ? "true" : "false", r->view.damaged,
        s->succeeded + s->failed + s->cancelled + r->under_way, s->succeeded, s->failed,
        s->cancelled, r->under_way, s->other);
    unsigned groups = summary_sort(s, sorted);
    for (unsigned i = 0; i < groups; i++)
        put_json_group(out, sorted[i], i + 1 == groups);
    (void)buffer_append_text(out, "  ],\n  \"runs\":[\n");
    (void)buffer_append_text(&r->tail, "  ]\n}\n");
}

static int print(struct report *r)
{
    if (r->json)
        print_json(r);
    else
        print_text(r);
    fwrite(r->head.data, 1, r->head.length, stdout);
    fwrite(r->tail.data, 1, r->tail.length, stdout);
    return fflush(stdout) ? 1 : 0;
}

static int show(const char *path, bool json)
{
    struct report r = {.visitor = {.view = take_view, .run = take_run, .result = take_result},
                       .json = json};
    struct error err;
    summary_init(&r.summary);
    int status = 0;
    if (journal_visit(path, &r.visitor, &err)) {
        status = command_fail(&err);
    } else {
        end_run(&r, true);
        status = print(&r);
    }
    if (!status && r.view.damaged) {
        error_set(&err, ERROR_JOURNAL_ERROR, "%s: %" PRIu64 " records are damaged or missing",
                  path, r.view.damaged);
        status = command_fail(&err);
    }
    buffer_free(&r.head);
    buffer_free(&r.tail);
    return status;
}

int command_journal(int argc, char **argv)
{
    struct journal_words words = {0};
    struct error err;
    int count, status;
    if (options_parse(&journal_option_table, argc, argv, &words, &count, &err)) {
        status = command_fail(&err);
    } else if (words.help) {
        options_help(&journal_option_table, stdout);
        status = fflush(stdout) ? 1 : 0;
    } else if (count != 2 || strcmp(argv[0], "show") != 0) {
        error_set(&err, ERROR_USAGE, "say what to look at: ovrmnd journal show FILE");
        status = command_fail(&err);
    } else {
        status = show(argv[1], words.format == 1);
    }
    options_free(&journal_option_table, &words);
    return status;
}
