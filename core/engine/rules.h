/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RULES_H
#define ENGINE_RULES_H

/* The rules of the plugin ABI that the engine watches over; their numbers are those in
 * include/ovrmnd/scheduler.h and retry.h. */

#include "base/error.h"
#include "base/units.h"

#define LONGEST_WAIT_NS (366 * 86400 * NS_PER_S)
#define MOST_PUT_OFFS   1000

/* "the scheduler 'x' broke rule S1 in may_start: ..."; returns -1. */
static inline int rule_broken(struct error *err, const char *kind, const char *name,
                              const char *function, const char *rule, const char *what)
{
    return error_set(err, ERROR_PLUGIN_ERROR,
                     "the %s '%s' broke rule %s of the plugin ABI in %s: %s", kind, name, rule,
                     function, what);
}

#endif
