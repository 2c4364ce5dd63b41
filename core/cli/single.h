/* SPDX-License-Identifier: MIT */
#ifndef CLI_SINGLE_H
#define CLI_SINGLE_H

#include "flow/ports.h"
#include "output/sink.h"

/* The sink of a call without a batch: prints its one result, or keeps the error of a request
 * that was never sent, which belongs on stderr. Borrows the writer; nothing to free. */
struct single_sink {
    struct sink port; /* first */
    enum output_format format;
    struct writer *writer;
    bool unsent;
    struct error error; /* why it was not sent */
};

void single_sink_init(struct single_sink *s, enum output_format format, struct writer *writer);

#endif
