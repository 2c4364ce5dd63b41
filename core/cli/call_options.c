/* SPDX-License-Identifier: MIT */
#include "cli/call_options.h"

#include "base/units.h"
#include "output/sink.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FIELD(name) offsetof(struct call_options, name)
#define LONGEST_NS  (24 * 3600 * NS_PER_S)

#define FORMAT_UNSET UINT_MAX

static const struct option rows[] = {
    {.group = "Items",
     .name = "batch-json",
     .type = OPTION_TEXT,
     .field = FIELD(batch_json),
     .argument = "JSON",
     .help = "items as a JSON array of objects"},
    {.name = "batch-file",
     .type = OPTION_TEXT,
     .field = FIELD(batch_file),
     .argument = "FILE",
     .help = "items from FILE, - for stdin: JSON array, NDJSON or CSV, also as gzip"},
    {.name = "input-format",
     .type = OPTION_CHOICE,
     .field = FIELD(input_format),
     .argument = "FORMAT",
     .choices = "auto|json|ndjson|csv",
     .help = "json, ndjson, csv or auto: by ending, else by content [auto]"},
    {.name = "csv-delimiter",
     .type = OPTION_TEXT,
     .field = FIELD(csv_delimiter_text),
     .argument = "C",
     .help = "between the cells of CSV: one character, or tab [comma; tab for .tsv]"},

    {.group = "Parameters for all items, besides KEY=VALUE, KEY:=JSON and KEY@FILE",
     .name = "path",
     .type = OPTION_PAIRS,
     .field = FIELD(paths),
     .argument = "KEY=VALUE",
     .help = "in the path, which has to have {KEY}"},
    {.name = "query",
     .type = OPTION_PAIRS,
     .field = FIELD(queries),
     .argument = "KEY=VALUE",
     .help = "in the query, whatever the method"},
    {.name = "header",
     .type = OPTION_PAIRS,
     .field = FIELD(headers),
     .argument = "KEY=VALUE",
     .help = "as a header"},
    {.name = "body",
     .type = OPTION_PAIRS,
     .field = FIELD(bodies),
     .argument = "KEY=VALUE",
     .help = "in the JSON body, whatever the method"},

    {.group = "How fast",
     .name = "parallel",
     .type = OPTION_FLAG,
     .field = FIELD(parallel),
     .help = "several at once: short for --scheduler pool [one at a time]"},
    {.name = "concurrency",
     .type = OPTION_COUNT,
     .field = FIELD(concurrency),
     .argument = "N",
     .least = 1,
     .most = 10000,
     .help = "how many at once; implies --parallel [5]"},
    {.name = "rate-limit",
     .type = OPTION_RATE,
     .field = FIELD(rate_limit),
     .argument = "R",
     .help = "at most R attempts a second; also 600/m, 5000/h [none]"},
    {.name = "burst",
     .type = OPTION_COUNT,
     .field = FIELD(burst),
     .argument = "N",
     .least = 1,
     .most = 1000000,
     .help = "how many may go at once after a pause [what 10 ms of the rate allow, plus 1]"},
    {.name = "scheduler",
     .type = OPTION_LIST,
     .field = FIELD(schedulers),
     .argument = "SPEC",
     .help = "a scheduler with options, pool:concurrency=10; repeat to stack [sequential]"},
    {.name = "no-pushback",
     .type = OPTION_FLAG,
     .field = FIELD(no_pushback),
     .help = "ignore what the server says of its limits [pushback is stacked]"},

    {.group = "When something fails",
     .name = "retries",
     .type = OPTION_COUNT,
     .field = FIELD(retries),
     .argument = "N",
     .most = 1000,
     .help = "up to N further attempts: short for --retry exponential:attempts=N [0]"},
    {.name = "retry",
     .type = OPTION_TEXT,
     .field = FIELD(retry),
     .argument = "SPEC",
     .help = "a retry policy with options: fixed:attempts=3,delay=1s [none]"},
    {.name = "retry-on",
     .type = OPTION_TEXT,
     .field = FIELD(retry_on),
     .argument = "LIST",
     .help = "statuses worth another attempt [408,425,429,500,502,503,504]"},
    {.name = "retry-unsafe",
     .type = OPTION_FLAG,
     .field = FIELD(retry_unsafe),
     .help = "also retry requests that do harm when sent twice (POST, PATCH)"},
    {.name = "fail-fast",
     .type = OPTION_FLAG,
     .field = FIELD(fail_fast),
     .help = "stop at the first failed result, cancel what is in flight"},
    {.name = "max-failures",
     .type = OPTION_TEXT,
     .field = FIELD(max_failures_text),
     .argument = "N|P%",
     .help = "stop once N results, or of 20 and more P per cent, have failed [no limit]"},
    {.name = "deadline",
     .type = OPTION_DURATION,
     .field = FIELD(deadline_ns),
     .argument = "DUR",
     .least = NS_PER_MS,
     .help = "for the whole batch [none]"},
    {.name = "timeout",
     .type = OPTION_DURATION,
     .field = FIELD(timeout_ns),
     .argument = "DUR",
     .least = NS_PER_MS,
     .most = LONGEST_NS,
     .help = "for each attempt [30s]"},
    {.name = "connect-timeout",
     .type = OPTION_DURATION,
     .field = FIELD(connect_timeout_ns),
     .argument = "DUR",
     .least = NS_PER_MS,
     .most = LONGEST_NS,
     .help = "for connecting, each attempt [10s]"},
    {.name = "max-response-size",
     .type = OPTION_SIZE,
     .field = FIELD(max_response_bytes),
     .argument = "SIZE",
     .least = 1,
     .help = "a larger response fails the attempt [64M]"},

    {.group = "Results",
     .name = "format",
     .type = OPTION_CHOICE,
     .field = FIELD(format),
     .argument = "FORMAT",
     .choices = "json|ndjson|pretty",
     .help = "json, ndjson or pretty [json]"},
    {.name = "pretty",
     .type = OPTION_FLAG,
     .field = FIELD(pretty),
     .help = "short for --format pretty"},
    {.name = "output",
     .type = OPTION_TEXT,
     .field = FIELD(output),
     .argument = "FILE",
     .help = "results there, complete or not at all [stdout]"},
    {.name = "unordered",
     .type = OPTION_FLAG,
     .field = FIELD(unordered),
     .help = "results as they finish [in input order]"},
    {.name = "window",
     .type = OPTION_COUNT,
     .field = FIELD(window),
     .argument = "N",
     .least = 1,
     .most = CALL_MOST_WINDOW,
     .help = "most items held for order [1000, at least the concurrency]"},
    {.name = "failed-to",
     .type = OPTION_TEXT,
     .field = FIELD(failed_to),
     .argument = "FILE",
     .help = "items that did not succeed, as NDJSON that --batch-file takes"},
    {.name = "journal",
     .type = OPTION_TEXT,
     .field = FIELD(journal),
     .argument = "FILE",
     .help = "records each result in FILE, so that the batch can be resumed"},
    {.name = "resume",
     .type = OPTION_FLAG,
     .field = FIELD(resume),
     .help = "goes on with the batch in --journal: sends what it has no result of"},
    {.name = "stats",
     .type = OPTION_FLAG,
     .field = FIELD(stats),
     .help = "counts, throughput and latencies on stderr at the end"},
    {.name = "stats-json",
     .type = OPTION_TEXT,
     .field = FIELD(stats_json),
     .argument = "FILE",
     .help = "the same as JSON in FILE"},
    {.name = "progress",
     .type = OPTION_TEXT,
     .field = FIELD(progress),
     .argument = "SPEC",
     .help = "none, plain, bar or json [bar on a terminal, else none]"},

    {.group = "Other",
     .name = "dry-run",
     .type = OPTION_FLAG,
     .field = FIELD(dry_run),
     .help =
         "show how many requests there are, the first of them, and the least time; send none"},
    {.name = "no-cache",
     .type = OPTION_FLAG,
     .field = FIELD(no_cache),
     .help = "neither use nor store cached responses [used where a file sets cacheTTL]"},
    OPTION_ROW_CONFIG(NULL, FIELD(config)),
    OPTION_ROW_PLUGIN_DIR(FIELD(plugin_dirs)),
    {.name = "plugin-timeout",
     .type = OPTION_DURATION,
     .field = FIELD(plugin_timeout_ns),
     .argument = "DUR",
     .least = 100 * NS_PER_MS,
     .most = LONGEST_NS,
     .help = "a plugin that does not return for so long ends the batch [5s]"},
    {.name = "seed",
     .type = OPTION_COUNT,
     .field = FIELD(seed),
     .argument = "N",
     .least = 1, /* 0 stands for none given */
     .help = "make every random choice repeatable"},
    {.name = "debug",
     .type = OPTION_FLAG,
     .field = FIELD(debug),
     .help = "what happens, on stderr, with request ids"},
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

const struct option_table call_option_table = {
    .command = "call",
    .usage = "call SERVICE.ENDPOINT [KEY=VALUE ...] [OPTIONS]",
    .summary = "Calls an endpoint or alias of a service file: once, with the data on stdout; "
               "or, with\n"
               "--batch-json or --batch-file, once for each item, with one result for each.\n"
               "KEY=VALUE sets a parameter for all items.",
    .examples =
        "  ovrmnd call users.get id=7\n"
        "  ovrmnd call users.get --batch-json '[{\"id\":1},{\"id\":2}]' --pretty\n"
        "  ovrmnd call users.get --batch-file ids.ndjson --concurrency 20 --rate-limit 100 \\\n"
        "      --retries 5 --format ndjson > users.ndjson\n",
    .options = rows,
};

static int check_format(const struct call_options *o, struct error *err)
{
    static const char *const names[] = {
        [OUTPUT_JSON] = "json", [OUTPUT_NDJSON] = "ndjson", [OUTPUT_PRETTY] = "pretty"};
    if (o->pretty && o->format != OUTPUT_PRETTY)
        return error_set(err, ERROR_USAGE,
                         "--pretty and --format %s are two formats for the same results; give "
                         "one",
                         names[o->format]);
    return 0;
}

static int check_together(const struct call_options *o, struct error *err)
{
    if (o->batch_json && o->batch_file)
        return error_set(err, ERROR_USAGE,
                         "--batch-json and --batch-file both say where the items come from; "
                         "give one");
    if (!call_is_batch(o) && (o->input_format || o->unordered || o->window))
        return error_set(err, ERROR_USAGE, "--%s needs a batch: --batch-json or --batch-file",
                         o->input_format ? "input-format"
                         : o->unordered  ? "unordered"
                                         : "window");
    if (o->resume && !o->journal)
        return error_set(err, ERROR_USAGE, "--resume needs --journal FILE: what to go on with");
    if (!o->batch_file && o->csv_delimiter_text)
        return error_set(err, ERROR_USAGE, "--csv-delimiter needs a --batch-file");
    if (o->retry && o->retries != CALL_UNSET)
        return error_set(err, ERROR_USAGE,
                         "--retries is short for --retry exponential; give one of them");
    return 0;
}

/* "tab", "\\t", or one character. */
static int take_delimiter(struct call_options *o, struct error *err)
{
    const char *text = o->csv_delimiter_text;
    if (!text)
        return 0;
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        text = "\t";
    if (strlen(text) != 1 || (uint8_t)*text >= 0x80 || strchr("\"\r\n", *text))
        return error_set(
            err, ERROR_USAGE,
            "--csv-delimiter must be one ASCII character, such as ';', or tab, and "
            "neither a quote nor the end of a line, not '%s'",
            o->csv_delimiter_text);
    o->csv_delimiter = *text;
    return 0;
}

/* "12" or "5%". */
static int take_max_failures(struct call_options *o, struct error *err)
{
    char number[24];
    const char *text = o->max_failures_text;
    size_t length = text ? strlen(text) : 0;
    if (!text)
        return 0;
    bool percent = length && text[length - 1] == '%';
    int64_t value = 0;
    snprintf(number, sizeof number, "%.*s", (int)(length - percent), text);
    if (length >= sizeof number || units_integer(number, &value) || value < 1 ||
        (percent && value > 100))
        return error_set(err, ERROR_USAGE,
                         "--max-failures must be a whole number of at least 1, or a percentage "
                         "from 1%% to 100%%, not '%s'",
                         text);
    if (percent)
        o->max_failure_percent = (uint32_t)value;
    else
        o->max_failures = (uint64_t)value;
    return 0;
}

int call_options_parse(int argc, char **argv, struct call_options *out, int *words,
                       struct error *err)
{
    *out = (struct call_options){.retries = CALL_UNSET,
                                 .format = FORMAT_UNSET,
                                 .plugin_timeout_ns = 5 * NS_PER_S,
                                 .max_response_bytes = UINT64_C(64) << 20};
    if (options_parse(&call_option_table, argc, argv, out, words, err))
        return -1;
    if (out->batch_json && !*out->batch_json)
        out->batch_json = NULL; /* as the original has it: an empty argument is none */
    if (out->format == FORMAT_UNSET)
        out->format = out->pretty ? OUTPUT_PRETTY : OUTPUT_JSON;
    if (out->help)
        return 0;
    return check_format(out, err) || check_together(out, err) || take_delimiter(out, err) ||
                   take_max_failures(out, err)
               ? -1
               : 0;
}
