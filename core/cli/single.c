/* SPDX-License-Identifier: MIT */
#include "cli/single.h"

static int single_write(struct sink *self, const struct result *result, struct error *err)
{
    struct single_sink *s = (struct single_sink *)self;
    if (result->success || result->attempts)
        return output_single(s->format, s->writer, result, err);
    s->unsent = true;
    s->error = *result->error;
    return 0;
}

static int single_flush(struct sink *self, struct error *err)
{
    return writer_flush(((struct single_sink *)self)->writer, err);
}

static bool single_full(const struct sink *self)
{
    return writer_full(((const struct single_sink *)self)->writer);
}

static bool single_pending(const struct sink *self)
{
    return writer_pending(((const struct single_sink *)self)->writer);
}

static int single_finish(struct sink *self, struct error *err)
{
    return writer_finish(((struct single_sink *)self)->writer, err);
}

void single_sink_init(struct single_sink *s, enum output_format format, struct writer *writer)
{
    *s = (struct single_sink){
        .port = {.write = single_write,
                 .flush = single_flush,
                 .full = single_full,
                 .pending = single_pending,
                 .finish = single_finish,
                 .fd = writer->fd},
        .format = format,
        .writer = writer,
    };
}
