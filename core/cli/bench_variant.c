/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/names.h"
#include "cli/bench.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MOST  32
#define NAME_CHARS NAMES_LOWER NAMES_UPPER NAMES_DIGITS "._+-"

/* What says how requests are sent. Anything else would change what is measured (an early end),
 * or leave something behind. */
static const char *const allowed[] = {
    "parallel",    "concurrency",     "rate-limit", "burst",    "scheduler",
    "no-pushback", "retries",         "retry",      "retry-on", "retry-unsafe",
    "timeout",     "connect-timeout", "unordered",  "window",   "max-response-size"};

static bool is_allowed(const char *name)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (strcmp(allowed[i], name) == 0)
            return true;
    return false;
}

static int refuse_others(const struct words *words, struct error *err)
{
    for (int i = 0; i < words->count; i++) {
        const struct option *o = options_named(&call_option_table, words->items[i]);
        if (o && !is_allowed(o->name))
            return error_set(err, ERROR_USAGE,
                             "--%s has no place in a variant, whose options say how requests "
                             "are sent: schedulers, limits, retries, timeouts",
                             o->name);
    }
    return 0;
}

/* ---- what all variants share ---- */

static void share(const struct bench *b, struct words *words)
{
    const struct bench_options *o = &b->options;
    const struct {
        const char *option, *value;
    } given[] = {{"--batch-file", o->batch_file},
                 {"--batch-json", b->own_items ? o->batch_json : "[{}]"},
                 {"--input-format", o->input_format},
                 {"--csv-delimiter", o->csv_delimiter},
                 {"--config", o->config},
                 {"--plugin-timeout", o->plugin_timeout},
                 {"--progress", "none"}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (!given[i].value)
            continue;
        words_add(words, given[i].option);
        words_add(words, given[i].value);
    }
    for (size_t i = 0; i < o->plugin_dirs.count; i++) {
        words_add(words, "--plugin-dir");
        words_add(words, o->plugin_dirs.items[i]);
    }
}

/* What is shared is parsed by itself first, so that its faults are not a variant's. */
static int check_shared(const struct bench *b, struct error *err)
{
    struct words words = {0};
    struct call_options options;
    int rest;
    share(b, &words);
    int failed = call_options_parse(words.count, words.items, &options, &rest, err);
    options_free(&call_option_table, &options);
    words_free(&words);
    return failed;
}

/* ---- one variant ---- */

static int take_name(struct bench *b, struct contender *c, const char *text, struct error *err)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : 0;
    if (!equals)
        return error_set(err, ERROR_USAGE,
                         "--variant must be NAME='OPTIONS', such as ten='--concurrency 10', "
                         "not '%s'",
                         text);
    c->name = memory_copy_n(text, length);
    c->options = equals + 1;
    if (length > NAME_MOST || !name_is_of(c->name, NAME_CHARS))
        return error_set(err, ERROR_USAGE,
                         "--variant: a name is at most %d letters, digits and . _ + -, not "
                         "'%s'",
                         NAME_MOST, c->name);
    for (const struct contender *other = b->contenders; other < c; other++)
        if (strcmp(other->name, c->name) == 0)
            return error_set(err, ERROR_USAGE, "--variant: two are called '%s'", c->name);
    return 0;
}

static int take_options(const struct bench *b, struct contender *c, struct error *err)
{
    struct words own;
    int rest;
    if (words_split(c->options, &own, err))
        return -1;
    if (refuse_others(&own, err)) {
        words_free(&own);
        return -1;
    }
    share(b, &c->words);
    for (int i = 0; i < own.count; i++)
        words_add(&c->words, own.items[i]);
    words_free(&own);
    c->argv = memory_new((size_t)c->words.count, sizeof *c->argv);
    memcpy(c->argv, c->words.items, (size_t)c->words.count * sizeof *c->argv);
    if (call_options_parse(c->words.count, c->argv, &c->call.options, &rest, err))
        return -1;
    if (rest)
        return error_set(err, ERROR_USAGE, "'%s' is no option; they begin with --", c->argv[0]);
    return 0;
}

/* A model without an endpoint stands for this one. */
static int plan_for_model(struct call *c, struct error *err)
{
    c->batch = true;
    c->target.service = memory_copy("model");
    c->target.endpoint = memory_copy("any");
    c->target.base_url = memory_copy("http://model.invalid");
    c->target.method = memory_copy("GET");
    c->target.path = memory_copy("/");
    if (service_user_settings(&c->user, err))
        return -1;
    return plan_make(&c->options, &c->target, &c->user, false, &c->plan, err);
}

static int open_plan(const struct bench *b, struct contender *c, struct error *err)
{
    for (int i = 0; i < b->target.count; i++)
        words_add(&c->target, b->target.items[i]);
    if (!c->target.count)
        return plan_for_model(&c->call, err);
    return call_open_plan(&c->call, c->target.items, c->target.count, err);
}

int contenders_open(struct bench *b, struct error *err)
{
    const struct option_list *variants = &b->options.variants;
    if (variants->count > BENCH_MOST_VARIANTS)
        return error_set(err, ERROR_USAGE, "at most %d variants can be compared, not %zu",
                         BENCH_MOST_VARIANTS, variants->count);
    if (check_shared(b, err))
        return -1;
    for (size_t i = 0; i < variants->count; i++) {
        struct contender *c = &b->contenders[b->count++];
        screen_init(&c->call.screen, STDERR_FILENO);
        c->record = record_new();
        c->run = record_new();
        if (take_name(b, c, variants->items[i], err))
            return -1;
        if (take_options(b, c, err))
            return error_where(err, "variant '%s'", c->name);
        if (open_plan(b, c, err))
            return -1;
    }
    return 0;
}

void contenders_close(struct bench *b)
{
    for (size_t i = 0; i < b->count; i++) {
        struct contender *c = &b->contenders[i];
        call_close(&c->call);
        screen_fini(&c->call.screen);
        options_free(&call_option_table, &c->call.options);
        words_free(&c->words);
        words_free(&c->target);
        record_free(c->record);
        record_free(c->run);
        free(c->argv);
        free(c->name);
    }
}

/* ---- what a variant came to ---- */

static void put_spec(const struct spec *spec, struct buffer *out)
{
    (void)buffer_append_text(out, spec->name);
    for (size_t i = 0; i < spec->count; i++)
        (void)buffer_append_format(out, "%c%s=%s", i ? ',' : ':', spec->options[i].name,
                                   spec->options[i].value);
}

void contender_plan_text(const struct contender *c, struct buffer *out)
{
    const struct plan *plan = &c->call.plan;
    for (size_t i = 0; i < plan->scheduler_count; i++) {
        (void)buffer_append_text(out, i ? " + " : "");
        put_spec(&plan->schedulers[i], out);
    }
    (void)buffer_append_text(out, ", retry ");
    put_spec(&plan->retry, out);
}
