/* SPDX-License-Identifier: MIT */
#ifndef CHECK_SUBJECT_H
#define CHECK_SUBJECT_H

/*
 * The plugin under check, in a child process: loaded, watched, and asked through functions that
 * note what it is doing. One lives as long as its child.
 */

#include "base/random.h"
#include "check/body.h"
#include "check/calls.h"
#include "check/check.h"
#include "check/variants.h"
#include "plugin/instance.h"

struct subject {
    struct check_page *page;
    const struct check_settings *settings;
    bool *accepted; /* by variant: create takes it; known from the second stage on */
    struct plugin *plugin;
    struct variants variants;
    struct calls calls;
    struct body body;
    uint64_t began_ns; /* by the wall */
};

/* One instance, which lives in virtual time of its own. */
struct instance {
    struct subject *subject;
    struct clock clock;
    struct plugin_instance made;
    char *variant; /* its options, for messages */
    uint64_t seed;
    bool broken; /* see instance_broke */
};

/* Loads the file, which has been loaded in another child before. -1: noted. */
int subject_open(struct subject *s);
void subject_close(struct subject *s);

/* Is it no use to go on: a call has blocked, or this stage has taken long enough? */
bool subject_stops(struct subject *s);

/* The function whose answers count: may_start of a scheduler, decide of a retry policy. */
enum check_function subject_answers(const struct subject *s);

/* Makes an instance of a variant, with the screen (NULL: none). -1: `err` says why. */
int instance_open(struct instance *instance, struct subject *s, size_t variant, uint64_t seed,
                  const struct ovrmnd_screen *screen, struct error *err);
void instance_close(struct instance *instance);

/* Notes that its answers broke a rule: "may_start WHAT (with VARIANT, sequence SEED)". */
__attribute__((format(printf, 3, 4))) void
instance_broke(struct instance *instance, enum check_rule rule, const char *format, ...);

/* A variant that create takes: mostly the defaults. */
size_t subject_variant(const struct subject *s, struct random *random);

/* The plugin's functions. Those that it does not have do nothing. */
struct ovrmnd_verdict instance_may_start(struct instance *i, uint64_t now_ns,
                                         const struct ovrmnd_load *load,
                                         const struct ovrmnd_attempt *next);
void instance_started(struct instance *i, uint64_t now_ns, const struct ovrmnd_load *load,
                      const struct ovrmnd_attempt *attempt);
void instance_finished(struct instance *i, uint64_t now_ns, const struct ovrmnd_load *load,
                       const struct ovrmnd_attempt *attempt,
                       const struct ovrmnd_outcome *outcome);
struct ovrmnd_verdict instance_decide(struct instance *i, uint64_t now_ns,
                                      const struct ovrmnd_attempt *attempt,
                                      const struct ovrmnd_outcome *outcome);
void instance_show(struct instance *i, enum check_function function,
                   const struct ovrmnd_snapshot *now);

#endif
