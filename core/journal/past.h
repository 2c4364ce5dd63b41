/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_PAST_H
#define JOURNAL_PAST_H

/* What a journal holds when it is opened: verified once, row by row, and then found by identity
 * through a temporary index beside it. For journal.c and visit.c alone. */

#include "journal/record.h"

/* Reads all rows. `*last` is the last one's number; `*damaged` counts those whose checksum is
 * wrong and those missing among them, or at their end, since there have once been `expected`.
 * -1: the file as such is damaged. */
int past_verify(struct database *d, uint64_t expected, uint64_t *last, uint64_t *damaged,
                struct error *err);

/* Makes the index, as the table temp.past (key, ordinal, id). */
int past_index(struct database *d, struct error *err);

#endif
