/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMAND_GROUP_H
#define CLI_COMMAND_GROUP_H

/* Commands of which the first word says which: the program's own, and those of `plugin`. Help,
 * a word that is missing and one that is none of them are dealt with here. */

#include "cli/commands.h"

struct command_group {
    const char *name;               /* "plugin"; "": the program's own */
    const char *about;              /* of all of them; in help */
    const struct command *commands; /* ended by a row without a name */
    int usage_width;                /* in help */
    const char *help_end;           /* added to the last line of help; or NULL */
    const char *unknown_help;       /* what to do about a word that is like none of them */
};

/* Runs the one that is named first; the exit status. */
int command_group_run(const struct command_group *group, int argc, char **argv);

/* Does the word ask for the group's help? */
bool command_group_is_help(const char *word);

#endif
