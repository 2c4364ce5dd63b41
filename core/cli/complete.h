/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

/*
 * What can follow on a command line: the shells' completion scripts ask `ovrmnd complete`, so
 * that commands, options and their values come from the option tables, targets from the service
 * files, and plugins from the folders where they would be found.
 */

#include "base/buffer.h"

/* Appends a line "WORD<tab>WHAT IT IS" for each word that may stand in the place of the last of
 * `words` (those after "ovrmnd"); or one line ":file" or ":folder" where a path is to be given.
 */
void complete_words(char **words, int count, struct buffer *out);

#endif
