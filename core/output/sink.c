/* SPDX-License-Identifier: MIT */
#include "output/sink.h"

#include "base/memory.h"
#include "output/format.h"

#include <stdlib.h>

static const struct format *const formats[] = {
    [OUTPUT_JSON] = &format_json,
    [OUTPUT_NDJSON] = &format_ndjson,
    [OUTPUT_PRETTY] = &format_pretty,
};

static struct text_sink *self_of(const struct sink *sink)
{
    return (struct text_sink *)(uintptr_t)sink;
}

static int sink_write(struct sink *sink, const struct result *result, struct error *err)
{
    struct text_sink *self = self_of(sink);
    self->format->result(self, result, &self->writer->out);
    if (result->success)
        self->succeeded++;
    else
        self->failed++;
    return writer_push(self->writer, err);
}

static int sink_flush(struct sink *sink, struct error *err)
{
    return writer_flush(self_of(sink)->writer, err);
}

static bool sink_full(const struct sink *sink)
{
    return writer_full(self_of(sink)->writer);
}

static bool sink_pending(const struct sink *sink)
{
    return writer_pending(self_of(sink)->writer);
}

static int sink_finish(struct sink *sink, struct error *err)
{
    struct text_sink *self = self_of(sink);
    if (self->format->end)
        self->format->end(self, &self->writer->out);
    return writer_finish(self->writer, err);
}

struct sink *output_sink_new(enum output_format format, struct writer *writer, uint64_t total)
{
    struct text_sink *self = memory_new(1, sizeof *self);
    self->port = (struct sink){
        .write = sink_write,
        .flush = sink_flush,
        .full = sink_full,
        .pending = sink_pending,
        .finish = sink_finish,
        .fd = writer->fd,
    };
    self->writer = writer;
    self->format = formats[format];
    self->total = total;
    return &self->port;
}

void output_sink_free(struct sink *sink)
{
    free(sink);
}

int output_single(enum output_format format, struct writer *writer, const struct result *result,
                  struct error *err)
{
    formats[format]->single(result, &writer->out);
    return writer_push(writer, err);
}
