/* SPDX-License-Identifier: MIT */
#include "cli/bench.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/interrupt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_MODEL_ITEMS 1000

/* ---- before the first round ---- */

static int help_models(void)
{
    puts("A model is a preset, settings, or a preset with settings after it:\n\n"
         "  --simulate slow\n"
         "  --simulate latency=lognormal:50ms:0.5,capacity=20,errors=1%\n"
         "  --simulate slow,capacity=5\n\n"
         "Presets:");
    for (const struct model_text_row *row = model_text_presets; row->name; row++)
        printf("  %-12s %s\n  %-12s   %s\n", row->name, row->help, "", row->form);
    puts("\nSettings, with what each takes:");
    for (const struct model_text_row *row = model_text_settings; row->name; row++)
        printf("  %-12s %s\n  %-12s   %s\n", row->name, row->help, "", row->form);
    puts("\nTimes of outages and brown-outs are counted from the start of each run.");
    return command_printed();
}

/* Items are read again for each run. */
static int check_file(const char *path, struct error *err)
{
    struct stat st;
    if (!path || (strcmp(path, "-") != 0 && (stat(path, &st) || S_ISREG(st.st_mode))))
        return 0; /* one that is not there is told when it is opened */
    return error_set(err, ERROR_USAGE,
                     "--batch-file: a bench reads its items again for each run; give a regular "
                     "file, not '%s'",
                     path);
}

static int take_model(struct bench *b, struct error *err)
{
    struct bench_options *o = &b->options;
    b->own_items = o->batch_file || o->batch_json;
    if (!o->simulate)
        return 0;
    if (b->own_items && !b->target.count)
        return error_set(err, ERROR_USAGE,
                         "the items of --batch-%s need an endpoint to be sent to; leave them "
                         "out, or name one",
                         o->batch_file ? "file" : "json");
    if (!b->own_items && !o->items)
        o->items = DEFAULT_MODEL_ITEMS;
    return model_text_parse(o->simulate, "--simulate", &b->model, err);
}

static int refuse_unsafe(const struct bench *b, const struct call *c, struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "%s %s does something each time it is sent, and a bench sends every item "
                     "%" PRIu64 " times; if that does no harm there, say --unsafe",
                     c->target.method, b->target.items[0],
                     (b->options.rounds + b->options.warmup) * b->count);
}

/* Opens all that a run opens, but for the wire: nothing is sent before every variant can be. */
static int rehearse(struct bench *b, struct contender *c, struct error *err)
{
    int failed = contender_open(b, c, err);
    bool unsafe = !failed && !b->options.simulate && !b->options.unsafe &&
                  !request_binder_shape(c->call.binder)->idempotent;
    failed = contender_close(c, failed ? NULL : err) || failed ? -1 : 0;
    return unsafe && !failed ? refuse_unsafe(b, &c->call, err) : failed;
}

static int rehearse_all(struct bench *b, struct error *err)
{
    for (size_t i = 0; i < b->count; i++)
        if (rehearse(b, &b->contenders[i], err))
            return -1;
    return 0;
}

static int open_bench(struct bench *b, char **words, int count, struct error *err)
{
    const struct bench_options *o = &b->options;
    for (int i = 0; i < count; i++)
        words_add(&b->target, words[i]);
    if (!count && !o->simulate)
        return error_set(err, ERROR_USAGE,
                         "say what to call: ovrmnd bench service.endpoint [key=value ...]");
    b->seed = o->seed ? o->seed : 1 + (random_system_seed() >> 32); /* short: to be typed */
    b->random = random_seeded(b->seed);
    if (check_file(o->batch_file, err) || take_model(b, err) || contenders_open(b, err))
        return -1;
    guard_open(b->contenders[0].call.options.plugin_timeout_ns);
    if (rehearse_all(b, err) || (o->report && writer_check("the report", o->report, err)))
        return -1;
    b->interrupt = interrupt_open(err);
    return b->interrupt ? 0 : -1;
}

/* ---- rounds ---- */

static void shuffle(size_t *order, size_t count, struct random *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(random, i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

static void show(struct bench *b, uint64_t round, const char *name)
{
    char text[128];
    const struct bench_options *o = &b->options;
    if (round < o->warmup)
        snprintf(text, sizeof text, "warm-up %" PRIu64 "/%" PRIu64 ", %s", round + 1, o->warmup,
                 name);
    else
        snprintf(text, sizeof text, "round %" PRIu64 "/%" PRIu64 ", %s", round - o->warmup + 1,
                 o->rounds, name);
    screen_status(&b->screen, text);
}

static int no_items(const struct bench *b, struct error *err)
{
    const char *path = b->options.batch_file;
    error_set(err, ERROR_INPUT_INVALID, "%s: there is no item in it",
              path ? path : "--batch-json");
    return error_help(err, "provide at least one item, such as {\"id\": 1}");
}

/* Every variant once. A round that is not whole does not count. */
static int run_round(struct bench *b, uint64_t round, struct random *random, struct error *err)
{
    size_t order[BENCH_MOST_VARIANTS];
    for (size_t i = 0; i < b->count; i++)
        order[i] = i;
    shuffle(order, b->count, random);
    for (size_t i = 0; i < b->count; i++) {
        struct contender *c = &b->contenders[order[i]];
        show(b, round, c->name);
        if (contender_run(b, c, round, err))
            return -1;
        if (b->signal)
            return 0;
        if (!b->items)
            return no_items(b, err);
    }
    for (size_t i = 0; i < b->count && round >= b->options.warmup; i++)
        record_add(b->contenders[i].record, b->contenders[i].run);
    return 0;
}

static int run_rounds(struct bench *b, struct error *err)
{
    struct random random = random_split(&b->random, UINT64_MAX);
    uint64_t rounds = b->options.warmup + b->options.rounds;
    for (uint64_t i = 0; i < rounds && !b->signal; i++)
        if (run_round(b, i, &random, err))
            return -1;
    return 0;
}

/* ---- after the last round ---- */

static int write_page(const struct bench_report *report, const char *path, struct error *err)
{
    struct writer *file = writer_file_of("the report", path, err);
    if (!file)
        return -1;
    bench_html(report, &file->out);
    int failed = writer_finish(file, err);
    writer_free(file);
    return failed;
}

static int write_all(struct bench *b, const struct bench_report *report, struct error *err)
{
    struct writer *out = writer_stdout(&b->screen, err);
    if (!out)
        return -1;
    if (b->options.format == BENCH_JSON)
        bench_json(report, &out->out);
    else
        bench_text(report, &out->out);
    int failed = writer_finish(out, err);
    writer_free(out);
    if (b->options.report && write_page(report, b->options.report, err))
        return -1;
    return failed;
}

static void make_report(const struct bench *b, struct bench_report *report)
{
    *report = (struct bench_report){.target = b->target.count ? b->target.items[0] : NULL,
                                    .model = b->options.simulate,
                                    .items = b->items,
                                    .rounds = b->contenders[0].record->round_count,
                                    .warmup = b->options.warmup,
                                    .seed = b->seed,
                                    .interrupted = b->signal != 0,
                                    .version = OVRMND_VERSION,
                                    .variant_count = b->count};
    for (size_t i = 0; i < b->count; i++) {
        const struct contender *c = &b->contenders[i];
        struct bench_variant *v = &report->variants[i];
        v->name = c->name;
        v->options = c->options;
        v->record = c->record;
        contender_plan_text(c, &v->plan);
    }
    bench_compare(report);
}

/* Where there is no answer, since nothing succeeded: why. */
static void say_why_not(const struct bench_report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->variant_count && !out->length; i++) {
        const struct bench_variant *v = &report->variants[i];
        if (!v->record->total.succeeded)
            buffer_append_format(out, "no item of variant '%s' succeeded%s%s", v->name,
                                 v->record->reason[0] ? "; the first failure: " : "",
                                 v->record->reason);
        else if (v->against_first.verdict == VERDICT_NOTHING_DONE)
            bench_sentence(report, i, out);
    }
    for (size_t i = 0; i < report->variant_count && !out->length; i++)
        if (!bench_succeeded_in_all(&report->variants[i]))
            buffer_append_format(out, "in a round no item of variant '%s' succeeded",
                                 report->variants[i].name);
}

/* In a line, though the report says so too: that may be for a program. */
static bool has_no_answer(const struct bench_report *report)
{
    struct buffer why = {0};
    say_why_not(report, &why);
    bool any = why.length > 0;
    if (any)
        log_warning("%s", buffer_text(&why));
    buffer_free(&why);
    return any;
}

static int status_of(const struct bench *b, const struct bench_report *report)
{
    if (!b->signal)
        return has_no_answer(report);
    log_warning("stopped by SIG%s after %" PRIu64 " of %" PRIu64 " rounds",
                sigabbrev_np(b->signal), report->rounds, b->options.rounds);
    return 128 + b->signal;
}

static int tell(struct bench *b)
{
    struct error err;
    struct bench_report report;
    make_report(b, &report);
    int failed = write_all(b, &report, &err);
    int status = failed ? command_fail(&err) : status_of(b, &report);
    for (size_t i = 0; i < b->count; i++)
        buffer_free(&report.variants[i].plan);
    return status;
}

static int bench(struct bench *b, char **words, int count)
{
    struct error err;
    if (open_bench(b, words, count, &err) || run_rounds(b, &err))
        return command_fail(&err);
    screen_status(&b->screen, "");
    interrupt_unwatch(b->interrupt);
    return tell(b);
}

int command_bench(int argc, char **argv)
{
    struct bench *b = memory_new(1, sizeof *b);
    struct error err;
    int words, status = 0;
    if (bench_options_parse(argc, argv, &b->options, &words, &err)) {
        status = command_fail(&err);
    } else if (b->options.help) {
        status = command_help(&bench_option_table);
    } else if (b->options.simulate && strcmp(b->options.simulate, "help") == 0) {
        status = help_models();
    } else {
        screen_init(&b->screen, STDERR_FILENO);
        log_set_writer(screen_log, &b->screen);
        status = bench(b, argv, words);
        guard_close();
        contenders_close(b);
        interrupt_close(b->interrupt);
        words_free(&b->target);
        log_set_writer(NULL, NULL);
        screen_fini(&b->screen);
    }
    options_free(&bench_option_table, &b->options);
    log_forget_secrets();
    free(b);
    return status;
}
