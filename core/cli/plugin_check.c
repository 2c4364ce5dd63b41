/* SPDX-License-Identifier: MIT */

/* `ovrmnd plugin check`: options and report; the check itself is core/check. */

#include "base/units.h"
#include "check/check.h"
#include "cli/commands.h"
#include "cli/plugin.h"
#include "cli/print.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#define STATUS_FAULTS 4

struct check_options {
    struct option_list with;
    uint64_t seed, rounds, patience_ns;
    unsigned format;
    bool help;
};

#define FIELD(name) offsetof(struct check_options, name)

static const struct option rows[] = {
    {.name = "with",
     .type = OPTION_LIST,
     .field = FIELD(with),
     .argument = "NAME=VALUE",
     .help = "an option of the plugin, set throughout; repeatable"},
    {.name = "rounds",
     .type = OPTION_COUNT,
     .field = FIELD(rounds),
     .argument = "N",
     .least = 1,
     .most = 1000000,
     .help = "random sequences of calls, each run several times [1000]"},
    {.name = "seed",
     .type = OPTION_COUNT,
     .field = FIELD(seed),
     .argument = "N",
     .least = 1,
     .help = "the first of them; a finding names its own [1]"},
    {.name = "patience",
     .type = OPTION_DURATION,
     .field = FIELD(patience_ns),
     .argument = "DUR",
     .least = 10 * NS_PER_MS,
     .help = "a call that takes longer is stuck [5s]"},
    OPTION_ROW_FORMAT(FIELD(format)),
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

const struct option_table plugin_check_option_table = {
    .command = "plugin check",
    .usage = "plugin check FILE [OPTIONS]",
    .summary =
        "Loads a plugin in a process of its own and tries it in every way that a batch "
        "could,\nin virtual time: its options at their edges, random sequences of calls, "
        "batches against\na modelled server. Each finding names the rule that is broken "
        "and where to read about it.\nExit status 0: no faults; 4: faults.",
    .examples = "  ovrmnd plugin check ./drip.so\n"
                "  ovrmnd plugin check ./drip.so --with every=10ms --rounds 20000\n",
    .options = rows,
};

static uint64_t count_of(const struct check_page *page, enum check_level level)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < page->finding_count; i++)
        count += check_rules[page->findings[i].rule].level == level;
    return count;
}

/* ---- text ---- */

static void append_time(struct buffer *out, enum check_function function,
                        const struct check_time *time)
{
    char median[UNITS_TEXT], worst[UNITS_TEXT];
    if (time->count && function != FUNCTION_CREATE && function != FUNCTION_DESTROY)
        buffer_append_format(
            out, "  time      %-9s  median %s, worst %s\n", check_function_name(function),
            check_time_text(time->median_ns, median), check_time_text(time->worst_ns, worst));
}

static void append_done(struct buffer *out, const struct check_report *report)
{
    const struct check_page *page = report->page;
    const struct ovrmnd_plugin *about = &report->probe.about;
    buffer_append_format(out, "%s ", about->name);
    plugin_text(out, about->version);
    buffer_append_format(out, ", %s: ", plugin_kind_name(report->probe.kind));
    plugin_text(out, about->summary);
    buffer_append_format(out,
                         "\n  settings  %" PRIu64 ", of which create refused %" PRIu64 "\n",
                         page->variants, page->refused_variants);
    buffer_append_format(out, "  calls     %" PRIu64 " in %" PRIu64 " random sequence%s",
                         page->calls, page->sequences, units_plural(page->sequences));
    if (page->batches)
        buffer_append_format(out, " and %" PRIu64 " batch%s", page->batches,
                             page->batches == 1 ? "" : "es");
    buffer_append_char(out, '\n');
    for (unsigned f = FUNCTION_CREATE; f < FUNCTION_COUNT; f++)
        append_time(out, (enum check_function)f, &page->times[f]);
}

static void append_finding(struct buffer *out, const struct check_finding *finding)
{
    const struct check_rule_text *rule = &check_rules[finding->rule];
    buffer_append_format(out, "%s %s: ", check_level_name(rule->level), rule->id);
    plugin_text(out, finding->what);
    buffer_append_format(out, "\n  the rule: %s (%s, \"%s\")\n", rule->what, rule->file,
                         rule->section + strspn(rule->section, "# "));
}

static void append_text(struct buffer *out, const struct check_report *report, const char *path)
{
    const struct check_page *page = report->page;
    uint64_t faults = count_of(page, CHECK_FAULT), warnings = count_of(page, CHECK_WARNING);
    if (report->probe.loaded)
        append_done(out, report);
    for (uint32_t i = 0; i < page->finding_count; i++)
        append_finding(out, &page->findings[i]);
    plugin_text(out, path);
    if (faults || warnings)
        buffer_append_format(out, ": %" PRIu64 " fault%s, %" PRIu64 " warning%s\n", faults,
                             units_plural(faults), warnings, units_plural(warnings));
    else
        buffer_append_text(out, ": nothing found\n");
}

/* ---- JSON ---- */

static void append_finding_json(struct buffer *out, const struct check_finding *finding)
{
    const struct check_rule_text *rule = &check_rules[finding->rule];
    buffer_append_char(out, '{');
    print_member(out, "rule", rule->id);
    print_member(out, "level", check_level_name(rule->level));
    print_member(out, "function",
                 finding->function ? check_function_name(finding->function) : NULL);
    print_member(out, "what", finding->what);
    print_member(out, "asks", rule->what);
    print_member(out, "file", rule->file);
    print_member(out, "section", rule->section + strspn(rule->section, "# "));
    buffer_append_char(out, '}');
}

static void append_times_json(struct buffer *out, const struct check_page *page)
{
    const char *between = "";
    buffer_append_text(out, ",\"times_ns\":{");
    for (unsigned f = FUNCTION_CREATE; f < FUNCTION_COUNT; f++) {
        const struct check_time *time = &page->times[f];
        if (!time->count)
            continue;
        buffer_append_format(out,
                             "%s\"%s\":{\"count\":%" PRIu64 ",\"median\":%" PRIu64
                             ",\"worst\":%" PRIu64 "}",
                             between, check_function_name((enum check_function)f), time->count,
                             time->median_ns, time->worst_ns);
        between = ",";
    }
    buffer_append_char(out, '}');
}

static void append_json(struct buffer *out, const struct check_report *report, const char *path)
{
    const struct check_page *page = report->page;
    const struct probe *probe = &report->probe;
    buffer_append_char(out, '{');
    print_member(out, "path", path);
    print_member(out, "name", probe->loaded ? probe->about.name : NULL);
    print_member(out, "kind", probe->loaded ? plugin_kind_name(probe->kind) : NULL);
    print_member(out, "version", probe->loaded ? probe->about.version : NULL);
    buffer_append_format(
        out,
        ",\"faults\":%" PRIu64 ",\"warnings\":%" PRIu64 ",\"settings\":%" PRIu64
        ",\"settings_refused\":%" PRIu64 ",\"calls\":%" PRIu64 ",\"sequences\":%" PRIu64
        ",\"batches\":%" PRIu64,
        count_of(page, CHECK_FAULT), count_of(page, CHECK_WARNING), page->variants,
        page->refused_variants, page->calls, page->sequences, page->batches);
    append_times_json(out, page);
    buffer_append_text(out, ",\"findings\":[");
    for (uint32_t i = 0; i < page->finding_count; i++) {
        if (i)
            buffer_append_char(out, ',');
        append_finding_json(out, &page->findings[i]);
    }
    buffer_append_text(out, "]}\n");
}

/* ---- the command ---- */

static int check_words(char **words, int count, struct error *err)
{
    struct stat status;
    if (count != 1)
        return error_set(err, ERROR_USAGE,
                         "plugin check takes one file, as in 'ovrmnd plugin check ./drip.so'");
    if (stat(words[0], &status) == 0)
        return 0;
    error_set(err, ERROR_FILE_NOT_FOUND, "plugin check: there is no file '%s'", words[0]);
    if (!strchr(words[0], '/') && !strstr(words[0], ".so"))
        error_help(err, "it takes a file; 'ovrmnd plugin list' shows where plugins are");
    return -1;
}

static int check(void *values, char **words, int count, struct error *err)
{
    const struct check_options *options = values;
    struct check_report report;
    struct buffer out = {0};
    if (check_words(words, count, err))
        return -1;
    const char *path = words[0];
    struct check_settings settings = {.path = path,
                                      .version = OVRMND_VERSION,
                                      .with = (const char *const *)options->with.items,
                                      .with_count = options->with.count,
                                      .seed = options->seed,
                                      .rounds = options->rounds,
                                      .patience_ns = options->patience_ns};
    if (check_run(&settings, &report, err))
        return -1;
    int status = count_of(report.page, CHECK_FAULT) ? STATUS_FAULTS : 0;
    if (options->format == OPTION_FORMAT_JSON)
        append_json(&out, &report, path);
    else
        append_text(&out, &report, path);
    check_free(&report);
    return print_buffer(&out, err) ? -1 : status;
}

int plugin_check(int argc, char **argv)
{
    struct check_options options = {
        .seed = 1, .rounds = 1000, .patience_ns = PLUGIN_PATIENCE_NS};
    return command_do(&plugin_check_option_table, argc, argv, &options, check);
}
