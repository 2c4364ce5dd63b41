/* SPDX-License-Identifier: MIT */
#ifndef CLI_PLUGIN_TEMPLATE_H
#define CLI_PLUGIN_TEMPLATE_H

/*
 * The files that `ovrmnd plugin new` writes: those of templates/plugin, which the build puts
 * into the program. In their text and their paths `plugin-name` stands for the plugin's name,
 * and `plugin-kind` for its kind.
 */

struct plugin_template {
    const char *kind; /* "scheduler"; "any": for plugins of each kind */
    const char *path; /* in the new folder: "tests/unit.c" */
    const char *text;
};

extern const struct plugin_template plugin_templates[]; /* ended by a row without a path */

#endif
