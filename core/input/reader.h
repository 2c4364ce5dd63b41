/* SPDX-License-Identifier: MIT */
#ifndef INPUT_READER_H
#define INPUT_READER_H

/*
 * Bytes from a file, unpacked where they are gzip, or from text, with the place of each: what
 * the formats read from. The bytes at hand start with the first one not yet passed; filling
 * adds to them, so a format holds just what it has not finished with.
 */

#include "base/buffer.h"
#include "base/error.h"
#include "input/gzip.h"

struct reader {
    char *name;        /* for messages; owned */
    int fd;            /* -1: text, which is all at hand */
    bool polls;        /* a pipe, socket or terminal: reading could block */
    bool ended;        /* no more bytes will come */
    size_t patience;   /* of what polls: bytes that may be read until it is LATER */
    struct gzip *gzip; /* NULL: the bytes are text as they come; owned */
    const char *data;  /* the bytes at hand: in `buffer`, or text that is borrowed */
    size_t length;
    size_t line, column; /* of the first one at hand, from 1; columns in characters */
    struct buffer buffer;
};

/* Who looks for a record lets the reader read so much at once. Behind that the search is put
 * off, lest an endless input without a record keeps everybody else, and Ctrl-C, waiting. A file
 * ends by itself. */
#define READER_PATIENCE ((size_t)4 << 20)

/* A buffer that one large item grew beyond this is given back. */
#define READER_KEEP_BYTES ((size_t)1 << 20)

enum reader_answer { READER_MORE, READER_END, READER_LATER, READER_FAILED };

/* Adds bytes to those at hand, which may move. LATER: there are none without blocking or
 * beyond `patience`, or, with `wait`, a signal came first. */
enum reader_answer reader_fill(struct reader *r, bool wait, struct error *err);

/* What is at hand is gzip, and so is what comes. */
void reader_unpack(struct reader *r);

/* Forgets all that was read: it is read again from the start. */
void reader_restart(struct reader *r);

void reader_close(struct reader *r);

/* The first `count` bytes at hand are finished with. */
void reader_pass(struct reader *r, size_t count);

/* Passes white space at hand, as JSON has it. */
void reader_pass_space(struct reader *r);

/* An INPUT_INVALID with the place of the byte at hand at `offset`; returns -1. */
__attribute__((format(printf, 4, 5))) int
reader_error(const struct reader *r, size_t offset, struct error *err, const char *format, ...);

#endif
