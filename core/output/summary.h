/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SUMMARY_H
#define OUTPUT_SUMMARY_H

/*
 * The end of a batch in a few lines: totals, then the failures grouped by code and status, each
 * with its lowest indices and the message of the lowest. Memory does not grow with the batch:
 * groups beyond SUMMARY_GROUPS are summed as one.
 */

#include "flow/ports.h"

#include <stdint.h>

#define SUMMARY_GROUPS  64
#define SUMMARY_INDICES 5
#define SUMMARY_MESSAGE 200

struct screen;

struct summary_group {
    enum error_code code;
    unsigned status;
    uint64_t count;
    uint64_t indices[SUMMARY_INDICES]; /* the lowest, ascending; as many as count allows */
    char message[SUMMARY_MESSAGE];     /* of indices[0], secrets hidden; else as it came */
};

struct summary {
    struct observer observer; /* first: an observer can be cast back */
    uint64_t succeeded, failed, cancelled;
    uint64_t from_journal; /* of them, those recorded by earlier runs; the caller's to set */
    uint64_t other;        /* failures that found no group */
    unsigned group_count;
    struct summary_group groups[SUMMARY_GROUPS];
};

/* Ready to observe a batch. Nothing to free. */
void summary_init(struct summary *s);

/* The groups, the largest first; returns how many there are. */
unsigned summary_sort(const struct summary *s,
                      const struct summary_group *sorted[SUMMARY_GROUPS]);

/* Appends what is to be said of a group: code, status, count, indices and message. */
void summary_group_text(const struct summary_group *g, struct buffer *out);

/* How many of a group's indices are known. */
unsigned summary_group_indices(const struct summary_group *g);

/* Prints it as lines on stderr. `elapsed_ns` is how long the batch took. [end] */
void summary_print(const struct summary *s, struct screen *screen, uint64_t elapsed_ns);

#endif
