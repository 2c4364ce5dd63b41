/* SPDX-License-Identifier: MIT */
#ifndef UNDER_TEST_H
#define UNDER_TEST_H

/*
 * A shipped plugin at work, made from what a user would type: the .so that was built, found,
 * loaded and configured as ovrmnd does it, and a few lines to ask it things.
 */

#include "base/clock.h"
#include "plugin/instance.h"
#include "plugin/search.h"
#include "plugin/spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct under_test {
    struct plugin *plugin;
    struct plugin_instance instance;
    struct clock clock;
    struct ovrmnd_load load; /* what it is told; kept by tell_started and tell_finished */
};

/* `text` as after --scheduler or --retry. The struct must stay in place. -1: `err` says why. */
static inline int under_test_try_seed(struct under_test *t, const char *kind, const char *text,
                                      uint64_t seed, struct error *err)
{
    struct plugin_search search;
    struct spec spec;
    *t = (struct under_test){.clock = clock_virtual(0)};
    struct plugin_host_options host = {
        .clock = &t->clock, .random = random_seeded(seed), .version = "0.1.0"};
    const char *folder = OVRMND_BUILD_PLUGINS;
    if (plugin_search_init(&search, &folder, 1, NULL, err))
        return -1;
    int failed = spec_parse(text, "--plugin", &spec, err);
    if (!failed) {
        char *path = plugin_search_find(&search, kind, spec.name, "--plugin", err);
        t->plugin = path ? plugin_load_file(path, kind, spec.name, "--plugin", err) : NULL;
        free(path);
        failed = !t->plugin || plugin_create(t->plugin, &spec, &host, &t->instance, err);
        spec_free(&spec);
    }
    plugin_search_fini(&search);
    return failed ? -1 : 0;
}

static inline int under_test_try(struct under_test *t, const char *kind, const char *text,
                                 struct error *err)
{
    return under_test_try_seed(t, kind, text, 1, err);
}

static inline void under_test_close(struct under_test *t)
{
    plugin_destroy(&t->instance);
    plugin_free(t->plugin);
    t->plugin = NULL;
}

static inline void under_test_open_seed(struct under_test *t, const char *kind,
                                        const char *text, uint64_t seed)
{
    struct error err = {0};
    if (under_test_try_seed(t, kind, text, seed, &err))
        fail_msg("%s: %s", text, err.message);
}

static inline void under_test_open(struct under_test *t, const char *kind, const char *text)
{
    under_test_open_seed(t, kind, text, 1);
}

/* May an attempt of that cost start at `now_ns`? */
static inline struct ovrmnd_verdict ask(struct under_test *t, uint64_t now_ns, uint64_t cost)
{
    struct ovrmnd_attempt next = {.size = sizeof next, .number = 1, .cost = cost};
    return t->instance.scheduler->may_start(t->instance.self, now_ns, &t->load, &next);
}

/* Tells it that one did. */
static inline void tell_started(struct under_test *t, uint64_t now_ns, uint64_t cost)
{
    struct ovrmnd_attempt next = {.size = sizeof next, .number = 1, .cost = cost};
    t->load.running++;
    t->load.running_cost = cost < UINT64_MAX - t->load.running_cost
                               ? t->load.running_cost + cost
                               : UINT64_MAX;
    if (t->instance.scheduler->started)
        t->instance.scheduler->started(t->instance.self, now_ns, &t->load, &next);
}

/* Tells it that one of cost 1 came back. */
static inline void tell_finished(struct under_test *t, uint64_t now_ns,
                                 const struct ovrmnd_outcome *outcome)
{
    struct ovrmnd_attempt attempt = {.size = sizeof attempt, .number = 1, .cost = 1};
    t->load.running -= t->load.running > 0;
    t->load.running_cost -= t->load.running_cost > 0;
    if (t->instance.scheduler->finished)
        t->instance.scheduler->finished(t->instance.self, now_ns, &t->load, &attempt, outcome);
}

#endif
