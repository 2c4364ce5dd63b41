/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_LOAD_H
#define PLUGIN_LOAD_H

/*
 * A shared object becomes a plugin: trusted, loaded, checked, and copied into structs of this
 * program's own sizes, so that no reader has to ask whether a field is there. What an older
 * plugin does not have is 0 or NULL; what a newer one has beyond is left out.
 *
 * A loaded library stays until the process ends, refused ones included: code that has run may
 * have left threads or exit handlers behind.
 */

#include "base/error.h"

#include <ovrmnd/plugin.h>
#include <ovrmnd/progress.h>
#include <ovrmnd/retry.h>
#include <ovrmnd/scheduler.h>

enum plugin_kind { PLUGIN_SCHEDULER, PLUGIN_RETRY, PLUGIN_PROGRESS };
#define PLUGIN_KINDS (PLUGIN_PROGRESS + 1)

/* "scheduler", "retry", "progress": as on the command line, and the folder's name. */
const char *plugin_kind_name(enum plugin_kind kind);

struct plugin {
    enum plugin_kind kind;
    char *path; /* of the real file */
    char *name; /* `about.name`: ours, since it is needed whatever the plugin does */

    /* The plugin's own, filled up to this program's sizes. Its `options` and `functions` point
     * into this struct, and `option_size` is sizeof(struct ovrmnd_option). */
    struct ovrmnd_plugin about;
    union {
        struct ovrmnd_scheduler scheduler;
        struct ovrmnd_retry retry;
        struct ovrmnd_progress progress;
    } functions; /* the one that `kind` says */
    struct ovrmnd_option *options;
};

/* Loads this very file. A `kind` or `name` of NULL takes what comes; with a name of NULL the
 * file must still be called after its plugin. `where` stands before every message:
 * "--scheduler". NULL: PLUGIN_ERROR. Free with plugin_free, after its instances. */
struct plugin *plugin_load_file(const char *path, const char *kind, const char *name,
                                const char *where, struct error *err);

/* Frees the struct; the library stays. NULL is allowed. */
void plugin_free(struct plugin *plugin);

#endif
