/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* How a command begins and ends: what all have in common around the work that each does. */

#include "base/error.h"
#include "cli/options.h"

/* What a command does once its words are parsed: `values` is its struct, `words` are those that
 * are no options. Returns the exit status; -1: `err` is set, and yet to be told. */
typedef int command_work(void *values, char **words, int count, struct error *err);

/* From a command's words to its exit status: parses them into `values`, which hold the
 * defaults; prints help where it is asked for, and else does the work; tells an error; frees
 * the lists among the values. */
int command_do(const struct option_table *table, int argc, char **argv, void *values,
               command_work *work);

/* Of text that was printed to `stdout`: the exit status, once it is all out. */
int command_printed(void);

/* Prints the table's help; the exit status. */
int command_help(const struct option_table *table);

/* Prints "ovrmnd: what; what to do" as one line on stderr, and below it the line of the service
 * file that it is about, if it is; returns the exit status. */
int command_fail(const struct error *err);

#endif
