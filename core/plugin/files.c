/* SPDX-License-Identifier: MIT */
#include "plugin/files.h"

#include "base/memory.h"
#include "base/names.h"
#include "plugin/load.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static void add(struct plugin_files *files, const char *folder, const char *entry,
                const char *kind, size_t place)
{
    size_t length = strlen(entry);
    if (length <= 3 || strcmp(entry + length - 3, ".so") != 0)
        return;
    char *name = memory_copy_n(entry, length - 3);
    if (!name_is_plugin(name)) {
        free(name);
        return;
    }
    files->items = memory_grow(files->items, files->count + 1, sizeof *files->items);
    files->items[files->count++] = (struct plugin_file){
        .path = memory_format("%s/%s", folder, entry),
        .name = name,
        .kind = kind,
        .folder = place};
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct plugin_file *)a)->name, ((const struct plugin_file *)b)->name);
}

static void list(struct plugin_files *files, const char *folder, const char *kind, size_t place)
{
    size_t before = files->count;
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (const struct dirent *entry; (entry = readdir(dir));)
        add(files, folder, entry->d_name, kind, place);
    closedir(dir);
    if (files->count > before)
        qsort(files->items + before, files->count - before, sizeof *files->items, compare);
}

void plugin_files_list(const struct plugin_search *search, struct plugin_files *out)
{
    *out = (struct plugin_files){0};
    for (size_t i = 0; i < search->count; i++) {
        for (unsigned kind = 0; kind < PLUGIN_KINDS; kind++) {
            const char *name = plugin_kind_name((enum plugin_kind)kind);
            char *folder = memory_format("%s/%s", search->folders[i], name);
            list(out, folder, name, i);
            free(folder);
        }
        list(out, search->folders[i], NULL, i);
    }
}

void plugin_files_free(struct plugin_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->items[i].path);
        free(files->items[i].name);
    }
    free(files->items);
    *files = (struct plugin_files){0};
}

/* As plugin_search_find looks: KIND/NAME.so, else NAME.so, folder by folder. */
const struct plugin_file *plugin_files_shadow(const struct plugin_files *files,
                                              const struct plugin_file *file, const char *kind)
{
    for (const struct plugin_file *before = files->items; before < file; before++)
        if (strcmp(before->name, file->name) == 0 &&
            (!before->kind || (kind && strcmp(before->kind, kind) == 0)))
            return before;
    return NULL;
}
