/* SPDX-License-Identifier: MIT */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

/*
 * The plan of a batch: which plugins it runs under, with which options, and where each was
 * asked for. Settings come from five layers, the first that has one counting:
 *
 *     command line > endpoint's batchConfig > service's rateLimits and execution
 *                  > ~/.config/ovrmnd/config.yaml > default
 *
 * Limits hold in every mode. A file never makes a batch parallel by itself: without --parallel,
 * --concurrency or --scheduler, `sequential` is stacked on whatever schedulers a file names.
 */

#include "cli/call_options.h"
#include "flow/spec.h"
#include "service/service.h"

struct plan {
    struct spec *schedulers;
    size_t scheduler_count;
    struct spec retry;
    struct spec progress;
    unsigned *retry_statuses;
    size_t retry_status_count;
    uint64_t width; /* most attempts at once that a scheduler's options speak of, at most
                       CALL_MOST_WINDOW; 0: unknown */
};

/* `user` is the user's own layer; `terminal`: somebody looks at stderr. -1: USAGE or
 * PLUGIN_ERROR, and nothing is to be freed. */
int plan_make(const struct call_options *options, const struct target *target,
              const struct settings *user, bool terminal, struct plan *out, struct error *err);
void plan_free(struct plan *plan);

#endif
