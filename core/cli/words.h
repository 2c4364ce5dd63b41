/* SPDX-License-Identifier: MIT */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "base/error.h"

/* A text split into words as a shell does it: by white space, but not inside '...' or "...";
 * a backslash takes the next character as it is, except inside '...'. Nothing is expanded. */
struct words {
    char **items; /* ended by NULL */
    int count;
};

/* -1: USAGE, a quote is not closed; nothing to free. */
int words_split(const char *text, struct words *out, struct error *err);
void words_free(struct words *words);

/* Appends a copy. {0} holds none. */
void words_add(struct words *words, const char *word);

#endif
