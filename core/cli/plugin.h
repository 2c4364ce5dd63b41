/* SPDX-License-Identifier: MIT */
#ifndef CLI_PLUGIN_H
#define CLI_PLUGIN_H

/* What `ovrmnd plugin` can do. Each gets the words after its name and returns the exit status.
 */

#include "base/buffer.h"
#include "base/units.h"
#include "cli/options.h"

/* How long a plugin may take to be loaded, or to come back from one call. */
#define PLUGIN_PATIENCE_NS (5 * NS_PER_S)

/* What list and info take. */
struct plugin_look {
    struct option_list plugin_dirs;
    unsigned format; /* enum option_format */
    bool help;
};
extern const struct option plugin_look_rows[];

int plugin_list(int argc, char **argv);
int plugin_info(int argc, char **argv);
int plugin_check(int argc, char **argv);
int plugin_new(int argc, char **argv);

/* Appends foreign text, made harmless; nothing for NULL. */
void plugin_text(struct buffer *out, const char *text);

#endif
