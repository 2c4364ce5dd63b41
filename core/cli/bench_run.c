/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "cli/bench.h"
#include "transport/http.h"

#include <stdio.h>

/* A modelled run asks for signals only now and then, since each time is a system call. */
#define LOOK_EVERY 1024

/* The ports of one run that are not a call's. */
struct stage {
    struct source source; /* first: the first so many items, or a model's */
    struct source *real;  /* NULL: a model's */
    uint64_t next, end;

    struct binder binder; /* a model's items are bound to nothing */
    const struct request_shape *shape;

    struct sink sink; /* throws away */

    struct interrupt interrupt;
    struct interrupt *signals;
    uint64_t look_every, asked;
    bool signalled; /* nobody waits for the rest of the items */

    struct http_options http;
    struct transport *wire; /* libcurl */
    struct model *model;
};

static enum source_answer stage_next(struct source *self, bool wait, struct item *item,
                                     struct error *err)
{
    struct stage *s = (struct stage *)self;
    if (s->next == s->end || s->signalled)
        return SOURCE_END;
    if (!s->real) {
        item->index = s->next++;
        return SOURCE_ITEM;
    }
    enum source_answer answer = s->real->next(s->real, wait, item, err);
    s->next += answer == SOURCE_ITEM;
    return answer;
}

static int stage_bind(struct binder *self, const struct item *item, struct request *out,
                      struct error *err)
{
    struct stage *s = (struct stage *)((char *)self - offsetof(struct stage, binder));
    (void)item;
    (void)err;
    out->shape = s->shape;
    return 0;
}

static int stage_write(struct sink *self, const struct result *result, struct error *err)
{
    (void)self;
    (void)result;
    (void)err;
    return 0;
}

static int stage_flush(struct sink *self, struct error *err)
{
    (void)self;
    (void)err;
    return 0;
}

static bool stage_never(const struct sink *self)
{
    (void)self;
    return false;
}

static int stage_signal(struct interrupt *self)
{
    struct stage *s = (struct stage *)((char *)self - offsetof(struct stage, interrupt));
    int number = s->asked++ % s->look_every ? 0 : s->signals->next(s->signals);
    s->signalled = s->signalled || number;
    return number;
}

static void make_ports(const struct bench *b, const struct call *call, struct stage *s)
{
    s->real = b->own_items ? call->source : NULL;
    s->end = b->options.items ? b->options.items : UINT64_MAX;
    s->source = (struct source){.next = stage_next, .fd = s->real ? s->real->fd : -1};
    s->binder = (struct binder){.bind = stage_bind};
    s->shape = request_binder_shape(call->binder);
    s->sink = (struct sink){.write = stage_write,
                            .flush = stage_flush,
                            .full = stage_never,
                            .pending = stage_never,
                            .finish = stage_flush,
                            .fd = -1};
    s->signals = b->interrupt;
    s->look_every = b->options.simulate ? LOOK_EVERY : 1;
    s->interrupt = (struct interrupt){.next = stage_signal,
                                      .fd = b->options.simulate ? -1 : b->interrupt->fd};
}

/* Connections are opened anew for each run, as they are for each call. */
static int open_wire(const struct bench *b, struct call *call, uint64_t seed, struct stage *s,
                     struct error *err)
{
    if (b->options.simulate) {
        struct model_options options = b->model.options;
        options.seed = seed;
        s->model = model_new(&options, &call->clock);
        return 0;
    }
    s->http = (struct http_options){
        .clock = &call->clock, .tls = call->target.tls, .user_agent = "ovrmnd/" OVRMND_VERSION};
    s->wire = http_open(&s->http, err);
    return s->wire ? 0 : -1;
}

static void close_wire(struct stage *s)
{
    model_free(s->model);
    if (s->wire)
        http_close(s->wire);
}

static struct engine_settings settings_of(struct contender *c, struct stage *s,
                                          struct observer **observers)
{
    struct engine_settings settings = call_settings(&c->call);
    observers[0] = &c->run->observer;
    settings.observers = observers;
    settings.observer_count = 1;
    settings.source = &s->source;
    settings.sink = &s->sink;
    settings.interrupt = &s->interrupt;
    settings.transport = s->wire;
    if (!s->real)
        settings.binder = &s->binder;
    if (s->model) {
        settings.transport = model_transport(s->model);
        settings.max_running = settings.window; /* a model has no limit of open files */
    }
    return settings;
}

/* How a run ended, as an error where it is no measurement. */
static int judge(struct bench *b, const struct contender *c, const struct engine_report *report,
                 struct error *err)
{
    if (report->ending == ENGINE_SIGNAL)
        b->signal = report->signal;
    if (report->input_failed) {
        *err = report->input_error;
        return -1;
    }
    if (report->ending == ENGINE_BROKEN) {
        *err = report->error;
        return error_where(err, "variant '%s'", c->name);
    }
    if (!b->signal)
        b->items = report->totals.completed;
    return 0;
}

int contender_open(const struct bench *b, struct contender *c, struct error *err)
{
    struct call *call = &c->call;
    call->read_before = b->items > 0;
    call->clock = b->options.simulate ? clock_virtual(NS_PER_S) : clock_real();
    stray_open(&call->stray);
    if (call_open_plugins(call, err))
        return error_where(err, "variant '%s'", c->name);
    return call_open_items(call, err);
}

int contender_close(struct contender *c, struct error *err)
{
    call_close_items(&c->call);
    int failed = plugin_set_close(&c->call.plugins, err);
    stray_close(&c->call.stray);
    return failed && err ? error_where(err, "variant '%s'", c->name) : failed;
}

static int run(struct bench *b, struct contender *c, uint64_t seed, struct error *err)
{
    struct stage stage = {0};
    struct observer *observers[1];
    struct engine_report report;
    if (contender_open(b, c, err))
        return -1;
    make_ports(b, &c->call, &stage);
    if (open_wire(b, &c->call, seed, &stage, err))
        return -1;
    struct engine_settings settings = settings_of(c, &stage, observers);
    record_begin(c->run, clock_now(&c->call.clock));
    engine_run(&settings, &report);
    record_end(c->run, clock_now(&c->call.clock));
    close_wire(&stage);
    return judge(b, c, &report, err);
}

/* All variants of a round get the same chances, a model's and their plugins', so that what
 * differs is the variant. */
int contender_run(struct bench *b, struct contender *c, uint64_t round, struct error *err)
{
    struct random random = random_split(&b->random, round);
    c->call.random = random_split(&random, 1);
    snprintf(c->call.id, sizeof c->call.id, "bench");
    int failed = run(b, c, random_u64(&random), err);
    return contender_close(c, failed ? NULL : err) || failed ? -1 : 0;
}
