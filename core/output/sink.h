/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

/*
 * Results as text: the formats of --format, each a sink in a file of its own.
 *
 *     json    one array, laid out as JSON.stringify(results, null, 2) would
 *     ndjson  one compact line a result, with its index, status and timing
 *     pretty  for people
 *
 * Data is carried as it came: no token of a response changes. In `pretty`, control characters
 * of a response are shown escaped, so that a server cannot steer the user's terminal.
 */

#include "flow/ports.h"
#include "output/writer.h"

enum output_format {
    OUTPUT_JSON,
    OUTPUT_NDJSON,
    OUTPUT_PRETTY,
};

/* A sink for a batch. `total`: the number of items, 0 when it is not known. Borrows `writer`,
 * which must outlive it; `finish` finishes the writer too. The caller calls output_sink_free.
 */
struct sink *output_sink_new(enum output_format format, struct writer *writer, uint64_t total);
void output_sink_free(struct sink *sink);

/* The result of a call without a batch: data alone, or {"error": {...}}. Does not finish the
 * writer. -1: it cannot be written. */
int output_single(enum output_format format, struct writer *writer, const struct result *result,
                  struct error *err);

#endif
