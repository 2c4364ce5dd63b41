/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_PRETTY_H
#define OUTPUT_PRETTY_H

/*
 * A JSON value for people: strings without quotes, objects as "key: value", arrays of objects
 * as a table, other arrays numbered. Numbers stay as written. Harmless to a terminal.
 */

#include "base/buffer.h"

/* Appends the lines of a checked value, each with its line feed, `indent` spaces in. */
void pretty_value(struct slice value, unsigned indent, struct buffer *out);

/* The same for text that is not JSON. */
void pretty_text(struct slice text, unsigned indent, struct buffer *out);

#endif
