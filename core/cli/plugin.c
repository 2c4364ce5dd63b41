/* SPDX-License-Identifier: MIT */
#include "cli/plugin.h"

#include "cli/command_group.h"
#include "output/text.h"

#include <stddef.h>

#define FIELD(name) offsetof(struct plugin_look, name)

const struct option plugin_look_rows[] = {
    OPTION_ROW_FORMAT(FIELD(format)),
    OPTION_ROW_PLUGIN_DIR(FIELD(plugin_dirs)),
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

static const struct command subcommands[] = {
    {.name = "list",
     .run = plugin_list,
     .usage = "list [KIND]",
     .summary = "all plugins that are found, and where"},
    {.name = "info",
     .run = plugin_info,
     .usage = "info NAME",
     .summary = "what a plugin is, and the options that it takes"},
    {.name = "check",
     .run = plugin_check,
     .usage = "check FILE",
     .summary = "does a plugin keep its word? tries it in every way"},
    {.name = "new",
     .run = plugin_new,
     .usage = "new KIND NAME",
     .summary = "a folder with a plugin to begin with, and its tests"},
    {0},
};

static const struct command_group group = {
    .name = "plugin",
    .about = "Plugins are shared objects: schedulers, retry policies and progress reporters.",
    .commands = subcommands,
    .usage_width = 14,
    .unknown_help = "'ovrmnd plugin --help' lists them",
};

int command_plugin(int argc, char **argv)
{
    return command_group_run(&group, argc, argv);
}

void plugin_text(struct buffer *out, const char *text)
{
    text_clean(slice_of(text ? text : ""), 0, out);
}
