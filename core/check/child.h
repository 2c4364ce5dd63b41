/* SPDX-License-Identifier: MIT */
#ifndef CHECK_CHILD_H
#define CHECK_CHILD_H

/*
 * Runs something in a child process, so that whatever a plugin does there ends only the child:
 * it may crash, exit, or never come back. What the child writes to stdout and stderr is kept
 * from the terminal.
 */

#include "base/error.h"
#include "check/page.h"

#include <stdbool.h>

/* What a child ends with that has done its work. Not 0, which a plugin's exit handler might end
 * it with, and no usual status. */
#define CHILD_EXIT_STATUS 86

enum child_end {
    CHILD_DONE,   /* it did what it was to do */
    CHILD_SIGNAL, /* killed by signal `number` */
    CHILD_EXIT,   /* the program ended with status `number` */
    CHILD_STUCK,  /* one call did not come back in time, and it was killed */
};

/* The beginning of what came on a descriptor. */
struct child_output {
    uint64_t bytes;
    char text[100];
};

struct child {
    enum child_end how;
    int number;
    struct child_output out, err;
};

/* `work` runs in the child, with what the parent has in memory. `patience_ns` is how long one
 * call (see page->calls) may take. -1: there can be no child. */
int child_run(struct check_page *page, uint64_t patience_ns,
              void (*work)(struct check_page *page, void *context), void *context,
              struct child *out, struct error *err);

/* In the child: how often it was stopped and let go on, by a terminal or a debugger. */
int child_stops(void);

/* The rule that it broke by its end; not for CHILD_DONE. */
enum check_rule child_rule(const struct child *child);

/* How it ended, when it was not well: "crashed (Segmentation fault)"; "" for CHILD_DONE. */
#define CHILD_WORDS 96
const char *child_words(const struct child *child, uint64_t patience_ns,
                        char text[CHILD_WORDS]);

#endif
