/* SPDX-License-Identifier: MIT */
#include "cli/plugin.h"

#include "base/json.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "output/text.h"

#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage, *summary;
} subcommands[] = {
    {"list", plugin_list, "list [KIND]", "all plugins that are found, and where"},
    {"info", plugin_info, "info NAME", "what a plugin is, and the options that it takes"},
    {"check", plugin_check, "check FILE", "does a plugin keep its word? tries it in every way"},
    {"new", plugin_new, "new KIND NAME", "a folder with a plugin to begin with, and its tests"},
};

#define COMMANDS (sizeof subcommands / sizeof *subcommands)

static int print_help(void)
{
    struct buffer out = {0};
    buffer_append_text(&out, "Usage: ovrmnd plugin COMMAND ...\n\n"
                             "Plugins are shared objects: schedulers, retry policies and "
                             "progress reporters.\n\nCommands:\n");
    for (size_t i = 0; i < COMMANDS; i++)
        buffer_append_format(&out, "  %-14s %s\n", subcommands[i].usage,
                             subcommands[i].summary);
    buffer_append_text(&out, "\n'ovrmnd plugin COMMAND --help' says more.\n");
    return plugin_print(&out, 0);
}

static int unknown_command(const char *word)
{
    struct error err;
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = subcommands[i].name;
    const char *nearest = suggest_nearest(word, names, COMMANDS);
    error_set(&err, ERROR_USAGE, "unknown command 'plugin %s'", word);
    error_help(&err,
               nearest ? "did you mean 'plugin %s'?" : "'ovrmnd plugin --help' lists them",
               nearest);
    return command_fail(&err);
}

int command_plugin(int argc, char **argv)
{
    struct error err;
    const char *word = argc > 0 ? argv[0] : NULL;
    if (!word) {
        error_set(&err, ERROR_USAGE,
                  "plugin: a command is missing; 'ovrmnd plugin --help' lists them");
        return command_fail(&err);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return print_help();
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(word, subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    return unknown_command(word);
}

/* Every command's table has --help. */
static bool help_wanted(const struct option_table *table, const void *values)
{
    const struct option *row = table->options;
    while (strcmp(row->name, "help") != 0)
        row++;
    return *(const bool *)((const char *)values + row->field);
}

int plugin_options(const struct option_table *table, int argc, char **argv, void *values,
                   int *status)
{
    struct error err;
    int words;
    if (options_parse(table, argc, argv, values, &words, &err)) {
        *status = command_fail(&err);
        return -1;
    }
    if (!help_wanted(table, values))
        return words;
    options_help(table, stdout);
    *status = fflush(stdout) ? 1 : 0;
    return -1;
}

/* ---- text of plugins ---- */

void plugin_text(struct buffer *out, const char *text)
{
    text_clean(slice_of(text ? text : ""), 0, out);
}

void plugin_json(struct buffer *out, const char *text)
{
    if (text)
        json_string_encode(slice_of(text), out);
    else
        buffer_append_text(out, "null");
}

void plugin_json_member(struct buffer *out, const char *key, const char *text)
{
    bool first = out->length && out->data[out->length - 1] == '{';
    buffer_append_format(out, "%s\"%s\":", first ? "" : ",", key);
    plugin_json(out, text);
}

int plugin_print(struct buffer *out, int status)
{
    struct error err;
    bool written = fwrite(out->data ? out->data : "", 1, out->length, stdout) == out->length &&
                   fflush(stdout) == 0;
    buffer_free(out);
    if (written)
        return status;
    error_set(&err, ERROR_OUTPUT_FAILED, "cannot write to stdout");
    return command_fail(&err);
}
