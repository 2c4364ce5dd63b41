/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include <string.h>

#define TABLES(...)                                                                            \
    (const struct option_table *const[])                                                       \
    {                                                                                          \
        __VA_ARGS__, NULL                                                                      \
    }

const struct command commands[] = {
    {.name = "call",
     .run = command_call,
     .summary = "call an endpoint, once or for a batch of items",
     .tables = TABLES(&call_option_table)},
    {.name = "bench",
     .run = command_bench,
     .summary = "say which of several ways to send is faster",
     .tables = TABLES(&bench_option_table)},
    {.name = "list",
     .run = command_list,
     .summary = "list services, endpoints or aliases",
     .tables = TABLES(&list_option_table)},
    {.name = "validate",
     .run = command_validate,
     .summary = "check service files",
     .tables = TABLES(&validate_option_table)},
    {.name = "init",
     .run = command_init,
     .summary = "write a service file to begin with",
     .tables = TABLES(&init_option_table)},
    {.name = "cache",
     .run = command_cache,
     .summary = "show or clear the responses kept for cacheTTL",
     .tables = TABLES(&cache_option_table)},
    {.name = "journal",
     .run = command_journal,
     .summary = "look at the journal of a batch",
     .tables = TABLES(&journal_option_table)},
    {.name = "plugin",
     .run = command_plugin,
     .summary =
         "list plugins, show what one takes, check that one keeps its word, begin a new one",
     .tables = TABLES(&plugin_list_option_table, &plugin_info_option_table,
                      &plugin_check_option_table, &plugin_new_option_table)},
    {.name = "completion",
     .run = command_completion,
     .summary = "print a completion script for the shell",
     .tables = TABLES(&completion_option_table)},
    {0},
};

const struct command *command_named(const struct command *table, const char *name)
{
    for (const struct command *c = table; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
