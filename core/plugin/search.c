/* SPDX-License-Identifier: MIT */
#include "plugin/search.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "plugin/files.h"
#include "plugin/load.h"
#include "plugin/spec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the folders ---- */

/* Takes `folder` over. */
static void add_folder(struct plugin_search *search, char *folder)
{
    search->folders = memory_grow(search->folders, search->count + 1, sizeof folder);
    search->folders[search->count++] = folder;
}

static int add_given(struct plugin_search *search, const char *folder, struct error *err)
{
    struct stat status;
    if (stat(folder, &status))
        return error_set(err, ERROR_FILE_NOT_FOUND, "--plugin-dir: cannot open '%s': %s",
                         folder, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return error_set(err, ERROR_FILE_NOT_FOUND, "--plugin-dir: '%s' is not a folder",
                         folder);
    add_folder(search, memory_copy(folder));
    return 0;
}

/* A relative folder in the environment would mean another one in each project, so that a
 * project could bring plugins of its own. */
static void add_path(struct plugin_search *search, const char *path)
{
    while (*path) {
        size_t length = strcspn(path, ":");
        if (path[0] == '/')
            add_folder(search, memory_copy_n(path, length));
        else if (length > 0)
            log_warning("OVRMND_PLUGIN_PATH: '%.*s' is passed over, since it does not begin "
                        "with /",
                        (int)length, path);
        path += length;
        path += *path == ':';
    }
}

int plugin_search_init(struct plugin_search *search, const char *const *given, size_t count,
                       const char *installed, struct error *err)
{
    *search = (struct plugin_search){0};
    for (size_t i = 0; i < count; i++) {
        if (add_given(search, given[i], err)) {
            plugin_search_fini(search);
            return -1;
        }
    }
    const char *path = secure_getenv("OVRMND_PLUGIN_PATH");
    if (path)
        add_path(search, path);
    const char *home = secure_getenv("HOME");
    if (home && home[0] == '/')
        add_folder(search, memory_format("%s/.local/lib/ovrmnd/plugins", home));
    if (installed)
        add_folder(search, memory_copy(installed));
    return 0;
}

void plugin_search_fini(struct plugin_search *search)
{
    for (size_t i = 0; i < search->count; i++)
        free(search->folders[i]);
    free(search->folders);
    *search = (struct plugin_search){0};
}

/* ---- finding one ---- */

/* Takes `path` over and returns it if there is anything; a link that leads nowhere counts, so
 * that it is complained about and not passed by. */
static char *if_there(char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0)
        return path;
    free(path);
    return NULL;
}

static char *find_of_kind(const struct plugin_search *search, const char *kind,
                          const char *name)
{
    for (size_t i = 0; i < search->count; i++) {
        const char *folder = search->folders[i];
        char *path = if_there(memory_format("%s/%s/%s.so", folder, kind, name));
        if (!path)
            path = if_there(memory_format("%s/%s.so", folder, name));
        if (path)
            return path;
    }
    return NULL;
}

static char *find_of_any_kind(const struct plugin_search *search, const char *name,
                              enum plugin_kind *kind)
{
    for (unsigned k = 0; k < PLUGIN_KINDS; k++) {
        char *path = find_of_kind(search, plugin_kind_name((enum plugin_kind)k), name);
        if (path) {
            *kind = (enum plugin_kind)k;
            return path;
        }
    }
    return NULL;
}

static void append_list(struct buffer *to, const char *before, char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_append_format(to, "%s%s", i ? ", " : before, words[i]);
}

static int refuse_missing(const struct plugin_search *search, const char *kind,
                          const char *name, const char *where, struct error *err)
{
    struct plugin_names there;
    plugin_names_list(search, kind, &there);
    struct buffer rest = {0};
    append_list(&rest, "; looked in ", search->folders, search->count);
    append_list(&rest, "; found there: ", there.names, there.count);
    if (there.count == 0)
        buffer_append_format(&rest, "%s", search->count ? "; found none there" : "");
    const char *near = suggest_nearest(name, (const char *const *)there.names, there.count);
    if (near)
        buffer_append_format(&rest, "; did you mean '%s'?", near);
    error_set(err, ERROR_PLUGIN_ERROR, "%s: no %s%splugin '%s' found%s", where,
              kind ? kind : "", kind ? " " : "", name, buffer_text(&rest));
    buffer_free(&rest);
    plugin_names_free(&there);
    return -1;
}

char *plugin_search_find(const struct plugin_search *search, const char *kind, const char *name,
                         const char *where, struct error *err)
{
    if (spec_name_check(name, where, err))
        return NULL;
    enum plugin_kind other;
    char *path = kind ? find_of_kind(search, kind, name) : NULL;
    if (path)
        return path;
    path = find_of_any_kind(search, name, &other);
    if (!path || !kind) {
        if (!path)
            refuse_missing(search, kind, name, where, err);
        return path;
    }
    error_set(err, ERROR_PLUGIN_ERROR, "%s: '%s' is a %s plugin, not a %s plugin", where, name,
              plugin_kind_name(other), kind);
    free(path);
    return NULL;
}

/* ---- what is there ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_unique(struct plugin_names *names)
{
    if (names->count == 0)
        return;
    qsort(names->names, names->count, sizeof *names->names, compare_names);
    size_t kept = 1;
    for (size_t i = 1; i < names->count; i++) {
        if (strcmp(names->names[i], names->names[kept - 1]) == 0)
            free(names->names[i]);
        else
            names->names[kept++] = names->names[i];
    }
    names->count = kept;
}

void plugin_names_list(const struct plugin_search *search, const char *kind,
                       struct plugin_names *out)
{
    struct plugin_files files;
    plugin_files_list(search, &files);
    *out = (struct plugin_names){.names = memory_new(files.count, sizeof *out->names)};
    for (size_t i = 0; i < files.count; i++) {
        const struct plugin_file *file = &files.items[i];
        if (!kind || !file->kind || strcmp(file->kind, kind) == 0)
            out->names[out->count++] = memory_copy(file->name);
    }
    plugin_files_free(&files);
    sort_unique(out);
}

void plugin_names_free(struct plugin_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    *names = (struct plugin_names){0};
}
