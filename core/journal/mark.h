/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_MARK_H
#define JOURNAL_MARK_H

/*
 * How far a journal has come, in a small file of its own beside it, while requests are sent
 * that must not be sent twice.
 *
 * What SQLite has not yet written back is in its log. A log that was cut short or lost looks to
 * SQLite as if less had been done, and so much would be done again. The mark tells. It is
 * written after the log is on the disk, so it never runs ahead of it.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct mark {
    char *path;
    int fd;
};

/* {0, -1} until opened. -1: JOURNAL_ERROR. */
int mark_open(struct mark *m, const char *journal, struct error *err);
int mark_write(struct mark *m, const char *batch_id, uint64_t rows, struct error *err);

/* The number in the mark beside a journal; 0 if there is none, or none of this batch. */
uint64_t mark_read(const char *journal, const char *batch_id);

/* Is there neither a mark nor a log beside the journal? Of one that was cut off both stay; so
 * then they were lost, or the journal was moved or copied without them. */
bool mark_is_lost(const char *journal);

/* Closes it; with `remove`, takes it away: the journal is whole without its log. */
void mark_close(struct mark *m, bool remove);

#endif
