/* SPDX-License-Identifier: MIT */
#ifndef CHECK_PAGE_H
#define CHECK_PAGE_H

/*
 * Memory shared with the child processes in which a plugin runs: what the child is doing, so
 * that it is known when it dies, and what it found. It lies at the same address in all of them,
 * so pointers into it hold on both sides.
 *
 * A plugin that scribbles over memory may hit it. What the parent reads is therefore bounded.
 */

#include "check/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The functions of a plugin, by the names that messages have for them. */
#define CHECK_FUNCTIONS(X)                                                                     \
    X(NONE, "between two calls")                                                               \
    X(CONSTRUCTOR, "a constructor, as it was loaded")                                          \
    X(ENTRY, "ovrmnd_plugin_entry")                                                            \
    X(CREATE, "create")                                                                        \
    X(DESTROY, "destroy")                                                                      \
    X(MAY_START, "may_start")                                                                  \
    X(STARTED, "started")                                                                      \
    X(FINISHED, "finished")                                                                    \
    X(DECIDE, "decide")                                                                        \
    X(BEGIN, "begin")                                                                          \
    X(UPDATE, "update")                                                                        \
    X(END, "end")                                                                              \
    X(EXIT, "a destructor or exit handler, as the program ended")

enum check_function {
#define X(name, text) FUNCTION_##name,
    CHECK_FUNCTIONS(X)
#undef X
        FUNCTION_COUNT
};

const char *check_function_name(enum check_function function);

#define MOST_FINDINGS 64

struct check_finding {
    enum check_rule rule;
    enum check_function function; /* in which it showed; NONE: in no one function */
    char what[480];               /* what was seen */
};

/* How long calls of one function took; count 0: it was not timed. */
struct check_time {
    uint64_t count, median_ns, worst_ns;
};

struct check_page {
    volatile uint64_t calls;    /* all that began so far */
    volatile uint32_t function; /* which one runs now */
    volatile uint32_t ended;    /* the child has done what it was to do */

    uint32_t finding_count;
    struct check_finding findings[MOST_FINDINGS];

    /* What was done, for the report. */
    uint64_t variants, refused_variants, sequences, batches;
    struct check_time times[FUNCTION_COUNT];

    size_t used; /* of the arena */
    char arena[1 << 18];
};

/* NULL: there is no memory for it. */
struct check_page *check_page_new(void);
void check_page_free(struct check_page *page);

/* Notes a finding; a rule that was seen to break in this function already is passed over. */
__attribute__((format(printf, 4, 5))) void check_note(struct check_page *page,
                                                      enum check_rule rule,
                                                      enum check_function function,
                                                      const char *format, ...);

/* Has a fault been found? Then it is no use to go on with the same. */
bool check_has_fault(const struct check_page *page);

/* Makes what a plugin may have written over fit to be read. */
void check_page_mend(struct check_page *page);

/* "18 ns", else as units_duration_text, into `text` of UNITS_TEXT bytes; returns it. */
const char *check_time_text(uint64_t ns, char *text);

/* Memory in the page; NULL: it is full. Texts of NULL stay NULL. */
void *check_page_take(struct check_page *page, size_t bytes);
const char *check_page_text(struct check_page *page, const char *text);

#endif
