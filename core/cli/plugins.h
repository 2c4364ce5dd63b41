/* SPDX-License-Identifier: MIT */
#ifndef CLI_PLUGINS_H
#define CLI_PLUGINS_H

/* The plugins of a plan, loaded, made, and in the form the engine takes. */

#include "cli/options.h"
#include "cli/plan.h"
#include "cli/stray.h"
#include "engine/engine.h"
#include "plugin/instance.h"
#include "plugin/search.h"

struct plugin_set {
    struct plugin_search search;
    struct plugin **plugins;
    struct plugin_instance *instances; /* as many as plugins; destroyed before them */
    size_t count;

    struct engine_scheduler *schedulers;
    size_t scheduler_count;
    struct engine_retry retry;
    struct engine_progress progress;

    char *installed;     /* the folder of the plugins that came with this program; or NULL */
    struct stray *stray; /* told whom to suspect */
    char *suspects;
};

/* All folders that plugins are looked for in. `dirs`: --plugin-dir. As plugin_search_init. */
int plugins_search(struct plugin_search *search, const struct option_list *dirs,
                   struct error *err);

/* `dirs`: --plugin-dir. `host->random` is split for each instance. A plugin that writes to
 * stdout meanwhile, which `stray` watches, is refused. -1: PLUGIN_ERROR; the set may be closed
 * all the same. */
int plugin_set_open(struct plugin_set *set, const struct plan *plan,
                    const struct option_list *dirs, const struct plugin_host_options *host,
                    struct stray *stray, struct error *err);

/* -1: PLUGIN_ERROR of the first plugin that did what it must not on the way out. A set that is
 * {0} is allowed. */
int plugin_set_close(struct plugin_set *set, struct error *err);

#endif
