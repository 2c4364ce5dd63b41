/* SPDX-License-Identifier: MIT */
#include "cli/call_options.h"

#include "base/units.h"
#include "output/sink.h"

#define FIELD(name) offsetof(struct call_options, name)
#define LONGEST_NS  (24 * 3600 * NS_PER_S)

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
     .help = "items from FILE, - for stdin: a JSON array, or an object a line"},
    {.name = "input-format",
     .type = OPTION_CHOICE,
     .field = FIELD(input_format),
     .argument = "FORMAT",
     .choices = "auto|json|ndjson",
     .help = "auto (by ending, else by content), json or ndjson [auto]"},

    {.group = "Parameters for all items, besides KEY=VALUE",
     .name = "path",
     .type = OPTION_LIST,
     .field = FIELD(paths),
     .argument = "KEY=VALUE",
     .help = "in the path; as KEY=VALUE alone"},
    {.name = "query",
     .type = OPTION_LIST,
     .field = FIELD(queries),
     .argument = "KEY=VALUE",
     .help = "in the query, whatever the method"},
    {.name = "header",
     .type = OPTION_LIST,
     .field = FIELD(headers),
     .argument = "KEY=VALUE",
     .help = "as a header"},
    {.name = "body",
     .type = OPTION_LIST,
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

    {.group = "When something fails",
     .name = "retry",
     .type = OPTION_TEXT,
     .field = FIELD(retry),
     .argument = "SPEC",
     .help = "a retry policy with options: fixed:attempts=3,delay=1s [none]"},
    {.name = "fail-fast",
     .type = OPTION_FLAG,
     .field = FIELD(fail_fast),
     .help = "stop at the first failed result, cancel what is in flight"},
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
    {.name = "progress",
     .type = OPTION_TEXT,
     .field = FIELD(progress),
     .argument = "SPEC",
     .help = "none, plain, bar [bar on a terminal, else none]"},

    {.group = "Other",
     .name = "config",
     .type = OPTION_TEXT,
     .field = FIELD(config),
     .argument = "DIR",
     .help = "service files from DIR only [.ovrmnd, then ~/.ovrmnd]"},
    {.name = "plugin-dir",
     .type = OPTION_LIST,
     .field = FIELD(plugin_dirs),
     .argument = "DIR",
     .help = "another folder to find plugins in; repeatable"},
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
    {.name = "help",
     .letter = 'h',
     .type = OPTION_FLAG,
     .field = FIELD(help),
     .help = "this text"},
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
        "      --retry fixed:attempts=3,delay=500ms --format ndjson > users.ndjson\n",
    .options = rows,
};

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
    return 0;
}

int call_options_parse(int argc, char **argv, struct call_options *out, int *words,
                       struct error *err)
{
    *out = (struct call_options){.timeout_ns = 0, .max_response_bytes = UINT64_C(64) << 20};
    if (options_parse(&call_option_table, argc, argv, out, words, err))
        return -1;
    if (out->batch_json && !*out->batch_json)
        out->batch_json = NULL; /* as the original has it: an empty argument is none */
    if (out->pretty)
        out->format = OUTPUT_PRETTY;
    return out->help ? 0 : check_together(out, err);
}
