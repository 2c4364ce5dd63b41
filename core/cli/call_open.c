/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "cli/call.h"
#include "cli/interrupt.h"
#include "input/input.h"
#include "journal/ordinals.h"
#include "output/sink.h"
#include "request/fingerprint.h"
#include "request/request.h"
#include "transport/http.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_NS         (30 * NS_PER_S)
#define DEFAULT_CONNECT_TIMEOUT_NS (10 * NS_PER_S)

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
    return 0;
}

static int open_source(struct call *c, struct error *err)
{
    const struct call_options *o = &c->options;
    struct input_options in = {.format = (enum input_format)o->input_format,
                               .csv_delimiter = o->csv_delimiter,
                               .quiet = c->read_before};
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

/* What belongs to a journal is taken away at its end, whatever was put in its place. */
static int check_beside_journal(const struct call_options *o, const char *option,
                                const char *path, struct error *err)
{
    static const char *const endings[] = {"-wal", "-shm", "-mark"};
    bool same = false;
    for (size_t i = 0; o->journal && path && i < sizeof endings / sizeof *endings; i++) {
        char *name = memory_format("%s%s", o->journal, endings[i]);
        same = same || writer_same_file(path, name);
        free(name);
    }
    return same ? error_set(err, ERROR_USAGE,
                            "%s names '%s', which belongs to the journal; give it another name",
                            option, path)
                : 0;
}

/* Each of these files but the journal is put in place of what was there: the last would be the
 * only one left. */
static int check_files(const struct call_options *o, struct error *err)
{
    const struct {
        const char *option, *path;
    } files[] = {{"--output", o->output},
                 {"--failed-to", o->failed_to},
                 {"--stats-json", o->stats_json},
                 {"--journal", o->journal}};
    const size_t count = sizeof files / sizeof *files, others = count - 1;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (files[i].path && files[j].path &&
                writer_same_file(files[i].path, files[j].path))
                return error_set(err, ERROR_USAGE,
                                 "%s and %s both name '%s'; give each a file of its own",
                                 files[i].option, files[j].option, files[j].path);
    for (size_t i = 0; i < others; i++)
        if (check_beside_journal(o, files[i].option, files[i].path, err))
            return -1;
    return o->stats_json ? writer_check("statistics", o->stats_json, err) : 0;
}

static int open_results(struct call *c, struct error *err)
{
    const struct call_options *o = &c->options;
    enum output_format format = (enum output_format)o->format;
    c->writer = o->output ? writer_file(o->output, err)
                          : writer_stdout_as(stray_out(&c->stray), &c->screen, err);
    if (!c->writer)
        return -1;
    if (c->batch) {
        c->results = output_sink_new(format, c->writer,
                                     c->source->total_known ? c->source->total : 0);
    } else {
        single_sink_init(&c->single, format, c->writer);
        c->results = &c->single.port;
    }
    c->sink = c->results;
    return 0;
}

/* Around the results, so that all else sees what the server sent. */
static int open_transform(struct call *c, struct error *err)
{
    if (c->target.transform.count == 0)
        return 0;
    c->transform = transform_new(&c->target.transform, err);
    if (!c->transform)
        return -1;
    c->transformed = transform_sink_new(c->transform, c->results);
    c->sink = c->transformed;
    return 0;
}

static int open_failed(struct call *c, struct error *err)
{
    if (!c->options.failed_to)
        return 0;
    c->failed = failed_open(c->options.failed_to, c->sink, err);
    if (!c->failed)
        return -1;
    c->sink = failed_sink(c->failed);
    return 0;
}

/* The sinks, each around the one before. */
static int open_output(struct call *c, struct error *err)
{
    if (c->options.dry_run)
        return 0;
    return check_files(&c->options, err) || open_results(c, err) || open_transform(c, err) ||
                   open_failed(c, err)
               ? -1
               : 0;
}

static void open_observers(struct call *c)
{
    summary_init(&c->summary);
    c->observers[c->observer_count++] = &c->summary.observer;
    if (!c->options.stats && !c->options.stats_json)
        return;
    c->stats = stats_new(c->id, clock_wall_seconds());
    c->observers[c->observer_count++] = &c->stats->observer;
}

static uint64_t first_set(uint64_t a, uint64_t b, uint64_t c)
{
    return a ? a : b ? b : c;
}

static int open_binder(struct call *c, struct error *err)
{
    const struct call_options *o = &c->options;
    if (c->target.idempotency_header || c->options.journal)
        c->ordinals = ordinals_new();
    struct request_options request = {
        .given = c->given.items,
        .given_count = c->given.count,
        .timeout_ns = first_set(o->timeout_ns, c->target.timeout_ns, DEFAULT_TIMEOUT_NS),
        .connect_timeout_ns = first_set(o->connect_timeout_ns, c->target.connect_timeout_ns,
                                        DEFAULT_CONNECT_TIMEOUT_NS),
        .max_response_bytes = o->max_response_bytes,
        .ordinals = c->ordinals,
    };
    c->binder = request_binder_new(&c->target, &request, err);
    return c->binder ? 0 : -1;
}

/* The cache comes after the journal, which knows the results of this very batch. */
static void open_cache(struct call *c)
{
    if (c->options.dry_run || c->options.no_cache || !c->target.reads ||
        !c->target.cache_ttl_ns)
        return;
    struct cache_options cache = {.service = c->target.service,
                                  .endpoint = c->target.endpoint,
                                  .ttl_ns = c->target.cache_ttl_ns,
                                  .digest = fingerprint_with_headers};
    c->cache = cache_open(&cache);
    if (c->cache)
        c->memos[c->memo_count++] = cache_memo(c->cache);
}

/* From here on signals are held, so what may wait for ever, such as opening a pipe that nobody
 * reads, has to come before. */
static int open_wire(struct call *c, struct error *err)
{
    c->interrupt = interrupt_open(err);
    if (!c->interrupt)
        return -1;
    if (c->options.dry_run)
        return 0;
    struct http_options http = {
        .clock = &c->clock, .tls = c->target.tls, .user_agent = "ovrmnd/" OVRMND_VERSION};
    c->transport = http_open(&http, err);
    return c->transport ? 0 : -1;
}

int call_open_plugins(struct call *c, struct error *err)
{
    response_init(&c->response);
    struct plugin_host_options host = {.clock = &c->clock,
                                       .random = c->random,
                                       .screen = &c->screen.base,
                                       .response = &c->response.base,
                                       .version = OVRMND_VERSION};
    return plugin_set_open(&c->plugins, &c->plan, &c->options.plugin_dirs, &host, &c->stray,
                           err);
}

static void make_batch_id(struct call *c)
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz"; /* Crockford's base 32 */
    uint64_t bits = random_u64(&c->random);
    for (int i = 0; i < CALL_ID_LENGTH; i++, bits >>= 5)
        c->id[i] = digits[bits & 31];
    c->id[CALL_ID_LENGTH] = '\0';
}

int call_open_plan(struct call *c, char **words, int count, struct error *err)
{
    const struct call_options *o = &c->options;
    c->batch = call_is_batch(o);
    if (find_target(c, count > 0 ? words[0] : NULL, err) ||
        parameters_take(&c->given, o, words + 1, count > 0 ? count - 1 : 0, err))
        return -1;
    return plan_make(o, &c->target, &c->user, isatty(STDERR_FILENO), &c->plan, err);
}

int call_open_items(struct call *c, struct error *err)
{
    return open_source(c, err) || open_binder(c, err) ? -1 : 0;
}

int call_open(struct call *c, char **words, int count, struct error *err)
{
    const struct call_options *o = &c->options;
    c->clock = o->dry_run ? clock_virtual(NS_PER_S) : clock_real();
    c->random = random_seeded(o->seed ? o->seed : random_system_seed());
    if (call_open_plan(c, words, count, err) || call_open_plugins(c, err) ||
        call_open_items(c, err) || open_output(c, err))
        return -1;
    if (log_debug_on)
        parameters_tell(&c->given);
    make_batch_id(c);
    if (call_open_journal(c, err) || open_wire(c, err))
        return -1;
    open_cache(c);
    open_observers(c);
    return 0;
}

void call_close_items(struct call *c)
{
    request_binder_free(c->binder);
    ordinals_free(c->ordinals);
    input_free(c->source);
    c->binder = NULL;
    c->ordinals = NULL;
    c->source = NULL;
}

void call_close(struct call *c)
{
    stats_free(c->stats);
    failed_close(c->failed);
    transform_sink_free(c->transformed);
    transform_free(c->transform);
    if (c->batch && c->results)
        output_sink_free(c->results);
    writer_free(c->writer);
    if (c->transport)
        http_close(c->transport);
    cache_close(c->cache);
    interrupt_close(c->interrupt);
    journal_close(c->journal);
    call_close_items(c);
    plan_free(&c->plan);
    parameters_free(&c->given);
    service_settings_free(&c->user);
    service_target_free(&c->target);
}
