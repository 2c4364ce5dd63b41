/* SPDX-License-Identifier: MIT */
#ifndef TRANSFORM_TRANSFORM_H
#define TRANSFORM_TRANSFORM_H

/*
 * An endpoint's `transform`: which fields of a response are kept, and what they are called.
 *
 * Everything is text to text: a value that is kept is a slice of the source, copied with its
 * key, so numbers, escapes and the order of members stay as the server wrote them. `fields` is
 * a tree of what is wanted, walked beside the source with a slice for each wanted member; a
 * rename copies the text around what moves. No tree of the response is ever built, and once
 * two buffers are as large as the results, nothing is allocated.
 *
 * What the paths mean stands in the user guide, "Transforms".
 */

#include "flow/ports.h"
#include "flow/transform.h"

struct transform;

/* What is kept of a buffer from one result to the next: one large result costs no more. */
#define TRANSFORM_KEEP_BYTES (1u << 20)

/* NULL: a path is wrong, CONFIG_INVALID (which reading the service file has said before, with
 * its place). The steps need not outlive this. The caller frees. [setup] */
struct transform *transform_new(const struct transform_steps *steps, struct error *err);
void transform_free(struct transform *t); /* NULL is allowed */

/* Appends what becomes of `json`, which is checked and has no white space around it. What
 * nothing applies to is appended byte for byte. -1: beyond the buffer's limit. */
int transform_apply(struct transform *t, struct slice json, struct buffer *out);

/* A sink around another: it transforms the data of successes that is JSON, and hands on all
 * else as it came. Borrows both, which must outlive it. The caller frees with
 * transform_sink_free. */
struct sink *transform_sink_new(struct transform *t, struct sink *inner);
void transform_sink_free(struct sink *sink); /* NULL is allowed */

#endif
