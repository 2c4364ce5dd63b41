/* SPDX-License-Identifier: MIT */
#ifndef CLI_EXCERPT_H
#define CLI_EXCERPT_H

/*
 * The place that a message names, "FILE:LINE:COLUMN: ...", shown: the line itself and a caret.
 * What may be a secret is not: of a line with a token, a key or the like only the name is
 * shown.
 */

#include "base/buffer.h"

#include <stdbool.h>

struct excerpt {
    unsigned line, column; /* 0: the message names no place */
    const char *message;   /* what comes after the place; points into the message */
    struct buffer text;    /* the line, without its line end; empty: not to be had */
    unsigned caret;        /* columns before the caret in `text` */
};

/* `file` is the file that the message may begin with. The caller calls excerpt_free. */
void excerpt_read(const char *file, const char *message, struct excerpt *out);
/* The same for any message that begins with a place; -1: it does not. */
int excerpt_find(const char *message, struct excerpt *out);
void excerpt_free(struct excerpt *excerpt);

/* Appends the two lines, `indent` spaces in; nothing where there is no place or text. */
void excerpt_append(const struct excerpt *excerpt, unsigned indent, struct buffer *out);

#endif
