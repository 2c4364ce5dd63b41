/* SPDX-License-Identifier: MIT */
#ifndef CHECK_PROBE_H
#define CHECK_PROBE_H

/*
 * What a file says it is, asked in a child process: a library runs code of its own as soon as
 * it is loaded, and that may crash.
 */

#include "base/error.h"
#include "check/page.h"
#include "plugin/load.h"

#include <stdbool.h>

struct probe {
    struct check_page *page; /* holds all texts below */
    const char *path;        /* of the real file; NULL: not loaded */
    bool loaded;
    enum plugin_kind kind;
    struct ovrmnd_plugin about;                 /* its options too; its functions are NULL */
    uint32_t descriptor_bytes, functions_bytes; /* as the plugin was built */

    /* Not loaded: why, the rule that it breaks, and in which of its functions. */
    struct error error;
    enum check_rule rule;
    enum check_function function;
};

/* `where` stands before the error. -1: it cannot be asked. Free with probe_free even if it did
 * not load. */
int probe_file(struct probe *probe, const char *path, const char *where, uint64_t patience_ns,
               struct error *err);
void probe_free(struct probe *probe);

#endif
