/* SPDX-License-Identifier: MIT */

/* The world around the engine: the ports, the plugins, and the spies between them. */

#include "base/memory.h"
#include "plugin/spec.h"
#include "property/trial.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No files: below 0 they are not polled, and apart they can be told from one another. */
#define SOURCE_FD    (-2)
#define INTERRUPT_FD (-3)
#define SINK_FD      (-4)

#define MOST_WAITS 2000000

#define TRIAL_OF(port, member) ((struct trial *)((char *)(port)-offsetof(struct trial, member)))

static uint64_t sooner_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- plugins: loaded once, an instance a trial ---- */

static struct plugin *loaded[16];
static size_t loaded_count;

static void give_up(const char *what, const struct error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->message);
    abort();
}

static struct plugin *plugin_of(const char *kind, const char *name)
{
    for (size_t i = 0; i < loaded_count; i++)
        if (strcmp(loaded[i]->about.name, name) == 0 &&
            strcmp(plugin_kind_name(loaded[i]->kind), kind) == 0)
            return loaded[i];
    struct error err;
    char *path = memory_format("%s/%s/%s.so", OVRMND_BUILD_PLUGINS, kind, name);
    struct plugin *plugin = plugin_load_file(path, kind, name, "trial", &err);
    if (!plugin || loaded_count == 16)
        give_up(path, &err);
    free(path);
    return loaded[loaded_count++] = plugin;
}

void trial_forget_plugins(void)
{
    while (loaded_count)
        plugin_free(loaded[--loaded_count]);
}

static void make(struct trial *t, const char *kind, const char *text, uint64_t stream,
                 struct plugin_instance *out)
{
    struct error err;
    struct spec spec;
    struct random random = random_seeded(t->server.seed);
    struct plugin_host_options host = {
        .clock = &t->clock, .random = random_split(&random, stream), .version = "0.1.0"};
    if (spec_parse(text, "trial", &spec, &err) ||
        plugin_create(plugin_of(kind, spec.name), &spec, &host, out, &err))
        give_up(text, &err);
    spec_free(&spec);
}

/* ---- spies ---- */

static struct ovrmnd_verdict spy_decide(void *self, uint64_t now_ns,
                                        const struct ovrmnd_attempt *attempt,
                                        const struct ovrmnd_outcome *outcome)
{
    struct trial *t = self;
    struct ovrmnd_verdict v = t->retry_instance.retry->decide(t->retry_instance.self, now_ns,
                                                              attempt, outcome);
    watch_decision(t, v, now_ns, attempt, outcome);
    return v;
}

static void spy_finished(void *self, uint64_t now_ns, const struct ovrmnd_attempt *attempt,
                         const struct ovrmnd_outcome *outcome)
{
    struct trial *t = self;
    if (t->retry_instance.retry->finished)
        t->retry_instance.retry->finished(t->retry_instance.self, now_ns, attempt, outcome);
}

/* A scheduler that agrees with everything, and reads what it is told. */
static struct ovrmnd_verdict spy_may_start(const void *self, uint64_t now_ns,
                                           const struct ovrmnd_load *load,
                                           const struct ovrmnd_attempt *next)
{
    (void)now_ns;
    (void)next;
    watch_load((struct trial *)self, load);
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

static const struct ovrmnd_scheduler spy_scheduler = {.size = sizeof spy_scheduler,
                                                      .may_start = spy_may_start};

static void make_plugins(struct trial *t)
{
    for (size_t i = 0; i < t->scheduler_count; i++) {
        struct plugin_instance *made = &t->instances[i];
        make(t, "scheduler", t->schedulers[i], i, made);
        t->stack[i] = (struct engine_scheduler){made->name, made->scheduler, made->self};
    }
    t->stack[t->scheduler_count] = (struct engine_scheduler){"spy", &spy_scheduler, t};
    make(t, "retry", t->retry, MOST_SCHEDULERS, &t->retry_instance);
    t->retry_functions = (struct ovrmnd_retry){
        .size = sizeof t->retry_functions, .decide = spy_decide, .finished = spy_finished};
    t->settings.schedulers = t->stack;
    t->settings.scheduler_count = t->scheduler_count + 1;
    t->settings.retry = (struct engine_retry){"spy", &t->retry_functions, t};
}

/* ---- ports ---- */

static enum source_answer trial_next(struct source *self, bool wait, struct item *item,
                                     struct error *err)
{
    struct trial *t = TRIAL_OF(self, source);
    (void)wait;
    (void)err;
    if (t->read == t->items)
        return t->endless ? SOURCE_LATER : SOURCE_END;
    if (t->clock.virtual_ns < t->source_ready_ns)
        return SOURCE_LATER;
    if (t->source_late_ns && random_below(&t->random, 8) == 0)
        t->source_ready_ns = t->clock.virtual_ns + random_below(&t->random, t->source_late_ns);
    item->index = t->read++;
    t->item[item->index].read = true;
    item->broken = t->item[item->index].broken;
    if (item->broken)
        error_set(&item->error, ERROR_INPUT_INVALID, "items:1:1: broken");
    return SOURCE_ITEM;
}

static int trial_bind(struct binder *self, const struct item *item, struct request *out,
                      struct error *err)
{
    struct trial *t = TRIAL_OF(self, binder);
    if (t->item[item->index].unbound)
        return error_set(err, ERROR_PARAM_REQUIRED, "Missing required path parameter: id");
    out->shape = &t->shape;
    return 0;
}

static void trial_start(struct transport *self, struct attempt *a)
{
    struct transport *model = model_transport(TRIAL_OF(self, transport)->model);
    model->start(model, a);
}

static struct attempt *trial_take_back(struct transport *self)
{
    struct transport *model = model_transport(TRIAL_OF(self, transport)->model);
    return model->next(model);
}

static void trial_cancel(struct transport *self, struct attempt *a)
{
    struct transport *model = model_transport(TRIAL_OF(self, transport)->model);
    model->cancel(model, a);
}

/* When one of the polled "files" will be ready. */
static uint64_t ready_ns(const struct trial *t, int fd)
{
    if (fd == SOURCE_FD)
        return t->read == t->items ? UINT64_MAX : t->source_ready_ns;
    if (fd == SINK_FD)
        return t->sink_ready_ns;
    return t->signals_sent < 2 ? t->signal_ns[t->signals_sent] : UINT64_MAX;
}

static int trial_wait(struct transport *self, uint64_t until_ns, struct pollfd *extra,
                      unsigned count, struct error *err)
{
    struct trial *t = TRIAL_OF(self, transport);
    struct transport *model = model_transport(t->model);
    watch_wait(t, until_ns);
    if (t->waits > MOST_WAITS)
        return error_set(err, ERROR_UNKNOWN_ERROR, "the engine turns and turns");
    for (unsigned i = 0; i < count; i++)
        until_ns = sooner_of(until_ns, ready_ns(t, extra[i].fd));
    if (model->wait(model, until_ns, extra, count, err))
        return -1;
    for (unsigned i = 0; i < count; i++)
        extra[i].revents = t->clock.virtual_ns >= ready_ns(t, extra[i].fd) ? extra[i].events
                                                                           : 0;
    return 0;
}

static int trial_write(struct sink *self, const struct result *r, struct error *err)
{
    struct trial *t = TRIAL_OF(self, sink);
    (void)err;
    if (t->sink_room && t->sink_holds++ == 0)
        t->sink_ready_ns = t->clock.virtual_ns + random_below(&t->random, t->sink_slow_ns);
    watch_written(t, r);
    return 0;
}

static int trial_flush(struct sink *self, struct error *err)
{
    struct trial *t = TRIAL_OF(self, sink);
    (void)err;
    if (t->clock.virtual_ns >= t->sink_ready_ns)
        t->sink_holds = 0;
    return 0;
}

static bool trial_full(const struct sink *self)
{
    const struct trial *t = TRIAL_OF(self, sink);
    return t->sink_room && t->sink_holds >= t->sink_room;
}

static bool trial_pending(const struct sink *self)
{
    return TRIAL_OF(self, sink)->sink_holds > 0;
}

static int trial_signal(struct interrupt *self)
{
    struct trial *t = TRIAL_OF(self, interrupt);
    if (t->signals_sent == 2 || t->clock.virtual_ns < t->signal_ns[t->signals_sent])
        return 0;
    t->signals_sent++;
    return SIGINT;
}

static void trial_result(struct observer *self, const struct result *r)
{
    watch_result(TRIAL_OF(self, observer), r);
}

static void make_ports(struct trial *t)
{
    struct engine_settings *s = &t->settings;
    t->source = (struct source){.next = trial_next, .fd = SOURCE_FD, .endless = t->endless};
    t->binder = (struct binder){.bind = trial_bind};
    t->transport = (struct transport){.start = trial_start,
                                      .next = trial_take_back,
                                      .cancel = trial_cancel,
                                      .wait = trial_wait};
    t->sink = (struct sink){.write = trial_write,
                            .flush = trial_flush,
                            .full = trial_full,
                            .pending = trial_pending,
                            .fd = SINK_FD};
    t->interrupt = (struct interrupt){.next = trial_signal, .fd = INTERRUPT_FD};
    t->observer = (struct observer){.result = trial_result};
    t->observers[0] = &t->observer;
    s->clock = &t->clock;
    s->source = &t->source;
    s->binder = &t->binder;
    s->transport = &t->transport;
    s->sink = &t->sink;
    s->interrupt = &t->interrupt;
    s->observers = t->observers;
    s->observer_count = 1;
}

void trial_run(struct trial *t)
{
    t->clock = clock_virtual(NS_PER_S);
    t->server.tell = watch_event;
    t->server.context = t;
    t->waiters = memory_new(t->items + 1, sizeof(struct trial_item *));
    t->model = model_new(&t->server, &t->clock);
    make_ports(t);
    make_plugins(t);
    engine_run(&t->settings, &t->report);
    watch_end(t);
}

void trial_free(struct trial *t)
{
    for (size_t i = 0; i < t->scheduler_count; i++)
        plugin_destroy(&t->instances[i]);
    plugin_destroy(&t->retry_instance);
    model_free(t->model);
    free(t->item);
    free(t->waiters);
    free(t->starts);
    free(t->completions);
}
