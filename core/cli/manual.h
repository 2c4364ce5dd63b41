/* SPDX-License-Identifier: MIT */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

/* Manual pages in roff's man macros, made of the option tables: what --help says, for man. */

#include "cli/commands.h"

#include <stdio.h>

/* ovrmnd(1): the commands, exit statuses and files. */
void manual_write(FILE *to);

/* ovrmnd-COMMAND(1); with subcommands, each of them in a section. */
void manual_write_command(const struct command *command, FILE *to);

#endif
