/* SPDX-License-Identifier: MIT */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

/*
 * `ovrmnd plugin check`: is this file a plugin that keeps its word? It is loaded in child
 * processes, one for each stage, and driven through what the engine could do to it, in virtual
 * time: every edge of its options, random sequences of calls, whole batches against a modelled
 * server, odd progress. What it does wrong is noted under the rules of check/rules.h.
 *
 * One seed, one check, but for what is measured: time.
 */

#include "base/error.h"
#include "check/page.h"
#include "check/probe.h"

#include <stdbool.h>
#include <stdint.h>

struct check_settings {
    const char *path;
    const char *version;     /* of ovrmnd */
    const char *const *with; /* options to set, NAME=VALUE */
    size_t with_count;
    uint64_t seed;
    uint64_t rounds;      /* random sequences */
    uint64_t patience_ns; /* how long one call may take until it counts as stuck */
};

struct check_report {
    struct probe probe;      /* what it is, as far as that is known */
    struct check_page *page; /* what was found and done */
};

/* Stands before the loader's messages, and is left out of findings. */
#define CHECK_WHERE "plugin check"
const char *check_message(const struct error *err);

/* -1: nothing could be checked, which is not the plugin's fault. Findings are no failure. */
int check_run(const struct check_settings *settings, struct check_report *report,
              struct error *err);
void check_free(struct check_report *report);

#endif
