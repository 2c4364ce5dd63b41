/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

/*
 * A small world for engine tests: a virtual clock, items 0..n-1, a transport that answers each
 * attempt after a scripted time, and a sink that remembers. Nothing sleeps; what a test sees is
 * the same every time.
 */

#include "base/memory.h"
#include "base/units.h"
#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_ITEMS 4096

struct world;

/* What the server answers to an attempt: fills the facts and returns how long it takes. */
typedef uint64_t world_server(struct world *w, const struct attempt *a, struct outcome *o);

struct world_flight {
    struct attempt *attempt;
    uint64_t ends_ns;
    uint64_t sequence;
};

struct world {
    struct source source;
    struct binder binder;
    struct transport transport;
    struct sink sink;
    struct clock clock;
    struct request_shape shape;
    struct engine_settings settings;
    struct engine_report report;

    /* The script. */
    uint64_t items;
    uint64_t broken_item;  /* an input record that is broken; UINT64_MAX: none */
    uint64_t unbound_item; /* one that makes no request; UINT64_MAX: none */
    world_server *server;

    /* What happened. */
    uint64_t read;
    struct world_flight flights[WORLD_ITEMS];
    size_t flying, peak_flying;
    uint64_t sequence;
    struct attempt *back; /* a queue of those that came back */
    struct attempt **back_end;
    size_t starts;
    uint64_t start_ns[4 * WORLD_ITEMS];
    uint64_t start_item[4 * WORLD_ITEMS];
    size_t cancels;
    size_t results;
    uint64_t result_index[WORLD_ITEMS];
    enum error_code result_code[WORLD_ITEMS];
    unsigned result_attempts[WORLD_ITEMS];
    char result_message[WORLD_ITEMS][128];
    size_t url_bytes;     /* of each request's URL */
    size_t most_between;  /* most items read and not yet written */
    size_t sink_fails_at; /* the write that fails; 0: none */
    bool source_stalls;   /* after the last item no end comes, as from a pipe */
    uint64_t wake_ns;     /* a descriptor is ready then, and wakes the engine; 0: none */
    bool sink_fills;      /* one result fills the sink, a flush empties it */
    bool sink_full;
};

static inline enum source_answer world_next(struct source *self, bool wait, struct item *item,
                                            struct error *err)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, source));
    (void)wait;
    (void)err;
    if (w->read == w->items)
        return w->source_stalls ? SOURCE_LATER : SOURCE_END;
    item->index = w->read++;
    item->broken = item->index == w->broken_item;
    if (item->broken)
        error_set(&item->error, ERROR_INPUT_INVALID, "items:1:1: broken");
    if (w->read - w->results > w->most_between)
        w->most_between = w->read - w->results;
    return SOURCE_ITEM;
}

static inline int world_bind(struct binder *self, const struct item *item, struct request *out,
                             struct error *err)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, binder));
    if (item->index == w->unbound_item)
        return error_set(err, ERROR_PARAM_REQUIRED, "Missing required path parameter: id");
    out->shape = &w->shape;
    buffer_reset(&out->url);
    memset(buffer_reserve(&out->url, w->url_bytes), 'u', w->url_bytes);
    out->url.length = w->url_bytes;
    return 0;
}

static inline void world_come_back(struct world *w, size_t flight)
{
    struct attempt *a = w->flights[flight].attempt;
    w->flights[flight] = w->flights[--w->flying];
    a->outcome.facts.finished_ns = w->clock.virtual_ns;
    a->next = NULL;
    *w->back_end = a;
    w->back_end = &a->next;
}

static inline void world_start(struct transport *self, struct attempt *a)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, transport));
    w->start_ns[w->starts] = w->clock.virtual_ns;
    w->start_item[w->starts++] = a->facts.item;
    uint64_t takes_ns = w->server(w, a, &a->outcome);
    w->flights[w->flying++] = (struct world_flight){a, w->clock.virtual_ns + takes_ns,
                                                    w->sequence++};
    if (w->flying > w->peak_flying)
        w->peak_flying = w->flying;
}

static inline struct attempt *world_take_back(struct transport *self)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, transport));
    struct attempt *a = w->back;
    if (a) {
        w->back = a->next;
        if (!w->back)
            w->back_end = &w->back;
    }
    return a;
}

static inline void world_cancel(struct transport *self, struct attempt *a)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, transport));
    for (size_t i = 0; i < w->flying; i++) {
        if (w->flights[i].attempt != a)
            continue;
        w->cancels++;
        a->outcome.facts.error = OVRMND_ERROR_CANCELLED;
        a->outcome.facts.status = 0;
        a->outcome.facts.flags = 0;
        world_come_back(w, i);
        return;
    }
}

/* The flight that ends first; equal times in the order of their starts. */
static inline size_t world_first_flight(const struct world *w)
{
    size_t first = 0;
    for (size_t i = 1; i < w->flying; i++) {
        const struct world_flight *a = &w->flights[i], *b = &w->flights[first];
        if (a->ends_ns < b->ends_ns || (a->ends_ns == b->ends_ns && a->sequence < b->sequence))
            first = i;
    }
    return first;
}

static inline int world_wait(struct transport *self, uint64_t until_ns, struct pollfd *extra,
                             unsigned count, struct error *err)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, transport));
    (void)err;
    for (unsigned i = 0; i < count; i++)
        extra[i].revents = 0;
    if (w->back)
        return 0;
    if (w->wake_ns > w->clock.virtual_ns && w->wake_ns < until_ns)
        until_ns = w->wake_ns;
    if (!w->flying && until_ns == UINT64_MAX) {
        fprintf(stderr, "the engine waits for something that will never happen\n");
        abort();
    }
    size_t first = world_first_flight(w);
    if (w->flying && w->flights[first].ends_ns <= until_ns) {
        clock_advance_to(&w->clock, w->flights[first].ends_ns);
        world_come_back(w, first);
    } else {
        clock_advance_to(&w->clock, until_ns);
    }
    return 0;
}

static inline int world_write(struct sink *self, const struct result *r, struct error *err)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, sink));
    if (w->sink_fails_at && w->results + 1 == w->sink_fails_at)
        return error_set(err, ERROR_OUTPUT_FAILED, "cannot write results: the pipe is closed");
    size_t at = w->results++;
    w->sink_full = w->sink_fills;
    w->result_index[at] = r->index;
    w->result_code[at] = r->error ? r->error->code : ERROR_NONE;
    w->result_attempts[at] = r->attempts;
    snprintf(w->result_message[at], sizeof *w->result_message, "%.127s",
             r->error ? r->error->message : "");
    return 0;
}

static inline int world_flush(struct sink *self, struct error *err)
{
    struct world *w = (struct world *)((char *)self - offsetof(struct world, sink));
    (void)err;
    w->sink_full = false;
    return 0;
}

static inline bool world_full(const struct sink *self)
{
    return ((const struct world *)((const char *)self - offsetof(struct world, sink)))
        ->sink_full;
}

static inline bool world_no(const struct sink *self)
{
    (void)self;
    return false;
}

/* Every answer is 200 after 10 ms. */
static inline uint64_t world_serve_well(struct world *w, const struct attempt *a,
                                        struct outcome *o)
{
    (void)w;
    (void)a;
    o->facts.status = 200;
    o->facts.flags = OVRMND_OUTCOME_SUCCESS;
    return 10 * NS_PER_MS;
}

static inline struct world *world_new(uint64_t items)
{
    struct world *w = memory_new(1, sizeof *w);
    w->items = items;
    w->broken_item = w->unbound_item = UINT64_MAX;
    w->server = world_serve_well;
    w->clock = clock_virtual(NS_PER_S);
    w->back_end = &w->back;
    w->source = (struct source){.next = world_next, .fd = -1};
    w->binder = (struct binder){.bind = world_bind};
    w->transport = (struct transport){.start = world_start,
                                      .next = world_take_back,
                                      .cancel = world_cancel,
                                      .wait = world_wait};
    w->sink = (struct sink){.write = world_write,
                            .flush = world_flush,
                            .full = world_full,
                            .pending = world_no,
                            .fd = -1};
    w->shape = (struct request_shape){
        .method = "GET", .idempotent = true, .timeout_ns = 30 * NS_PER_S};
    w->settings = (struct engine_settings){
        .clock = &w->clock,
        .source = &w->source,
        .binder = &w->binder,
        .transport = &w->transport,
        .sink = &w->sink,
        .batch_id = "test",
        .window = 1000,
        .max_running = 1000,
        .ordered = true,
        .grace_ns = 5 * NS_PER_S,
        .retry_rules.budget_floor = UINT32_MAX,
    };
    return w;
}

static inline void world_run(struct world *w)
{
    engine_run(&w->settings, &w->report);
}

#endif
