/* SPDX-License-Identifier: MIT */
#include "cli/command_group.h"

#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

#define MOST_COMMANDS 64

/* Between the group's name, if it has one, and what follows it. */
static const char *space(const struct command_group *g)
{
    return *g->name ? " " : "";
}

static int print_help(const struct command_group *g)
{
    printf("Usage: ovrmnd %s%sCOMMAND ...\n\n%s\n\nCommands:\n", g->name, space(g), g->about);
    for (const struct command *c = g->commands; c->name; c++)
        printf("  %-*s %s\n", g->usage_width, c->usage ? c->usage : c->name, c->summary);
    printf("\n'ovrmnd %s%sCOMMAND --help' says more.%s\n", g->name, space(g),
           g->help_end ? g->help_end : "");
    return command_printed();
}

static int missing_command(const struct command_group *g)
{
    struct error err;
    error_set(&err, ERROR_USAGE, "a command is missing; 'ovrmnd %s%s--help' lists them",
              g->name, space(g));
    if (*g->name)
        error_where(&err, "%s", g->name);
    return command_fail(&err);
}

static int option_first(const struct command_group *g, const char *option)
{
    struct error err;
    error_set(&err, ERROR_USAGE, "the option '%s' stands before the command", option);
    error_help(&err,
               "options follow it: ovrmnd %s%sCOMMAND %s; 'ovrmnd %s%s--help' lists the "
               "commands",
               g->name, space(g), option, g->name, space(g));
    return command_fail(&err);
}

static int unknown_command(const struct command_group *g, const char *word)
{
    struct error err;
    if (word[0] == '-')
        return option_first(g, word);
    const char *names[MOST_COMMANDS];
    size_t count = 0;
    for (const struct command *c = g->commands; c->name && count < MOST_COMMANDS; c++)
        names[count++] = c->name;
    const char *nearest = suggest_nearest(word, names, count);
    error_set(&err, ERROR_USAGE, "unknown command '%s%s%s'", g->name, space(g), word);
    if (nearest)
        error_help(&err, "did you mean '%s%s%s'?", g->name, space(g), nearest);
    else
        error_help(&err, "%s", g->unknown_help);
    return command_fail(&err);
}

/* `ovrmnd help call`, as with git: the words behind `help`, and then --help. */
static int help_for(const struct command_group *group, int argc, char **argv)
{
    static char help[] = "--help";
    const struct command *command = command_named(group->commands, argv[1]);
    if (!command)
        return unknown_command(group, argv[1]);
    for (int i = 1; i + 1 < argc; i++)
        argv[i] = argv[i + 1];
    argv[argc - 1] = help;
    return command->run(argc - 1, argv + 1);
}

bool command_group_is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

int command_group_run(const struct command_group *group, int argc, char **argv)
{
    if (argc == 0)
        return missing_command(group);
    if (argc > 1 && strcmp(argv[0], "help") == 0 && argv[1][0] != '-')
        return help_for(group, argc, argv);
    if (command_group_is_help(argv[0]))
        return print_help(group);
    const struct command *command = command_named(group->commands, argv[0]);
    return command ? command->run(argc - 1, argv + 1) : unknown_command(group, argv[0]);
}
