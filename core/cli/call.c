/* SPDX-License-Identifier: MIT */
#include "cli/call.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/dry_run.h"
#include "cli/interrupt.h"
#include "transport/http.h"

#include <stdio.h>
#include <unistd.h>

#define DEFAULT_WINDOW       1000
#define WINDOW_BYTES         (UINT64_C(128) << 20)
#define GRACE_NS             (5 * NS_PER_S)
#define RETRY_BUDGET_PERCENT 20 /* of the first attempts, and beside it */
#define RETRY_BUDGET_FLOOR   10

static uint32_t window_size(const struct call *c)
{
    uint64_t window = c->options.window ? c->options.window : DEFAULT_WINDOW;
    return (uint32_t)(window > c->plan.width ? window : c->plan.width);
}

struct engine_settings call_settings(struct call *c)
{
    uint32_t window = window_size(c);
    unsigned most = http_max_parallel();
    return (struct engine_settings){
        .clock = &c->clock,
        .source = c->source,
        .binder = c->binder,
        .transport = c->transport,
        .sink = c->sink,
        .interrupt = c->interrupt,
        .memos = c->memos,
        .memo_count = c->memo_count,
        .observers = c->observers,
        .observer_count = c->observer_count,
        .witness = c->stray.open ? &c->stray.witness : NULL,
        .response = &c->response,
        .schedulers = c->plugins.schedulers,
        .scheduler_count = c->plugins.scheduler_count,
        .retry = c->plugins.retry,
        .retry_rules = {.statuses = c->plan.retry_statuses,
                        .status_count = c->plan.retry_status_count,
                        .unsafe = c->options.retry_unsafe,
                        .budget_percent = RETRY_BUDGET_PERCENT,
                        .budget_floor = RETRY_BUDGET_FLOOR},
        .progress = c->plugins.progress,
        .batch_id = c->id,
        .window = window,
        .window_bytes = WINDOW_BYTES,
        .max_running = most < window ? most : window,
        .ordered = !c->options.unordered,
        .fail_fast = c->options.fail_fast,
        .max_failures = c->options.max_failures,
        .max_failure_percent = c->options.max_failure_percent,
        .deadline_ns = c->options.deadline_ns ? clock_now(&c->clock) + c->options.deadline_ns
                                              : 0,
        .grace_ns = GRACE_NS,
    };
}

static int rehearse(const struct call *c, const struct engine_settings *settings)
{
    FILE *to = stray_stdout(&c->stray);
    int status = to ? dry_run(settings, to) : 1;
    if (to)
        fclose(to);
    return status;
}

/* A plugin leaves us no way to go on: the results that there are go out. */
static void save_results(void *context, bool heap)
{
    struct call *c = context;
    struct error err;
    (void)!(heap ? c->sink->finish(c->sink, &err) : writer_flush(c->writer, &err));
}

static int call(struct call *c, char **words, int count)
{
    struct error err;
    if (call_open(c, words, count, &err))
        return command_fail(&err);
    struct engine_settings settings = call_settings(c);
    if (c->options.dry_run)
        return rehearse(c, &settings);
    guard_at_last(save_results, c);
    engine_run(&settings, &c->report);
    guard_at_last(NULL, NULL);
    interrupt_unwatch(c->interrupt);
    return call_end(c);
}

static void watch_stdout(struct call *c)
{
    struct call_options *o = &c->options;
    stray_open(&c->stray);
    o->output = stray_path(&c->stray, o->output);
    o->failed_to = stray_path(&c->stray, o->failed_to);
    o->stats_json = stray_path(&c->stray, o->stats_json);
}

int command_call(int argc, char **argv)
{
    struct call c = {0};
    struct error err;
    int words, status = 0;
    if (call_options_parse(argc, argv, &c.options, &words, &err)) {
        status = command_fail(&err);
    } else if (c.options.help) {
        status = command_help(&call_option_table);
    } else {
        screen_init(&c.screen, STDERR_FILENO);
        log_set_writer(screen_log, &c.screen);
        log_enable_debug(c.options.debug);
        guard_open(c.options.plugin_timeout_ns);
        watch_stdout(&c);
        status = call_end_plugins(&c, call(&c, argv, words));
        call_close(&c);
        stray_close(&c.stray);
        guard_close();
        log_set_writer(NULL, NULL);
        screen_fini(&c.screen);
    }
    options_free(&call_option_table, &c.options);
    log_forget_secrets();
    return status;
}
