/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_CACHE_PLACE_H
#define JOURNAL_CACHE_PLACE_H

/*
 * Where the cache lies: `responses.db` in $OVRMND_CACHE_DIR, else in ~/.ovrmnd/cache. What it
 * holds was answered to this user's credentials, and is given back as if the server had said
 * it; so neither the folder nor the file may be another's, or open for others to write.
 */

#include "base/error.h"

#include <stdbool.h>

/* The file's path; the caller frees. With `make`, folders that are missing are made, for this
 * user alone. NULL: CACHE_ERROR. [setup] */
char *cache_place(bool make, struct error *err);

#endif
