/* SPDX-License-Identifier: MIT */
#include "plugin/load.h"

#include "base/guard.h"
#include "base/memory.h"
#include "plugin/elf.h"
#include "plugin/options.h"
#include "plugin/spec.h"
#include "plugin/trust.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OPTIONS 1000

/* ---- the kinds ---- */

/* A function that a plugin of the kind cannot do without. */
struct needed {
    const char *name;
    size_t offset;
};

#define NEEDS(table, function)                                                                 \
    {                                                                                          \
#function, offsetof(struct table, function)                                            \
    }

static const struct kind {
    const char *name, *id;
    size_t size;
    struct needed needed[4]; /* ended by a name of NULL */
} kinds[PLUGIN_KINDS] = {
    [PLUGIN_SCHEDULER] = {"scheduler",
                          OVRMND_SCHEDULER,
                          sizeof(struct ovrmnd_scheduler),
                          {NEEDS(ovrmnd_scheduler, create), NEEDS(ovrmnd_scheduler, destroy),
                           NEEDS(ovrmnd_scheduler, may_start)}},
    [PLUGIN_RETRY] = {"retry",
                      OVRMND_RETRY,
                      sizeof(struct ovrmnd_retry),
                      {NEEDS(ovrmnd_retry, create), NEEDS(ovrmnd_retry, destroy),
                       NEEDS(ovrmnd_retry, decide)}},
    [PLUGIN_PROGRESS] = {"progress",
                         OVRMND_PROGRESS,
                         sizeof(struct ovrmnd_progress),
                         {NEEDS(ovrmnd_progress, create), NEEDS(ovrmnd_progress, destroy),
                          NEEDS(ovrmnd_progress, update)}},
};

const char *plugin_kind_name(enum plugin_kind kind)
{
    return kinds[kind].name;
}

/* ---- saying what is wrong ---- */

/* Which plugin is being loaded, for whom; what every message begins with. */
struct loading {
    const char *where, *name, *path;
    struct error *err;
};

/* "--scheduler: plugin 'x' (/path/x.so) " and the rest. */
__attribute__((format(printf, 2, 3))) static int refuse(const struct loading *loading,
                                                        const char *format, ...)
{
    char rest[768];
    va_list args;
    va_start(args, format);
    vsnprintf(rest, sizeof rest, format, args);
    va_end(args);
    return error_set(loading->err, ERROR_PLUGIN_ERROR, "%s: plugin '%s' (%s) %s",
                     loading->where, loading->name, loading->path, rest);
}

/* ---- dlopen ---- */

/* The loader's texts, in a user's words. It begins with the name of the object that it is about
 * and a colon. */
static int refuse_unloadable(const struct loading *loading, const char *text)
{
    static const char symbol[] = "undefined symbol: ";
    const char *about = strchr(text, ':');
    int object = about ? (int)(about - text) : 0;
    const char *undefined = strstr(text, symbol);
    if (undefined)
        return refuse(loading,
                      "uses '%s', which nothing provides; a plugin links to all that it uses, "
                      "and ovrmnd itself exports nothing",
                      undefined + sizeof symbol - 1);
    if (strstr(text, "cannot open shared object file") &&
        strncmp(text, loading->path, (size_t)object) != 0)
        return refuse(loading,
                      "needs the library %.*s, which cannot be found; install it, or name its "
                      "folder in LD_LIBRARY_PATH",
                      object, text);
    return refuse(loading, "cannot be loaded: %s", text);
}

/* RTLD_LOCAL, so that two plugins cannot take each other's functions for their own; RTLD_NOW,
 * so that a missing one shows here and not in the middle of a batch. */
static ovrmnd_plugin_function *open_library(const struct loading *loading)
{
    const char *fault = plugin_elf_fault(loading->path);
    if (fault) {
        refuse(loading, "%s", fault);
        return NULL;
    }
    guard_enter("plugin", loading->name, "a constructor", GUARD_CONSTRUCT);
    void *library = dlopen(loading->path, RTLD_NOW | RTLD_LOCAL);
    guard_leave();
    if (!library) {
        refuse_unloadable(loading, dlerror());
        return NULL;
    }
    ovrmnd_plugin_function *entry = (ovrmnd_plugin_function *)dlsym(library,
                                                                    OVRMND_PLUGIN_SYMBOL);
    if (!entry)
        refuse(loading,
               "does not export the function " OVRMND_PLUGIN_SYMBOL
               ", so it is no ovrmnd plugin; <ovrmnd/plugin.h> declares it as exported, "
               "and in C++ as extern \"C\"");
    return entry;
}

/* ---- copying what the plugin says into our own sizes ---- */

/* Copies what both sides know of a struct and zeroes the rest, so that a plugin from before a
 * field was added reads as one that leaves it out. */
static void copy_known(void *to, size_t to_size, const void *from, size_t from_size)
{
    size_t known = from_size < to_size ? from_size : to_size;
    memcpy(to, from, known);
    memset((char *)to + known, 0, to_size - known);
}

/* What ABI 1 began with: no descriptor and no option row can be smaller. */
#define LEAST_DESCRIPTOR                                                                       \
    (offsetof(struct ovrmnd_plugin, functions) + sizeof((struct ovrmnd_plugin){0}.functions))
#define LEAST_OPTION                                                                           \
    (offsetof(struct ovrmnd_option, type) + sizeof((struct ovrmnd_option){0}.type))

static int take_descriptor(const struct loading *loading, const struct ovrmnd_plugin *theirs,
                           struct plugin *plugin)
{
    if (!theirs)
        return refuse(loading, "returns no descriptor from " OVRMND_PLUGIN_SYMBOL "()");
    if (theirs->size < LEAST_DESCRIPTOR)
        return refuse(loading,
                      "has a descriptor of %" PRIu32 " bytes, and the smallest there can be "
                      "has %zu; set its size to sizeof(struct ovrmnd_plugin)",
                      theirs->size, LEAST_DESCRIPTOR);
    if (theirs->abi != OVRMND_ABI)
        return refuse(loading,
                      "was built for plugin ABI %" PRIu32 ", and this ovrmnd has %u; build it "
                      "again with the headers of this one",
                      theirs->abi, OVRMND_ABI);
    copy_known(&plugin->about, sizeof plugin->about, theirs, theirs->size);
    return 0;
}

static int check_texts(const struct loading *loading, const struct ovrmnd_plugin *about)
{
    if (!about->kind || !about->name || !about->version || !about->summary)
        return refuse(loading, "has a descriptor without a %s",
                      !about->kind      ? "kind"
                      : !about->name    ? "name"
                      : !about->version ? "version"
                                        : "summary");
    if (strcmp(about->name, loading->name) != 0)
        return refuse(loading, "calls itself '%s'; its file must be called after it",
                      about->name);
    return 0;
}

static int take_kind(const struct loading *loading, const char *wanted, struct plugin *plugin)
{
    unsigned kind = 0;
    while (kind < PLUGIN_KINDS && strcmp(kinds[kind].id, plugin->about.kind) != 0)
        kind++;
    if (kind == PLUGIN_KINDS)
        return refuse(loading, "is of the kind '%s', which this ovrmnd does not know",
                      plugin->about.kind);
    plugin->kind = (enum plugin_kind)kind;
    if (wanted && strcmp(wanted, kinds[kind].name) != 0)
        return error_set(loading->err, ERROR_PLUGIN_ERROR,
                         "%s: '%s' is a %s plugin, not a %s plugin", loading->where,
                         loading->name, kinds[kind].name, wanted);
    return 0;
}

/* Every kind's function table begins with its size. */
static int take_functions(const struct loading *loading, struct plugin *plugin)
{
    const struct kind *kind = &kinds[plugin->kind];
    uint32_t size;
    if (!plugin->about.functions)
        return refuse(loading, "has no function table");
    memcpy(&size, plugin->about.functions, sizeof size);
    copy_known(&plugin->functions, kind->size, plugin->about.functions, size);
    for (const struct needed *needed = kind->needed; needed->name; needed++) {
        const void *function;
        memcpy(&function, (const char *)&plugin->functions + needed->offset, sizeof function);
        if (!function)
            return refuse(loading, "has no %s", needed->name);
    }
    plugin->about.functions = &plugin->functions;
    return 0;
}

/* The rows of the table are as far apart as the plugin's own struct is large. */
static int take_options(const struct loading *loading, struct plugin *plugin)
{
    struct ovrmnd_plugin *about = &plugin->about;
    const char *theirs = (const char *)about->options;
    uint32_t count = about->option_count, stride = about->option_size;
    if (count > 0 && (!theirs || stride < LEAST_OPTION || count > MOST_OPTIONS))
        return refuse(loading,
                      "has a broken option table: %" PRIu32 " rows of %" PRIu32
                      " bytes%s; a row has at least %zu bytes",
                      count, stride, theirs ? "" : " at NULL", LEAST_OPTION);
    plugin->options = memory_new(count + 1, sizeof *plugin->options);
    for (uint32_t i = 0; i < count; i++)
        copy_known(&plugin->options[i], sizeof *plugin->options, theirs + (size_t)i * stride,
                   stride);
    about->options = plugin->options;
    about->option_size = sizeof *plugin->options;
    struct plugin_table table = {about->name, plugin->options, count};
    struct error why;
    if (plugin_table_check(&table, &why))
        return refuse(loading, "is broken: %s", why.message);
    return 0;
}

/* ---- loading ---- */

static int take(const struct loading *loading, const char *kind,
                const struct ovrmnd_plugin *theirs, struct plugin *plugin)
{
    if (take_descriptor(loading, theirs, plugin) || check_texts(loading, &plugin->about) ||
        take_kind(loading, kind, plugin) || take_functions(loading, plugin) ||
        take_options(loading, plugin))
        return -1;
    return 0;
}

/* Its descriptor is read under guard as well: what it points to may be anything. */
static int load(const struct loading *loading, const char *kind, struct plugin *plugin)
{
    ovrmnd_plugin_function *entry = open_library(loading);
    if (!entry)
        return -1;
    if (guard_landed()) {
        guard_error(loading->err);
        return error_where(loading->err, "%s", loading->where);
    }
    guard_enter("plugin", loading->name, OVRMND_PLUGIN_SYMBOL, GUARD_LOAD);
    const struct ovrmnd_plugin *theirs = entry();
    bool same = entry() == theirs;
    guard_enter("plugin", loading->name, "its descriptor", GUARD_LOAD);
    int failed = same ? take(loading, kind, theirs, plugin)
                      : refuse(loading,
                               "returns another descriptor each time that " OVRMND_PLUGIN_SYMBOL
                               "() is called");
    guard_leave();
    return failed;
}

/* "x" of "/path/x.so"; the caller frees. */
static char *stem(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t length = strlen(base);
    if (length > 3 && strcmp(base + length - 3, ".so") == 0)
        length -= 3;
    return memory_copy_n(base, length);
}

struct plugin *plugin_load_file(const char *path, const char *kind, const char *name,
                                const char *where, struct error *err)
{
    struct plugin *plugin = memory_new(1, sizeof *plugin);
    char *called = name ? memory_copy(name) : stem(path);
    plugin->path = plugin_trust(path, err);
    struct loading loading = {where, called, plugin->path, err};
    int failed = plugin->path ? load(&loading, kind, plugin) : error_where(err, "%s", where);
    plugin->name = called;
    plugin->about.name = called;
    if (!failed)
        return plugin;
    plugin_free(plugin);
    return NULL;
}

void plugin_free(struct plugin *plugin)
{
    if (!plugin)
        return;
    free(plugin->options);
    free(plugin->path);
    free(plugin->name);
    free(plugin);
}
