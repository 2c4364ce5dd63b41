/* SPDX-License-Identifier: MIT */
#ifndef INPUT_INPUT_H
#define INPUT_INPUT_H

/*
 * Where items come from: a JSON array of objects, NDJSON or CSV, from an argument, a file or a
 * pipe; what starts as gzip does is unpacked. Each item is the source text of one object, byte
 * for byte; a row of CSV becomes an object with a string for each cell.
 *
 * Reading is lazy: an item is read when it is asked for, through a buffer of fixed size, so
 * that memory depends on the largest item and not on the length of the batch. A record that is
 * bad by itself (an NDJSON line, an array element that is no object or nested too deep, a row
 * with too few cells or with what is not UTF-8) comes as a broken item and the batch goes on.
 * Where nobody can tell what comes next, in an array that is broken, after a quote that is
 * wrong in CSV, or in damaged gzip data, the input ends, and what came before counts.
 *
 * Where `wait` is true, SOURCE_LATER means that a signal came before the next byte.
 *
 * Messages say "users.json:4:1: ..."; lines and columns count from 1, columns in characters.
 */

#include "base/error.h"
#include "flow/ports.h"

#include <stdbool.h>
#include <stdint.h>

enum input_format {
    INPUT_AUTO,   /* by the file's ending, else by the first byte: '[' is an array */
    INPUT_JSON,   /* one array of objects */
    INPUT_NDJSON, /* one object a line; blank lines, CRLF and a first byte order mark pass */
    INPUT_CSV,    /* a header, then one object a row; the same pass */
};

struct input_options {
    enum input_format format;
    char csv_delimiter;      /* ASCII; 0: a tab for .tsv, else a comma */
    uint64_t max_item_bytes; /* a longer one is broken, or ends an array or CSV; 0: 64 MiB */
    bool quiet;              /* do not warn of a header that looks wrong: that has been told */
    bool count; /* find the total first, where that is cheap: a regular file is read twice */
};

/* The items of a JSON array given as text, which is borrowed until input_free, as is `name`:
 * what messages call it, such as "--batch-json". All of it is checked before the first item.
 * NULL: INPUT_INVALID. The total is known. */
struct source *input_open_text(const char *json, const char *name,
                               const struct input_options *options, struct error *err);

/* The items of a file; "-" is standard input. NULL: FILE_NOT_FOUND when it cannot be opened,
 * USAGE when a delimiter is given for what is not CSV. What is wrong inside shows when it is
 * reached. Not blocking where it may not: a regular file never answers SOURCE_LATER unless it
 * is gzip, and is then ready at once. */
struct source *input_open_file(const char *path, const struct input_options *options,
                               struct error *err);

/* Closes the file, unless it is standard input. NULL is allowed. */
void input_free(struct source *source);

#endif
