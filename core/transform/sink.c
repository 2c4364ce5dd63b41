/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/memory.h"
#include "transform/transform.h"

#include <stdlib.h>

struct transforming {
    struct sink port; /* first: a sink can be cast back */
    struct sink *inner;
    struct transform *transform;
    struct buffer data;
};

static struct transforming *self_of(const struct sink *sink)
{
    return (struct transforming *)(uintptr_t)sink;
}

static int transforming_write(struct sink *sink, const struct result *result, struct error *err)
{
    struct transforming *s = self_of(sink);
    if (!result->success || result->body_kind != BODY_JSON)
        return s->inner->write(s->inner, result, err);
    struct result transformed = *result;
    buffer_trim(&s->data, TRANSFORM_KEEP_BYTES);
    (void)transform_apply(s->transform, result->body, &s->data);
    transformed.body = buffer_slice(&s->data);
    log_debug(TRANSFORM, result->request_id, "%zu bytes became %zu", result->body.length,
              transformed.body.length);
    return s->inner->write(s->inner, &transformed, err);
}

static int transforming_flush(struct sink *sink, struct error *err)
{
    struct transforming *s = self_of(sink);
    int status = s->inner->flush(s->inner, err);
    s->port.fd = s->inner->fd;
    return status;
}

static bool transforming_full(const struct sink *sink)
{
    const struct transforming *s = self_of(sink);
    return s->inner->full(s->inner);
}

static bool transforming_pending(const struct sink *sink)
{
    const struct transforming *s = self_of(sink);
    return s->inner->pending(s->inner);
}

static int transforming_finish(struct sink *sink, struct error *err)
{
    struct transforming *s = self_of(sink);
    return s->inner->finish(s->inner, err);
}

struct sink *transform_sink_new(struct transform *t, struct sink *inner)
{
    struct transforming *s = memory_new(1, sizeof *s);
    s->port = (struct sink){
        .write = transforming_write,
        .flush = transforming_flush,
        .full = transforming_full,
        .pending = transforming_pending,
        .finish = transforming_finish,
        .fd = inner->fd,
    };
    s->inner = inner;
    s->transform = t;
    return &s->port;
}

void transform_sink_free(struct sink *sink)
{
    if (!sink)
        return;
    struct transforming *s = self_of(sink);
    buffer_free(&s->data);
    free(s);
}
