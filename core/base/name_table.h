/* SPDX-License-Identifier: MIT */
#ifndef BASE_NAME_TABLE_H
#define BASE_NAME_TABLE_H

/*
 * Names, each with a number: for objects with so many members that looking through all of them
 * for each would take too long. Names are borrowed. A table is emptied and used again, and
 * grows as it fills; {0} is one before its first name_table_begin. Its hash has a seed of its
 * own, so that nobody can make names that all meet in one place.
 */

#include "base/buffer.h"

struct name_slot {
    struct slice name; /* without data: nothing is here */
    size_t value;
};

struct name_table {
    struct name_slot *slots;
    size_t size; /* in use, a power of two; 0: none yet */
    size_t room; /* allocated */
    size_t count;
    uint64_t seed;
};

/* Empties it, with room for `count` names. */
void name_table_begin(struct name_table *table, size_t count);

/* The number of a name, which starts as `first` where the name is new; valid until the next is
 * put. */
size_t *name_table_put(struct name_table *table, struct slice name, size_t first);

/* NULL: it is not there. */
size_t *name_table_find(const struct name_table *table, struct slice name);

/* Frees it if it has room for more than `keep` names: see buffer_trim. */
void name_table_trim(struct name_table *table, size_t keep);

void name_table_free(struct name_table *table);

#endif
