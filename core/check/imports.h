/* SPDX-License-Identifier: MIT */
#ifndef CHECK_IMPORTS_H
#define CHECK_IMPORTS_H

/*
 * Counts what one shared object allocates, by putting functions of our own into its table of
 * imported ones (its GOT), where it finds malloc and its like. What the libraries that it calls
 * allocate for themselves is not seen, but for C++'s own. For a child process that checks one
 * plugin.
 */

#include <stdint.h>

/* From now on the allocations of this library, which is loaded, are counted. */
void imports_watch(const char *path);

/* So many so far, in this thread. */
uint64_t imports_allocations(void);

#endif
