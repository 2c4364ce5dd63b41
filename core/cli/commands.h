/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* The commands, as a table: dispatch, help, completion and manual pages are made of it. */

#include "cli/command.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* with the words after its name; the exit status */
    const char *summary;               /* one line */

    /* Its options; or of each of its subcommands, whose name is the last word of the table's
     * command. Ended by NULL. */
    const struct option_table *const *tables;

    const char *usage; /* of a subcommand: its name, and the words that follow it */
};

extern const struct command commands[]; /* ended by a row without a name */

/* The row of that name in such a table; NULL: there is none. */
const struct command *command_named(const struct command *table, const char *name);

int command_call(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_list(int argc, char **argv);
int command_validate(int argc, char **argv);
int command_init(int argc, char **argv);
int command_journal(int argc, char **argv);
int command_cache(int argc, char **argv);
int command_plugin(int argc, char **argv);
int command_completion(int argc, char **argv);

/* Not in the table, since they are for programs: `complete -- WORDS` and `manual [COMMAND]`. */
int command_complete(int argc, char **argv);
int command_manual(int argc, char **argv);

extern const struct option_table call_option_table, bench_option_table, list_option_table,
    validate_option_table, init_option_table, completion_option_table, cache_option_table,
    plugin_list_option_table, plugin_info_option_table, plugin_check_option_table,
    plugin_new_option_table, journal_option_table;

#endif
