/* SPDX-License-Identifier: MIT */
#include "check/subject.h"

#include "base/memory.h"
#include "base/units.h"
#include "check/imports.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_STAGE_NS (10 * NS_PER_S)

int subject_open(struct subject *s)
{
    struct error err;
    calls_init(&s->calls, s->page);
    s->began_ns = clock_now(&s->calls.wall);
    s->page->function = FUNCTION_ENTRY;
    s->plugin = plugin_load_file(s->settings->path, NULL, NULL, CHECK_WHERE, &err);
    s->page->function = FUNCTION_NONE;
    if (!s->plugin) {
        check_note(s->page, CHECK_F4, FUNCTION_ENTRY, "loaded once more, it fails: %s",
                   check_message(&err));
        return -1;
    }
    imports_watch(s->plugin->path);
    body_init(&s->body);
    if (variants_init(&s->variants, s->plugin, s->settings->with, s->settings->with_count,
                      &err)) {
        body_fini(&s->body);
        plugin_free(s->plugin);
        return -1;
    }
    return 0;
}

void subject_close(struct subject *s)
{
    variants_fini(&s->variants);
    plugin_free(s->plugin);
    body_fini(&s->body);
    calls_fini(&s->calls);
}

bool subject_stops(struct subject *s)
{
    return s->calls.blocked || clock_now(&s->calls.wall) - s->began_ns > LONGEST_STAGE_NS;
}

size_t subject_variant(const struct subject *s, struct random *random)
{
    size_t variant = random_below(random, 2) ? random_below(random, s->variants.count) : 0;
    return s->accepted[variant] ? variant : 0;
}

enum check_function subject_answers(const struct subject *s)
{
    return s->plugin->kind == PLUGIN_SCHEDULER ? FUNCTION_MAY_START : FUNCTION_DECIDE;
}

/* ---- instances ---- */

int instance_open(struct instance *instance, struct subject *s, size_t variant, uint64_t seed,
                  const struct ovrmnd_screen *screen, struct error *err)
{
    const struct spec *spec = &s->variants.specs[variant];
    *instance = (struct instance){.subject = s, .clock = clock_virtual(NS_PER_S), .seed = seed};
    struct plugin_host_options host = {.clock = &instance->clock,
                                       .random = random_seeded(seed),
                                       .screen = screen,
                                       .version = s->settings->version,
                                       .response = &s->body.base};
    calls_enter(&s->calls, FUNCTION_CREATE);
    int failed = plugin_create(s->plugin, spec, &host, &instance->made, err);
    calls_leave(&s->calls);
    if (failed)
        return -1;
    instance->variant = variant_text(spec);
    return 0;
}

void instance_close(struct instance *instance)
{
    calls_enter(&instance->subject->calls, FUNCTION_DESTROY);
    plugin_destroy(&instance->made);
    calls_leave(&instance->subject->calls);
    free(instance->variant);
}

void instance_broke(struct instance *instance, enum check_rule rule, const char *format, ...)
{
    enum check_function function = subject_answers(instance->subject);
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    instance->broken = true;
    check_note(instance->subject->page, rule, function, "%s %s (with %s, sequence %" PRIu64 ")",
               check_function_name(function), what, instance->variant, instance->seed);
}

/* ---- the functions ---- */

/* What a function is passed: a copy, so that one that writes to it does not lead the check
 * astray. */
struct passed {
    struct ovrmnd_load load;
    struct ovrmnd_attempt attempt;
    struct ovrmnd_outcome outcome;
};

static struct passed passed_of(const struct ovrmnd_load *load,
                               const struct ovrmnd_attempt *attempt,
                               const struct ovrmnd_outcome *outcome)
{
    struct passed passed;
    memset(&passed, 0, sizeof passed);
    passed.attempt = *attempt;
    if (load)
        passed.load = *load;
    if (outcome)
        passed.outcome = *outcome;
    return passed;
}

static void note_changed(struct instance *i, bool changed, const char *what,
                         enum check_function function)
{
    if (changed)
        check_note(i->subject->page, CHECK_A4, function, "%s changed the %s it was told of",
                   check_function_name(function), what);
}

static void look_at_passed(struct instance *i, const struct passed *its,
                           const struct ovrmnd_load *load, const struct ovrmnd_attempt *attempt,
                           const struct ovrmnd_outcome *outcome, enum check_function function)
{
    note_changed(i, memcmp(&its->attempt, attempt, sizeof *attempt) != 0, "attempt", function);
    note_changed(i, load && memcmp(&its->load, load, sizeof *load) != 0, "load", function);
    note_changed(i, outcome && memcmp(&its->outcome, outcome, sizeof *outcome) != 0, "outcome",
                 function);
}

struct ovrmnd_verdict instance_may_start(struct instance *i, uint64_t now_ns,
                                         const struct ovrmnd_load *load,
                                         const struct ovrmnd_attempt *next)
{
    struct passed its = passed_of(load, next, NULL);
    calls_enter(&i->subject->calls, FUNCTION_MAY_START);
    struct ovrmnd_verdict v = i->made.scheduler->may_start(i->made.self, now_ns, &its.load,
                                                           &its.attempt);
    calls_leave(&i->subject->calls);
    look_at_passed(i, &its, load, next, NULL, FUNCTION_MAY_START);
    return v;
}

void instance_started(struct instance *i, uint64_t now_ns, const struct ovrmnd_load *load,
                      const struct ovrmnd_attempt *attempt)
{
    const struct ovrmnd_scheduler *scheduler = i->made.scheduler;
    const struct ovrmnd_retry *retry = i->made.retry;
    if (scheduler ? !scheduler->started : !retry->started)
        return;
    struct passed its = passed_of(load, attempt, NULL);
    calls_enter(&i->subject->calls, FUNCTION_STARTED);
    if (scheduler)
        scheduler->started(i->made.self, now_ns, &its.load, &its.attempt);
    else
        retry->started(i->made.self, now_ns, &its.attempt);
    calls_leave(&i->subject->calls);
    look_at_passed(i, &its, load, attempt, NULL, FUNCTION_STARTED);
}

void instance_finished(struct instance *i, uint64_t now_ns, const struct ovrmnd_load *load,
                       const struct ovrmnd_attempt *attempt,
                       const struct ovrmnd_outcome *outcome)
{
    const struct ovrmnd_scheduler *scheduler = i->made.scheduler;
    const struct ovrmnd_retry *retry = i->made.retry;
    if (scheduler ? !scheduler->finished : !retry->finished)
        return;
    struct passed its = passed_of(load, attempt, outcome);
    body_show(&i->subject->body, attempt, outcome);
    calls_enter(&i->subject->calls, FUNCTION_FINISHED);
    if (scheduler)
        scheduler->finished(i->made.self, now_ns, &its.load, &its.attempt, &its.outcome);
    else
        retry->finished(i->made.self, now_ns, &its.attempt, &its.outcome);
    calls_leave(&i->subject->calls);
    look_at_passed(i, &its, load, attempt, outcome, FUNCTION_FINISHED);
    body_hide(&i->subject->body);
}

struct ovrmnd_verdict instance_decide(struct instance *i, uint64_t now_ns,
                                      const struct ovrmnd_attempt *attempt,
                                      const struct ovrmnd_outcome *outcome)
{
    struct passed its = passed_of(NULL, attempt, outcome);
    body_show(&i->subject->body, attempt, outcome);
    calls_enter(&i->subject->calls, FUNCTION_DECIDE);
    struct ovrmnd_verdict v = i->made.retry->decide(i->made.self, now_ns, &its.attempt,
                                                    &its.outcome);
    calls_leave(&i->subject->calls);
    look_at_passed(i, &its, NULL, attempt, outcome, FUNCTION_DECIDE);
    body_hide(&i->subject->body);
    return v;
}

void instance_show(struct instance *i, enum check_function function,
                   const struct ovrmnd_snapshot *now)
{
    const struct ovrmnd_progress *p = i->made.progress;
    void (*show)(void *, const struct ovrmnd_snapshot *) = function == FUNCTION_BEGIN ? p->begin
                                                           : function == FUNCTION_END
                                                               ? p->end
                                                               : p->update;
    if (!show)
        return;
    struct ovrmnd_snapshot its = *now;
    calls_enter(&i->subject->calls, function);
    show(i->made.self, &its);
    calls_leave(&i->subject->calls);
    note_changed(i, memcmp(&its, now, sizeof its) != 0, "snapshot", function);
}
