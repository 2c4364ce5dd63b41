/* SPDX-License-Identifier: MIT */
#ifndef CLI_STRAY_H
#define CLI_STRAY_H

/*
 * Standard output carries results alone. While plugins are there, descriptor 1 leads to a file
 * in memory, and results go to a duplicate that only this program knows; so what a plugin, or a
 * program that it starts, writes to stdout harms no result, and is found.
 *
 * Owns both descriptors. Where the system has no such files, stdout stays as it is.
 */

#include "flow/ports.h"

#include <stdbool.h>
#include <stdio.h>

struct stray {
    struct witness witness; /* first: looks at what nobody else was there to write */
    bool open;              /* else stdout is as it was, and so it is in {0} */
    int file;               /* what descriptor 1 leads to */
    int out;                /* a duplicate of what it led to */
    const char *suspects;   /* for `witness`: "the plugin 'x'"; borrowed */
    char out_path[32];      /* `out` as a file that can be opened */
};

/* From here on stdout is watched, until stray_close puts it back. */
void stray_open(struct stray *s);
void stray_close(struct stray *s);

/* The descriptor that results go to. */
int stray_out(const struct stray *s);

/* The same for what is printed; the caller closes it. NULL: no more descriptors. */
FILE *stray_stdout(const struct stray *s);

/* `path`, or where it names stdout ("/dev/stdout"), a name of where results go. Lives as long
 * as `path` and `s`. NULL is allowed. */
const char *stray_path(struct stray *s, const char *path);

/* Has anything been written since the last look, or the program been sent a signal by itself?
 * -1: yes, by `who`, and `err` shows what was written, or which signal. */
int stray_look(struct stray *s, const char *who, struct error *err);

#endif
