/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_TEXT_H
#define OUTPUT_TEXT_H

/*
 * Text that is to be looked at: made harmless, measured and cut in columns of a terminal. Text
 * need not be valid UTF-8. Widths are wcwidth's, so they follow the locale.
 */

#include "base/buffer.h"

/* What text_clean lets through, added up. */
#define TEXT_LINES   1u /* line feeds and tabs; the CR before a line feed goes */
#define TEXT_COLOURS 2u /* ESC [ ... m */
#define TEXT_ASCII   4u /* nothing but ASCII: other characters become ? */

/* Appends `text` without anything that steers a terminal: control characters, and those that
 * turn the direction of writing, become \u001b and the like; bytes that are not UTF-8 become
 * U+FFFD; colours that are not let through are left out. */
void text_clean(struct slice text, unsigned lets, struct buffer *out);

/* Columns that clean text takes; colours take none. */
size_t text_width(struct slice text);

/* How many bytes of clean text fit in so many columns. */
size_t text_fit(struct slice text, size_t columns);

/* Appends " (192 results/s)" for so many of `what` in that time; nothing if either is 0. */
void text_rate(uint64_t count, const char *what, uint64_t elapsed_ns, struct buffer *out);

/* The same as a member of JSON, `"key":192.301`: three decimals, 0 if there was no time. */
void text_rate_json(const char *key, uint64_t count, uint64_t elapsed_ns, struct buffer *out);

/* Appends so many spaces. */
void text_spaces(size_t count, struct buffer *out);

#endif
