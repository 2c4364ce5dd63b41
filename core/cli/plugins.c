/* SPDX-License-Identifier: MIT */
#include "cli/plugins.h"

#include "base/buffer.h"
#include "base/guard.h"
#include "base/memory.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* It lies beside the executable, in the build tree as on the system, so that a copied tree
 * works from where it is. NULL: it is not there. The caller frees it. */
static char *installed_folder(void)
{
    char executable[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length < 0)
        return NULL;
    executable[length] = '\0';
    char *slash = strrchr(executable, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    char *beside = memory_format("%s/%s", executable, OVRMND_PLUGINS_FROM_BIN);
    char *folder = realpath(beside, NULL);
    free(beside);
    return folder;
}

int plugins_search(struct plugin_search *search, const struct option_list *dirs,
                   struct error *err)
{
    char *installed = installed_folder();
    int failed = plugin_search_init(search, (const char *const *)dirs->items, dirs->count,
                                    installed, err);
    free(installed);
    return failed;
}

/* Was it this one that wrote to stdout? To be asked when no other can have been. */
static int look_for_stray(struct plugin_set *set, const struct plugin *plugin,
                          struct error *err)
{
    char who[128];
    snprintf(who, sizeof who, "the plugin '%.100s'", plugin->about.name);
    return stray_look(set->stray, who, err);
}

static bool lies_in(const char *path, const char *folder)
{
    size_t length = folder ? strlen(folder) : 0;
    return length && strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* Whoever is no part of this program is watched from before its first function runs. */
static struct plugin *load(const struct plugin_set *set, const char *kind,
                           const struct spec *spec, struct error *err)
{
    char *path = plugin_search_find(&set->search, kind, spec->name, spec->where, err);
    if (!path)
        return NULL;
    if (!lies_in(path, set->installed))
        guard_watch();
    struct plugin *plugin = plugin_load_file(path, kind, spec->name, spec->where, err);
    free(path);
    return plugin;
}

/* Loads and makes one; the set owns both from then on. */
static const struct plugin_instance *add(struct plugin_set *set, const char *kind,
                                         const struct spec *spec,
                                         const struct plugin_host_options *host,
                                         struct error *err)
{
    struct plugin *plugin = load(set, kind, spec, err);
    if (!plugin)
        return NULL;
    struct plugin_instance *instance = &set->instances[set->count];
    set->plugins[set->count] = plugin;
    struct plugin_host_options own = *host;
    own.random = random_split(&host->random, set->count);
    set->count++;
    if (plugin_create(plugin, spec, &own, instance, err) || look_for_stray(set, plugin, err))
        return NULL;
    return instance;
}

static int add_schedulers(struct plugin_set *set, const struct plan *plan,
                          const struct plugin_host_options *host, struct error *err)
{
    for (size_t i = 0; i < plan->scheduler_count; i++) {
        const struct plugin_instance *made = add(set, "scheduler", &plan->schedulers[i], host,
                                                 err);
        if (!made)
            return -1;
        set->schedulers[set->scheduler_count++] = (struct engine_scheduler){
            made->name, made->scheduler, made->self};
    }
    return 0;
}

static int add_all(struct plugin_set *set, const struct plan *plan,
                   const struct plugin_host_options *host, struct error *err)
{
    size_t most = plan->scheduler_count + 2;
    set->plugins = memory_new(most, sizeof(struct plugin *));
    set->instances = memory_new(most, sizeof *set->instances);
    set->schedulers = memory_new(most, sizeof *set->schedulers);
    if (add_schedulers(set, plan, host, err))
        return -1;
    const struct plugin_instance *retry = add(set, "retry", &plan->retry, host, err);
    if (!retry)
        return -1;
    set->retry = (struct engine_retry){retry->name, retry->retry, retry->self};
    const struct plugin_instance *progress = add(set, "progress", &plan->progress, host, err);
    if (!progress)
        return -1;
    set->progress = (struct engine_progress){progress->name, progress->progress,
                                             progress->self};
    return 0;
}

/* Whom to suspect when nobody can say which plugin it was: those that are not installed beside
 * this program, else all. */
static void find_suspects(struct plugin_set *set)
{
    struct buffer names = {0};
    size_t count = 0, strangers = 0;
    for (size_t i = 0; i < set->count; i++)
        strangers += !lies_in(set->plugins[i]->path, set->installed);
    for (size_t i = 0; i < set->count; i++)
        if (!strangers || !lies_in(set->plugins[i]->path, set->installed))
            (void)buffer_append_format(&names, "%s'%s'", count++ ? ", " : "",
                                       set->plugins[i]->about.name);
    set->suspects = memory_format("%s %s", count == 1 ? "the plugin" : "one of the plugins",
                                  buffer_text(&names));
    set->stray->suspects = set->suspects;
    buffer_free(&names);
}

int plugin_set_open(struct plugin_set *set, const struct plan *plan,
                    const struct option_list *dirs, const struct plugin_host_options *host,
                    struct stray *stray, struct error *err)
{
    *set = (struct plugin_set){.stray = stray};
    set->installed = installed_folder();
    if (plugin_search_init(&set->search, (const char *const *)dirs->items, dirs->count,
                           set->installed, err) ||
        add_all(set, plan, host, err))
        return -1;
    find_suspects(set);
    return 0;
}

int plugin_set_close(struct plugin_set *set, struct error *err)
{
    int failed = 0;
    for (size_t i = 0; i < set->count; i++) {
        failed = plugin_end(&set->instances[i], failed ? NULL : err) || failed;
        failed = look_for_stray(set, set->plugins[i], failed ? NULL : err) || failed;
    }
    for (size_t i = 0; i < set->count; i++)
        plugin_free(set->plugins[i]);
    free(set->instances);
    free(set->plugins);
    free(set->schedulers);
    free(set->suspects);
    free(set->installed);
    plugin_search_fini(&set->search);
    *set = (struct plugin_set){0};
    return failed ? -1 : 0;
}
