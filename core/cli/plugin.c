/* SPDX-License-Identifier: MIT */
#include "cli/plugin.h"

#include "base/suggest.h"
#include "cli/commands.h"
#include "output/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FIELD(name) offsetof(struct plugin_look, name)

const struct option plugin_look_rows[] = {
    OPTION_ROW_FORMAT(FIELD(format)),
    {.name = "plugin-dir",
     .type = OPTION_LIST,
     .field = FIELD(plugin_dirs),
     .argument = "DIR",
     .help = "another folder to find plugins in; repeatable"},
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

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
    fputs("Usage: ovrmnd plugin COMMAND ...\n\n"
          "Plugins are shared objects: schedulers, retry policies and progress reporters.\n\n"
          "Commands:\n",
          stdout);
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-14s %s\n", subcommands[i].usage, subcommands[i].summary);
    puts("\n'ovrmnd plugin COMMAND --help' says more.");
    return command_printed();
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

void plugin_text(struct buffer *out, const char *text)
{
    text_clean(slice_of(text ? text : ""), 0, out);
}
