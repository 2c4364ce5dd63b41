/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_SEARCH_H
#define PLUGIN_SEARCH_H

/*
 * Where plugins are looked for, and what is there. Loading foreign code is a decision of the
 * person at the keyboard: folders come from the command line, the environment, the user's home
 * and the installation, and never from a file that came with a project.
 *
 * In each folder the plugin NAME of a kind is KIND/NAME.so, else NAME.so. The first one found
 * counts, and if that one cannot be trusted or loaded, no further one is tried: a plugin is
 * never silently replaced by another of its name.
 */

#include "base/error.h"

#include <stddef.h>

/* The folders, in order. Owns its strings. */
struct plugin_search {
    char **folders;
    size_t count;
};

/* Puts together: `given` (--plugin-dir, which must exist), $OVRMND_PLUGIN_PATH (separated by
 * colons; what is not absolute is passed over with a warning), ~/.local/lib/ovrmnd/plugins, and
 * `installed` (NULL: none). -1: FILE_NOT_FOUND, nothing to free. */
int plugin_search_init(struct plugin_search *search, const char *const *given, size_t count,
                       const char *installed, struct error *err);
void plugin_search_fini(struct plugin_search *search);

/* The file of plugin `name` of `kind` ("scheduler", "retry", "progress"; NULL: any); the caller
 * frees it. NULL: PLUGIN_ERROR that says where it looked and what there is. */
char *plugin_search_find(const struct plugin_search *search, const char *kind, const char *name,
                         const char *where, struct error *err);

/* Names of plugins, sorted, each once. */
struct plugin_names {
    char **names;
    size_t count;
};

/* What the folders hold for `kind`, by file name alone: nothing is loaded, so a NAME.so that
 * lies in a folder itself counts for each kind. With a kind of NULL, those of all kinds. */
void plugin_names_list(const struct plugin_search *search, const char *kind,
                       struct plugin_names *out);
void plugin_names_free(struct plugin_names *names);

#endif
