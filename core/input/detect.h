/* SPDX-License-Identifier: MIT */
#ifndef INPUT_DETECT_H
#define INPUT_DETECT_H

/*
 * What stands before the first record: is this gzip, is there a byte order mark, which format
 * is it. A name that ends in .gz is looked at without it.
 */

#include "flow/ports.h"
#include "input/input.h"
#include "input/reader.h"

struct detect {
    enum input_format format; /* AUTO until the first byte decides */
    char delimiter;           /* of CSV */
    bool text;                /* not from a file: it is what it is */
    bool gzip;                /* the name says so */
    bool guessed;             /* the first byte is of none of the formats */
    unsigned stage;
};

/* What the name of a file and the options say. -1: they do not fit each other. */
int detect_name(struct detect *d, const char *path, const struct input_options *options,
                struct error *err);

/* Looks at the bytes at hand and passes what is no record. ITEM: records can be read. LATER: it
 * takes more bytes. */
enum source_answer detect_next(struct detect *d, struct reader *r, struct error *err);

#endif
