/* SPDX-License-Identifier: MIT */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/* The nearest of `count` names to what the user wrote, if it is near enough to be meant
 * (optimal string alignment distance at most a third of its length, at least 1); else NULL.
 * Borrowed from `names`; NULLs among them are passed over. */
const char *suggest_nearest(const char *word, const char *const *names, size_t count);

#endif
