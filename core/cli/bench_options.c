/* SPDX-License-Identifier: MIT */
#include "cli/bench_options.h"

#include <string.h>

#define FIELD(name) offsetof(struct bench_options, name)

#define DEFAULT_ROUNDS 10
#define MOST_ROUNDS    1000

static const struct option rows[] = {
    {.group = "What is compared",
     .name = "variant",
     .type = OPTION_LIST,
     .field = FIELD(variants),
     .argument = "NAME=OPTIONS",
     .help =
         "a way to send, in options of `call`; repeatable; others are held against the first"},

    {.group = "Items",
     .name = "batch-file",
     .type = OPTION_TEXT,
     .field = FIELD(batch_file),
     .argument = "FILE",
     .help = "items from FILE, as for `call`"},
    {.name = "batch-json",
     .type = OPTION_TEXT,
     .field = FIELD(batch_json),
     .argument = "JSON",
     .help = "items as a JSON array of objects"},
    {.name = "input-format",
     .type = OPTION_TEXT,
     .field = FIELD(input_format),
     .argument = "FORMAT",
     .help = "of FILE, as for `call` [auto]"},
    {.name = "csv-delimiter",
     .type = OPTION_TEXT,
     .field = FIELD(csv_delimiter),
     .argument = "C",
     .help = "of FILE, as for `call` [comma; tab for .tsv]"},
    {.name = "items",
     .type = OPTION_COUNT,
     .field = FIELD(items),
     .argument = "N",
     .least = 1,
     .help = "the first N alone [all; of a model without items, 1000]"},
    {.name = "unsafe",
     .type = OPTION_FLAG,
     .field = FIELD(unsafe),
     .help = "send even what does harm when sent twice (POST, PATCH)"},

    {.group = "How often",
     .name = "rounds",
     .type = OPTION_COUNT,
     .field = FIELD(rounds),
     .argument = "N",
     .least = 1,
     .most = MOST_ROUNDS,
     .help = "rounds that count, each with every variant once, shuffled [10]"},
    {.name = "warmup",
     .type = OPTION_COUNT,
     .field = FIELD(warmup),
     .argument = "N",
     .most = MOST_ROUNDS,
     .help = "rounds before that do not count [1; of a model, 0]"},
    {.name = "seed",
     .type = OPTION_COUNT,
     .field = FIELD(seed),
     .argument = "N",
     .least = 1, /* 0 stands for none given */
     .help = "make every random choice repeatable"},
    {.name = "simulate",
     .type = OPTION_TEXT,
     .field = FIELD(simulate),
     .argument = "MODEL",
     .help = "against a modelled server, in virtual time; `--simulate help` says more"},

    {.group = "Results",
     .name = "format",
     .type = OPTION_CHOICE,
     .field = FIELD(format),
     .argument = "FORMAT",
     .choices = "text|json",
     .help = "text or json [text]"},
    {.name = "report",
     .type = OPTION_TEXT,
     .field = FIELD(report),
     .argument = "FILE",
     .help = "also a page of HTML with plots, in FILE"},

    OPTION_ROW_CONFIG("Other", FIELD(config)),
    OPTION_ROW_PLUGIN_DIR(FIELD(plugin_dirs)),
    {.name = "plugin-timeout",
     .type = OPTION_TEXT,
     .field = FIELD(plugin_timeout),
     .argument = "DUR",
     .help = "a plugin that does not return for so long ends the bench [5s]"},
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

const struct option_table bench_option_table = {
    .command = "bench",
    .usage = "bench [SERVICE.ENDPOINT] [KEY=VALUE ...] --variant NAME='OPTIONS' ... [OPTIONS]",
    .summary = "Runs the same items under each variant, in shuffled rounds, and says which is "
               "faster,\n"
               "by how much, and how sure that is. Results are thrown away. With --simulate "
               "nothing is\n"
               "sent, and no endpoint is needed.\n"
               "Exit status 1: under a variant no item succeeded, or none in some round.",
    .examples =
        "  ovrmnd bench users.get --batch-file ids.ndjson --variant one= \\\n"
        "      --variant ten='--concurrency 10' --report bench.html\n"
        "  ovrmnd bench --simulate latency=lognormal:50ms:0.5,capacity=20 \\\n"
        "      --variant pool='--concurrency 20' --variant adaptive='--scheduler adaptive'\n",
    .options = rows,
};

static int check_together(const struct bench_options *o, struct error *err)
{
    if (!o->variants.count)
        return error_set(err, ERROR_USAGE,
                         "say what to compare: --variant NAME='OPTIONS', such as "
                         "--variant ten='--concurrency 10'");
    if (o->batch_json && o->batch_file)
        return error_set(err, ERROR_USAGE,
                         "--batch-json and --batch-file both say where the items come from; "
                         "give one");
    if (!o->batch_json && !o->batch_file && !o->simulate)
        return error_set(err, ERROR_USAGE, "a bench needs items: --batch-file or --batch-json");
    return 0;
}

int bench_options_parse(int argc, char **argv, struct bench_options *out, int *words,
                        struct error *err)
{
    *out = (struct bench_options){.rounds = DEFAULT_ROUNDS, .warmup = BENCH_UNSET};
    if (options_parse(&bench_option_table, argc, argv, out, words, err))
        return -1;
    if (out->batch_json && !*out->batch_json)
        out->batch_json = NULL;
    if (out->warmup == BENCH_UNSET)
        out->warmup = out->simulate ? 0 : 1;
    return out->help || (out->simulate && strcmp(out->simulate, "help") == 0)
               ? 0
               : check_together(out, err);
}
