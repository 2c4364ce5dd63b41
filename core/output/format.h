/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

/*
 * What the sinks have in common, inside this module: a format appends text to a buffer, and
 * sink.c does the rest. Formats cannot fail: only the writer behind them can.
 */

#include "flow/ports.h"
#include "output/sink.h"

struct text_sink {
    struct sink port; /* first: a sink can be cast back */
    struct writer *writer;
    const struct format *format;
    uint64_t total; /* 0: not known */
    uint64_t succeeded, failed;
};

struct format {
    /* One result of a batch. `sink` counts those before it. */
    void (*result)(const struct text_sink *sink, const struct result *result,
                   struct buffer *out);

    /* The text behind the last result. May be NULL. */
    void (*end)(const struct text_sink *sink, struct buffer *out);

    /* The result of a call without a batch. */
    void (*single)(const struct result *result, struct buffer *out);
};

/* Appends a string literal: its length is known, so that this is a copy and nothing more. */
#define PUT(out, literal) (void)buffer_append((out), (literal), sizeof(literal) - 1)

extern const struct format format_json, format_ndjson, format_pretty;

#endif
