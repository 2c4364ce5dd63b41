/* SPDX-License-Identifier: MIT */
#ifndef TEST_READING_H
#define TEST_READING_H

/* What the tests of input share: a folder to work in, and what a source says as one text. */

#include "base/random.h"
#include "input/input.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

int reading_set_up(void **unused);
int reading_tear_down(void **unused);

void write_file(const char *name, struct slice text);

/* Appends "{...}\n" for an item, "!message\n" for a broken one; "END" or "FAILED message". */
void drain(struct source *source, struct buffer *out);

/* Writes the text to a file of that name, reads it, and compares what drain() says. */
void expect(const char *name, const char *text, const char *want);
void expect_options(const char *name, const char *text, struct input_options options,
                    const char *want);

/* A source that reads what is written into `*writer`. */
struct source *open_pipe(int *writer, struct input_options options);
void send_text(int fd, const char *text);

/* As drain(), but without the name, and asking without waiting: after each SOURCE_LATER the
 * next piece of `text`, of up to `most` bytes, goes into `*writer`, which is closed after the
 * last. */
void drip_by(struct source *source, int *writer, struct slice text, struct random *r,
             size_t most, struct buffer *out);

#endif
