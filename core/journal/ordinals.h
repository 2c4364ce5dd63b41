/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_ORDINALS_H
#define JOURNAL_ORDINALS_H

/*
 * Numbers equal requests as they come: the first of a kind is 0, the next 1. Memory does not
 * grow with the batch: beyond some 100,000 requests the counts are in a temporary file.
 */

#include "flow/ports.h"

/* Never NULL. [setup] */
struct ordinals *ordinals_new(void);
void ordinals_free(struct ordinals *ordinals); /* NULL is allowed */

#endif
