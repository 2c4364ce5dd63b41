/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_ITEMS_H
#define FUZZ_ITEMS_H

/* What the fuzzers of input share: items are the same however their bytes come. */

#include "fuzz/fuzz.h"
#include "input/input.h"

/* What a source said. */
struct items {
    struct buffer
        text; /* an object a line for items, "!LINE:COLUMN: message" for broken ones */
    struct buffer joined; /* the objects with commas between */
    size_t count, broken;
    bool failed; /* the input ended as it should not; the last line of `text` says why */
};

/* Reads all of it from a file: at once, and counted first. */
void items_read(struct slice text, const struct input_options *options, struct items *out);
void items_free(struct items *items);

/* Reads it through a pipe, in pieces of up to `most` bytes; must be the same. */
void items_drip(struct slice text, const struct input_options *options, size_t most,
                const struct items *whole);

/* Written as an array, as text and as a file, and as NDJSON, the items are the same. */
void items_return(const struct items *items);

#endif
