/* SPDX-License-Identifier: MIT */
#ifndef INPUT_RECORDS_H
#define INPUT_RECORDS_H

/*
 * The formats. Each finds the next record at the front of what the reader has at hand and
 * leaves it there; who asked passes `length` bytes when done with it. A format goes as far as
 * the bytes at hand allow and keeps its place between calls: SOURCE_LATER asks for more bytes,
 * also in the middle of a record.
 */

#include "base/json.h"
#include "flow/ports.h"
#include "input/reader.h"

struct record {
    struct slice text; /* array, CSV: a checked value; NDJSON: a line, not blank, unchecked */
    size_t length;     /* bytes to pass */
    bool broken;       /* there is no text, and `err` says why; the next record can be read */
};

/* {.max_bytes = ...} is where these two start. */
struct array {
    uint64_t max_bytes;
    bool file; /* NDJSON is another way for files */
    unsigned state;
    struct json_scanner scanner; /* of an element that has begun */
    struct {                     /* the rest of one that is nested too deep */
        uint64_t depth, bytes;
        bool string, escape;
    } skip;
};

struct ndjson {
    uint64_t max_bytes;
    bool skipping;   /* the rest of a line that was too long */
    size_t searched; /* bytes at hand without a line feed */
};

/* The rows of CSV, each an object of text under the names in the first one. */
struct rows;
struct rows *rows_new(uint64_t max_bytes, char delimiter);
void rows_free(struct rows *t); /* NULL is allowed */

enum source_answer array_next(struct array *a, struct reader *r, struct record *record,
                              struct error *err);
enum source_answer ndjson_next(struct ndjson *n, struct reader *r, struct record *record,
                               struct error *err);
enum source_answer rows_next(struct rows *t, struct reader *r, struct record *record,
                             struct error *err);

/* There is no further record, and `err` says why: `what`, with the place of the byte at hand at
 * `offset`. SOURCE_FAILED. */
enum source_answer record_fail(const struct reader *r, size_t offset, const char *what,
                               struct error *err);

/* "64 MiB", "1000 bytes": into `text`, which it returns. */
#define RECORD_SIZE_TEXT 32
const char *record_size_text(uint64_t bytes, char text[RECORD_SIZE_TEXT]);

/* "an object", "a number", "null". */
const char *record_type_name(struct slice value);

#endif
