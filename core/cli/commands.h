/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* The commands: each gets the words after its name and returns the exit status. */

#include "base/error.h"

int command_bench(int argc, char **argv);
int command_call(int argc, char **argv);
int command_list(int argc, char **argv);
int command_validate(int argc, char **argv);
int command_init(int argc, char **argv);

/* Prints "ovrmnd: what; what to do" as one line on stderr; returns the exit status. */
int command_fail(const struct error *err);

#endif
