/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#define TABLES(...)                                                                            \
    (const struct option_table *const[])                                                       \
    {                                                                                          \
        __VA_ARGS__, NULL                                                                      \
    }

const struct command commands[] = {
    {"call", command_call, "call an endpoint, once or for a batch of items",
     TABLES(&call_option_table)},
    {"bench", command_bench, "say which of several ways to send is faster",
     TABLES(&bench_option_table)},
    {"list", command_list, "list services, endpoints or aliases", TABLES(&list_option_table)},
    {"validate", command_validate, "check service files", TABLES(&validate_option_table)},
    {"init", command_init, "write a service file to begin with", TABLES(&init_option_table)},
    {"cache", command_cache, "show or clear the responses kept for cacheTTL",
     TABLES(&cache_option_table)},
    {"journal", command_journal, "look at the journal of a batch",
     TABLES(&journal_option_table)},
    {"plugin", command_plugin,
     "list plugins, show what one takes, check that one keeps its word, begin a new one",
     TABLES(&plugin_list_option_table, &plugin_info_option_table, &plugin_check_option_table,
            &plugin_new_option_table)},
    {"completion", command_completion, "print a completion script for the shell",
     TABLES(&completion_option_table)},
    {0},
};
