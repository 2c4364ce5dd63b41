/* SPDX-License-Identifier: MIT */

/*
 * `ovrmnd call`: puts the stages together, runs the engine, and says how it went. A call
 * without a batch option is a batch of one item whose result is printed on its own.
 */

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/units.h"
#include "cli/call_options.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/parameters.h"
#include "cli/plan.h"
#include "cli/plugins.h"
#include "cli/single.h"
#include "engine/engine.h"
#include "input/input.h"
#include "output/screen.h"
#include "output/sink.h"
#include "output/summary.h"
#include "output/writer.h"
#include "request/request.h"
#include "service/service.h"
#include "transport/http.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_NS         (30 * NS_PER_S)
#define DEFAULT_CONNECT_TIMEOUT_NS (10 * NS_PER_S)
#define DEFAULT_WINDOW             1000
#define GRACE_NS                   (5 * NS_PER_S)
#define BATCH_ID_LENGTH            6

/* Everything that one call holds; freed by call_close in the reverse order. */
struct call {
    struct call_options options;
    bool batch;
    struct clock clock;
    struct random random;
    struct screen screen;

    struct target target;
    struct settings user;
    struct parameter_list given;
    struct plan plan;
    struct plugin_set plugins;

    struct source *source;
    struct binder *binder;
    struct transport *transport;
    struct writer *writer;
    struct single_sink single;
    struct sink *sink; /* of the writer; for a single call, `single` */
    struct interrupt *interrupt;
    struct summary summary;
    struct engine_report report;
};

/* ---- opening, a stage at a time ---- */

static int find_target(struct call *c, const char *name, struct error *err)
{
    if (!name)
        return error_set(err, ERROR_USAGE,
                         "say what to call: ovrmnd call service.endpoint [key=value ...]");
    struct service_set *set = service_set_load(c->options.config, err);
    if (!set)
        return -1;
    int failed = service_set_find(set, name, &c->target, err);
    service_set_free(set);
    if (failed || service_user_settings(&c->user, err))
        return -1;
    if (c->target.transform_where)
        log_warning(
            "%s: transforms are not applied by this version; data is passed as it comes",
            c->target.transform_where);
    return 0;
}

static int open_source(struct call *c, struct error *err)
{
    const struct call_options *o = &c->options;
    struct input_options in = {.format = (enum input_format)o->input_format};
    /* The number of items is worth a first pass only where somebody is to see it. */
    in.count = strcmp(c->plan.progress.name, "none") != 0 || o->format == OUTPUT_PRETTY;
    if (o->batch_file)
        c->source = input_open_file(o->batch_file, &in, err);
    else if (o->batch_json)
        c->source = input_open_text(o->batch_json, "--batch-json", &in, err);
    else
        c->source = input_open_text("[{}]", "call", &in, err);
    return c->source ? 0 : -1;
}

static int open_output(struct call *c, struct error *err)
{
    const struct call_options *o = &c->options;
    enum output_format format = (enum output_format)o->format;
    c->writer = o->output ? writer_file(o->output, err) : writer_stdout(&c->screen, err);
    if (!c->writer)
        return -1;
    if (c->batch) {
        c->sink = output_sink_new(format, c->writer,
                                  c->source->total_known ? c->source->total : 0);
    } else {
        single_sink_init(&c->single, format, c->writer);
        c->sink = &c->single.port;
    }
    return 0;
}

static uint64_t first_set(uint64_t a, uint64_t b, uint64_t c)
{
    return a ? a : b ? b : c;
}

static int open_wire(struct call *c, struct error *err)
{
    const struct call_options *o = &c->options;
    struct request_options request = {
        .given = c->given.items,
        .given_count = c->given.count,
        .timeout_ns = first_set(o->timeout_ns, c->target.timeout_ns, DEFAULT_TIMEOUT_NS),
        .connect_timeout_ns = first_set(o->connect_timeout_ns, c->target.connect_timeout_ns,
                                        DEFAULT_CONNECT_TIMEOUT_NS),
        .max_response_bytes = o->max_response_bytes,
    };
    c->binder = request_binder_new(&c->target, &request, err);
    if (!c->binder)
        return -1;
    c->interrupt = interrupt_open(err);
    if (!c->interrupt)
        return -1;
    struct http_options http = {.clock = &c->clock, .user_agent = "ovrmnd/" OVRMND_VERSION};
    c->transport = http_open(&http, err);
    return c->transport ? 0 : -1;
}

static int open_plugins(struct call *c, struct error *err)
{
    if (plan_make(&c->options, &c->target, &c->user, isatty(STDERR_FILENO), &c->plan, err))
        return -1;
    struct plugin_host_options host = {.clock = &c->clock,
                                       .random = c->random,
                                       .screen = &c->screen.base,
                                       .version = OVRMND_VERSION};
    return plugin_set_open(&c->plugins, &c->plan, &c->options.plugin_dirs, &host, err);
}

static int call_open(struct call *c, int argc, char **argv, struct error *err)
{
    const char *name = argc > 0 ? argv[0] : NULL;
    const struct call_options *o = &c->options;
    c->batch = call_is_batch(&c->options);
    c->clock = clock_real();
    c->random = random_seeded(c->options.seed ? c->options.seed : random_system_seed());
    if (find_target(c, name, err) ||
        parameters_take(&c->given, o, argv + 1, argc > 0 ? argc - 1 : 0, err) ||
        open_plugins(c, err) || open_source(c, err) || open_wire(c, err) || open_output(c, err))
        return -1;
    return 0;
}

static void call_close(struct call *c)
{
    if (c->batch)
        output_sink_free(c->sink);
    writer_free(c->writer);
    if (c->transport)
        http_close(c->transport);
    interrupt_close(c->interrupt);
    request_binder_free(c->binder);
    input_free(c->source);
    plugin_set_close(&c->plugins);
    plan_free(&c->plan);
    parameters_free(&c->given);
    service_settings_free(&c->user);
    service_target_free(&c->target);
}

/* ---- running ---- */

static void make_batch_id(struct call *c, char id[BATCH_ID_LENGTH + 1])
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz"; /* Crockford's base 32 */
    uint64_t bits = random_u64(&c->random);
    for (int i = 0; i < BATCH_ID_LENGTH; i++, bits >>= 5)
        id[i] = digits[bits & 31];
    id[BATCH_ID_LENGTH] = '\0';
}

static uint32_t window_size(const struct call *c)
{
    uint64_t window = c->options.window ? c->options.window : DEFAULT_WINDOW;
    return (uint32_t)(window > c->plan.width ? window : c->plan.width);
}

static void run(struct call *c)
{
    char id[BATCH_ID_LENGTH + 1];
    make_batch_id(c, id);
    uint32_t window = window_size(c);
    unsigned most = http_max_parallel();
    summary_init(&c->summary);
    struct observer *observers[] = {&c->summary.observer};
    struct engine_settings settings = {
        .clock = &c->clock,
        .source = c->source,
        .binder = c->binder,
        .transport = c->transport,
        .sink = c->sink,
        .interrupt = c->interrupt,
        .observers = observers,
        .observer_count = 1,
        .schedulers = c->plugins.schedulers,
        .scheduler_count = c->plugins.scheduler_count,
        .retry = c->plugins.retry,
        .retry_rules = {.statuses = c->plan.retry_statuses,
                        .status_count = c->plan.retry_status_count},
        .progress = c->plugins.progress,
        .batch_id = id,
        .window = window,
        .max_running = most < window ? most : window,
        .ordered = !c->options.unordered,
        .fail_fast = c->options.fail_fast,
        .grace_ns = GRACE_NS,
    };
    engine_run(&settings, &c->report);
    interrupt_unwatch(c->interrupt);
}

/* ---- ending ---- */

static int exit_status(const struct call *c)
{
    switch (c->report.ending) {
    case ENGINE_SIGNAL:
        return 128 + c->report.signal;
    case ENGINE_BROKEN:
        return c->report.sink_failed ? 1 : error_exit_status(c->report.error.code);
    case ENGINE_FAIL_FAST:
        return c->report.input_failed ? error_exit_status(ERROR_INPUT_INVALID) : 5;
    case ENGINE_COMPLETE:
        break;
    }
    if (c->report.input_failed)
        return error_exit_status(c->report.input_error.code);
    return c->report.totals.failed || c->report.totals.cancelled ? 1 : 0;
}

/* Writes what is left of the results. The error, if any, becomes the report's. */
static void finish_output(struct call *c)
{
    struct error err;
    if (c->report.sink_failed || !c->sink->finish(c->sink, &err))
        return;
    c->report.ending = ENGINE_BROKEN;
    c->report.sink_failed = true;
    c->report.error = err;
}

static int empty_batch(struct call *c)
{
    struct error err;
    writer_abandon(c->writer);
    if (c->report.input_failed)
        return command_fail(&c->report.input_error);
    if (c->options.batch_json)
        error_set(&err, ERROR_INPUT_INVALID, "--batch-json: the array is empty");
    else
        error_set(&err, ERROR_INPUT_INVALID, "%s: there is no item in it",
                  strcmp(c->options.batch_file, "-") ? c->options.batch_file
                                                     : "standard input");
    error_help(&err, "provide at least one item, such as {\"id\": 1}");
    return command_fail(&err);
}

static int end_single(struct call *c)
{
    if (c->single.unsent) {
        writer_abandon(c->writer);
        return command_fail(&c->single.error);
    }
    finish_output(c);
    if (c->report.ending == ENGINE_BROKEN)
        command_fail(&c->report.error);
    return exit_status(c);
}

static int end_batch(struct call *c)
{
    const struct ovrmnd_snapshot *totals = &c->report.totals;
    if (totals->completed == 0 && c->report.ending == ENGINE_COMPLETE)
        return empty_batch(c);
    finish_output(c);
    summary_print(&c->summary, &c->screen, totals->now_ns - totals->started_ns);
    if (c->report.input_failed)
        command_fail(&c->report.input_error);
    if (c->report.ending == ENGINE_BROKEN)
        command_fail(&c->report.error);
    return exit_status(c);
}

static int call(struct call *c, int argc, char **argv)
{
    struct error err;
    if (call_open(c, argc, argv, &err))
        return command_fail(&err);
    run(c);
    return c->batch ? end_batch(c) : end_single(c);
}

int command_call(int argc, char **argv)
{
    struct call c = {0};
    struct error err;
    int words, status = 0;
    if (call_options_parse(argc, argv, &c.options, &words, &err)) {
        status = command_fail(&err);
    } else if (c.options.help) {
        options_help(&call_option_table, stdout);
        status = fflush(stdout) ? 1 : 0;
    } else {
        screen_init(&c.screen, STDERR_FILENO);
        log_set_writer(screen_log, &c.screen);
        log_enable_debug(c.options.debug);
        status = call(&c, words, argv);
        call_close(&c);
        log_set_writer(NULL, NULL);
        screen_fini(&c.screen);
    }
    options_free(&call_option_table, &c.options);
    log_forget_secrets();
    return status;
}
