/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_CACHE_MEND_H
#define JOURNAL_CACHE_MEND_H

/*
 * A damaged cache is worth nothing, and is begun anew. That must not harm other processes that
 * have it open at this moment, so a database is emptied in place, under SQLite's own locks;
 * only what is no database at all, and so can be nobody's, is renamed, which a warning tells.
 */

#include "base/error.h"

#include <stdbool.h>

struct database_kind;

/* Only one process at a time opens or mends what lies in this folder. -1: another one takes too
 * long. */
int cache_mend_lock(const char *path, struct error *err);
void cache_mend_unlock(int lock);

/* Renames a file that is no database, and removes a log that lost its file. */
void cache_mend_garbage(const char *path);

/* Empties a database of this kind if it is damaged; false: it is not, or that failed. */
bool cache_mend_damaged(const char *path, const struct database_kind *kind);

#endif
