/* SPDX-License-Identifier: MIT */
#include "cli/plan.h"

#include "base/memory.h"
#include "base/units.h"
#include "plugin/spec.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Statuses that are worth another attempt: what may pass by itself. */
static const unsigned default_statuses[] = {408, 425, 429, 500, 502, 503, 504};

#define FIXED_ATTEMPTS "3" /* further ones, where retryOn or retryDelay stand alone */

/* ---- building specs ---- */

static struct spec spec_named(const char *name, const char *where)
{
    return (struct spec){.name = memory_copy(name), .where = memory_copy(where)};
}

static void spec_add(struct spec *spec, const char *name, const char *value, const char *where)
{
    spec->options = memory_grow(spec->options, spec->count + 1, sizeof *spec->options);
    spec->options[spec->count++] = (struct spec_option){memory_copy(name), memory_copy(value),
                                                        memory_copy(where)};
}

static void spec_add_u64(struct spec *spec, const char *name, uint64_t value, const char *where)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    spec_add(spec, name, text, where);
}

static struct spec spec_copy(const struct spec *from)
{
    struct spec copy = spec_named(from->name, from->where);
    for (size_t i = 0; i < from->count; i++)
        spec_add(&copy, from->options[i].name, from->options[i].value, from->options[i].where);
    return copy;
}

static const char *spec_option(const struct spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->count; i++)
        if (strcmp(spec->options[i].name, name) == 0)
            return spec->options[i].value;
    return NULL;
}

static void push(struct plan *plan, struct spec spec)
{
    plan->schedulers = memory_grow(plan->schedulers, plan->scheduler_count + 1,
                                   sizeof *plan->schedulers);
    plan->schedulers[plan->scheduler_count++] = spec;
}

static struct spec *find_scheduler(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->scheduler_count; i++)
        if (strcmp(plan->schedulers[i].name, name) == 0)
            return &plan->schedulers[i];
    return NULL;
}

/* ---- the layers ---- */

#define LAYERS 3

/* Everything that settings can come from, the strongest first. */
struct sources {
    const struct call_options *options;
    const struct target *target;
    const struct settings *layers[LAYERS]; /* endpoint, service, user */
};

/* A setting and where it was made. */
struct setting {
    const char *text;
    uint64_t number; /* 0: unset */
    const char *where;
};

static struct setting rate_of(const struct sources *s)
{
    if (s->options->rate_limit)
        return (struct setting){.text = s->options->rate_limit, .where = "--rate-limit"};
    for (int i = 0; i < LAYERS; i++)
        if (s->layers[i]->rate)
            return (struct setting){.text = s->layers[i]->rate,
                                    .where = s->layers[i]->rate_where};
    return (struct setting){0};
}

static struct setting burst_of(const struct sources *s)
{
    if (s->options->burst)
        return (struct setting){.number = s->options->burst, .where = "--burst"};
    for (int i = 0; i < LAYERS; i++)
        if (s->layers[i]->burst)
            return (struct setting){.number = s->layers[i]->burst,
                                    .where = s->layers[i]->burst_where};
    return (struct setting){0};
}

static struct setting width_of(const struct sources *s)
{
    if (s->options->concurrency)
        return (struct setting){.number = s->options->concurrency, .where = "--concurrency"};
    for (int i = 0; i < LAYERS; i++)
        if (s->layers[i]->concurrency)
            return (struct setting){.number = s->layers[i]->concurrency,
                                    .where = s->layers[i]->concurrency_where};
    return (struct setting){0};
}

/* ---- schedulers ---- */

static int push_given(struct plan *plan, const struct call_options *o, struct error *err)
{
    for (size_t i = 0; i < o->schedulers.count; i++) {
        struct spec spec;
        if (spec_parse(o->schedulers.items[i], "--scheduler", &spec, err))
            return -1;
        push(plan, spec);
    }
    return 0;
}

static void push_from_files(struct plan *plan, const struct sources *s)
{
    for (int i = 0; i < LAYERS; i++) {
        const struct settings *layer = s->layers[i];
        for (size_t j = 0; j < layer->scheduler_count; j++)
            push(plan, spec_copy(&layer->schedulers[j]));
        if (layer->scheduler_count)
            return;
    }
}

/* Two wishes for how many run at once, which exclude each other. */
static int check_pool(const struct plan *plan, const struct call_options *o,
                      const struct spec *pool, struct error *err)
{
    if (find_scheduler(plan, "sequential") && (o->parallel || o->concurrency))
        return error_set(
            err, ERROR_USAGE,
            "--%s contradicts the scheduler 'sequential', which runs one at a time",
            o->concurrency ? "concurrency" : "parallel");
    if (o->concurrency && o->schedulers.count && pool && spec_option(pool, "concurrency"))
        return error_set(err, ERROR_USAGE,
                         "--concurrency and --scheduler pool:concurrency both set the width of "
                         "the pool; give one");
    return 0;
}

/* The pool that --parallel, --concurrency or a width in a file ask for. */
static int push_pool(struct plan *plan, const struct sources *s, struct error *err)
{
    const struct call_options *o = s->options;
    struct setting width = width_of(s);
    struct spec *pool = find_scheduler(plan, "pool");
    if (check_pool(plan, o, pool, err))
        return -1;
    if (pool && spec_option(pool, "concurrency")) {
        if (!o->concurrency)
            return 0;
        spec_free(pool); /* a file's: the command line wins */
        *pool = spec_named("pool", "--concurrency");
    }
    if (!pool &&
        (o->concurrency || (o->parallel && (width.number || !plan->scheduler_count)))) {
        push(plan, spec_named("pool", o->concurrency ? "--concurrency" : "--parallel"));
        pool = find_scheduler(plan, "pool");
    }
    if (pool && width.number)
        spec_add_u64(pool, "concurrency", width.number, width.where);
    return 0;
}

static int push_rate(struct plan *plan, const struct sources *s, struct error *err)
{
    struct setting rate = rate_of(s), burst = burst_of(s);
    if (!rate.text) {
        if (s->options->burst)
            return error_set(
                err, ERROR_USAGE,
                "--burst needs a rate: --rate-limit R, or requestsPerSecond in the "
                "service file");
        return 0;
    }
    struct spec bucket = spec_named("token-bucket", rate.where);
    spec_add(&bucket, "rate", rate.text, rate.where);
    if (burst.number)
        spec_add_u64(&bucket, "burst", burst.number, burst.where);
    push(plan, bucket);
    return 0;
}

static int plan_schedulers(struct plan *plan, const struct sources *s, struct error *err)
{
    const struct call_options *o = s->options;
    bool parallel = o->parallel || o->concurrency || o->schedulers.count;
    if (push_given(plan, o, err))
        return -1;
    if (!o->schedulers.count)
        push_from_files(plan, s);
    if (parallel) {
        if (push_pool(plan, s, err))
            return -1;
    } else if (!find_scheduler(plan, "sequential")) {
        push(plan, spec_named("sequential", "default"));
    }
    if (push_rate(plan, s, err))
        return -1;
    if (!o->no_pushback && !find_scheduler(plan, "pushback"))
        push(plan, spec_named("pushback", "default"));
    return 0;
}

/* The widest that any scheduler may go, so that the window holds at least that many; but no
 * more than --window itself may ask for, whatever a plugin of somebody's own takes. */
static uint64_t widest(const struct plan *plan)
{
    static const char *const names[] = {"concurrency", "max"};
    int64_t most = 0, number;
    for (size_t i = 0; i < plan->scheduler_count; i++) {
        for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
            const char *text = spec_option(&plan->schedulers[i], names[j]);
            if (text && units_integer(text, &number) == 0 && number > most)
                most = number;
        }
    }
    return most < CALL_MOST_WINDOW ? (uint64_t)most : CALL_MOST_WINDOW;
}

/* ---- retry and progress ---- */

static const struct settings *retry_layer(const struct sources *s)
{
    for (int i = 0; i < LAYERS; i++)
        if (s->layers[i]->retry_on_set || s->layers[i]->retry_delay_set)
            return s->layers[i];
    return NULL;
}

/* "429,503". */
static int parse_statuses(struct plan *plan, const char *text, struct error *err)
{
    for (const char *at = text;;) {
        char word[8];
        size_t length = strcspn(at, ",");
        int64_t status = 0;
        snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : 0), at);
        if (units_integer(word, &status) || status < 100 || status > 599)
            return error_set(err, ERROR_USAGE,
                             "--retry-on must be a list of statuses from 100 to 599 such as "
                             "429,503, not '%s'",
                             text);
        plan->retry_statuses = memory_grow(plan->retry_statuses, plan->retry_status_count + 1,
                                           sizeof *plan->retry_statuses);
        plan->retry_statuses[plan->retry_status_count++] = (unsigned)status;
        if (!at[length])
            return 0;
        at += length + 1;
    }
}

static int plan_statuses(struct plan *plan, const struct sources *s, struct error *err)
{
    const unsigned *from = default_statuses;
    size_t count = sizeof default_statuses / sizeof *default_statuses;
    if (s->options->retry_on)
        return parse_statuses(plan, s->options->retry_on, err);
    for (int i = 0; i < LAYERS; i++) {
        if (s->layers[i]->retry_on_set) {
            from = s->layers[i]->retry_on;
            count = s->layers[i]->retry_on_count;
            break;
        }
    }
    plan->retry_statuses = memory_new(count, sizeof *from);
    plan->retry_status_count = count;
    for (size_t i = 0; i < count; i++)
        plan->retry_statuses[i] = from[i];
    return 0;
}

/* What retryOn or retryDelay alone mean. */
static struct spec fixed_policy(const struct settings *layer)
{
    struct spec fixed = spec_named("fixed", layer->retry_where);
    spec_add(&fixed, "attempts", FIXED_ATTEMPTS, layer->retry_where);
    if (layer->retry_delay_set) {
        char delay[32];
        snprintf(delay, sizeof delay, "%" PRIu64 "ns", layer->retry_delay_ns);
        spec_add(&fixed, "delay", delay, layer->retry_where);
    }
    return fixed;
}

static int plan_retry(struct plan *plan, const struct sources *s, struct error *err)
{
    const struct settings *layer = retry_layer(s);
    const struct spec *named = s->target->service_settings.retry;
    if (!named && !layer)
        named = s->layers[LAYERS - 1]->retry;
    if (s->options->retry)
        return spec_parse(s->options->retry, "--retry", &plan->retry, err);
    if (s->options->retries != CALL_UNSET) {
        bool none = s->options->retries == 0;
        plan->retry = spec_named(none ? "none" : "exponential", "--retries");
        if (!none)
            spec_add_u64(&plan->retry, "attempts", s->options->retries, "--retries");
    } else if (named) {
        plan->retry = spec_copy(named);
    } else if (layer) {
        plan->retry = fixed_policy(layer);
    } else {
        plan->retry = spec_named("none", "default");
    }
    return 0;
}

static int plan_progress(struct plan *plan, const struct sources *s, bool terminal,
                         struct error *err)
{
    if (s->options->progress)
        return spec_parse(s->options->progress, "--progress", &plan->progress, err);
    for (int i = 0; i < LAYERS; i++) {
        if (s->layers[i]->progress && call_is_batch(s->options)) {
            plan->progress = spec_copy(s->layers[i]->progress);
            return 0;
        }
    }
    bool shown = terminal && call_is_batch(s->options);
    plan->progress = spec_named(shown ? "bar" : "none", "default");
    return 0;
}

int plan_make(const struct call_options *options, const struct target *target,
              const struct settings *user, bool terminal, struct plan *out, struct error *err)
{
    struct sources s = {
        options, target, {&target->endpoint_settings, &target->service_settings, user}};
    *out = (struct plan){0};
    if (plan_schedulers(out, &s, err) || plan_statuses(out, &s, err) ||
        plan_retry(out, &s, err) || plan_progress(out, &s, terminal, err)) {
        plan_free(out);
        return -1;
    }
    out->width = widest(out);
    return 0;
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->scheduler_count; i++)
        spec_free(&plan->schedulers[i]);
    free(plan->schedulers);
    free(plan->retry_statuses);
    spec_free(&plan->retry);
    spec_free(&plan->progress);
    *plan = (struct plan){0};
}
