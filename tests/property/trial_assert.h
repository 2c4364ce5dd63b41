/* SPDX-License-Identifier: MIT */
#ifndef PROPERTY_TRIAL_ASSERT_H
#define PROPERTY_TRIAL_ASSERT_H

/* A trial's faults as failures of a test, with what it takes to see them again. */

#include "property/seeds.h"
#include "property/trial.h"

static inline void trial_fail(const struct trial *t, const char *what, uint64_t is,
                              uint64_t most)
{
    char text[512];
    trial_describe(t, text, sizeof text);
    fail_msg("%s: %" PRIu64 ", and at most %" PRIu64
             "\n  %s\n  again with OVRMND_SEED=%" PRIu64,
             what, is, most, text, t->seed);
}

/* All promises of trial.h. */
static inline void trial_assert_kept(const struct trial *t)
{
    for (size_t i = 0; i < PROMISES; i++)
        if (t->broken[i][0])
            trial_fail(t, t->broken[i], 1, 0);
}

#endif
