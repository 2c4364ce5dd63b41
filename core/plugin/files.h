/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_FILES_H
#define PLUGIN_FILES_H

/*
 * All plugin files in the folders of a search, by their names alone: nothing is loaded. In the
 * order of the folders, in each those of KIND/ before those in the folder itself, by name.
 */

#include "plugin/search.h"

#include <stdbool.h>

struct plugin_file {
    char *path;
    char *name;       /* the file's, without ".so" */
    const char *kind; /* that of the folder: "scheduler"; NULL: it lies in the folder itself,
                         and its kind is not known. Static */
    size_t folder;    /* which of the search */
};

struct plugin_files {
    struct plugin_file *items;
    size_t count;
};

void plugin_files_list(const struct plugin_search *search, struct plugin_files *out);
void plugin_files_free(struct plugin_files *files);

/* The file that is taken instead of this one; NULL: none, it is the one that is found. `kind`
 * is that of `file`, NULL: not known. */
const struct plugin_file *plugin_files_shadow(const struct plugin_files *files,
                                              const struct plugin_file *file, const char *kind);

#endif
