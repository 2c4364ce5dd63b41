/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_FAILED_H
#define OUTPUT_FAILED_H

/*
 * --failed-to FILE: the input records of items that did not succeed, one a line, as
 * `--batch-file FILE` takes them. A sink around another: it sees results
 * in the order in which they are written, so the file keeps the order of the input.
 *
 * Failed and cancelled items go in, with their own text, minified, no token touched. Not those
 * that the server may have acted on, since running the file again must not do it twice; nor
 * records that could not be read, since they have no JSON. These are counted.
 *
 * The file appears, or replaces an older one, when the sink is finished, and also if it is
 * empty; never before, and never in part. What goes wrong with it stops the batch as the inner
 * sink's own failures do.
 */

#include "flow/ports.h"

struct failed;
struct screen;

/* Borrows `inner`, which must outlive it. NULL: the file cannot be written there, or has a name
 * that --batch-file takes for another format (USAGE). The caller calls failed_close. */
struct failed *failed_open(const char *path, struct sink *inner, struct error *err);

/* What to give to the engine, and to finish, in place of the inner sink. */
struct sink *failed_sink(struct failed *f);

/* Says on stderr how many items are not in the file though they did not succeed, if any. [end]
 */
void failed_print(const struct failed *f, struct screen *screen);

/* Drops the file unless the sink was finished, and frees. NULL is allowed. */
void failed_close(struct failed *f);

#endif
