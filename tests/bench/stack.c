/* SPDX-License-Identifier: MIT */

/*
 * bench-stack: what asking and telling a stack of three schedulers costs for each attempt, with
 * the plugins as they ship: pool, token-bucket and pushback. In real time, so a number and no
 * test.
 */

#include "engine/stack.h"

#include "base/clock.h"
#include "base/random.h"
#include "plugin/instance.h"
#include "plugin/search.h"
#include "plugin/spec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS UINT64_C(20000000)

static const char *const specs[] = {"pool:concurrency=50",
                                    "token-bucket:rate=1000000000,burst=1000000", "pushback"};
#define SCHEDULERS (sizeof specs / sizeof *specs)

int main(void)
{
    struct error err;
    struct clock real = clock_real(), virtual = clock_virtual(1);
    struct plugin_search search;
    struct plugin_instance instances[SCHEDULERS];
    struct engine_scheduler schedulers[SCHEDULERS];
    const char *folder = OVRMND_BUILD_PLUGINS;
    if (plugin_search_init(&search, &folder, 1, NULL, &err))
        return 1;
    for (size_t i = 0; i < SCHEDULERS; i++) {
        struct spec spec;
        struct plugin_host_options host = {
            .clock = &virtual, .random = random_seeded(1), .version = "bench"};
        if (spec_parse(specs[i], "bench", &spec, &err))
            return 1;
        char *path = plugin_search_find(&search, "scheduler", spec.name, "bench", &err);
        struct plugin *plugin = path ? plugin_load_file(path, "scheduler", spec.name, "bench",
                                                        &err)
                                     : NULL;
        free(path);
        if (!plugin || plugin_create(plugin, &spec, &host, &instances[i], &err)) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        schedulers[i] = (struct engine_scheduler){instances[i].name, instances[i].scheduler,
                                                  instances[i].self};
    }
    struct stack stack = {.schedulers = schedulers, .count = SCHEDULERS};
    struct ovrmnd_load load = {.size = sizeof load};
    struct ovrmnd_attempt attempt = {.size = sizeof attempt, .number = 1, .cost = 1};
    struct ovrmnd_outcome outcome = {
        .size = sizeof outcome, .status = 200, .flags = OVRMND_OUTCOME_SUCCESS};
    uint64_t wake, refused = 0, began = clock_now(&real);
    for (uint64_t now = 1; now <= ROUNDS; now++) {
        attempt.item = now;
        if (stack_may_start(&stack, now, &load, &attempt, &wake, &err) != STACK_START) {
            refused++;
            continue;
        }
        if (stack_started(&stack, now, &load, &attempt, &err))
            return 1;
        outcome.started_ns = outcome.finished_ns = now;
        if (stack_finished(&stack, now, &load, &attempt, &outcome, &err))
            return 1;
    }
    double ns = (double)(clock_now(&real) - began) / (double)ROUNDS;
    printf("asked, started and finished: %.1f ns an attempt (%" PRIu64 " refused)\n", ns,
           refused);
    return 0;
}
