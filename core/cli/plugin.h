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

enum plugin_format { PLUGIN_TEXT, PLUGIN_JSON };

int plugin_list(int argc, char **argv);
int plugin_info(int argc, char **argv);
int plugin_check(int argc, char **argv);

/* Parses into `values`, and returns how many words are left, at the front of `argv`. -1: it is
 * over already, with help printed or an error told, and `*status` is that of the program. */
int plugin_options(const struct option_table *table, int argc, char **argv, void *values,
                   int *status);

/* Appends foreign text: made harmless, or as a JSON string ("null" for NULL). */
void plugin_text(struct buffer *out, const char *text);
void plugin_json(struct buffer *out, const char *text);

/* Appends ,"key": and the text; without the comma where the object begins. */
void plugin_json_member(struct buffer *out, const char *key, const char *text);

/* Writes it to stdout and frees it; the exit status is `status`, or 1 if that failed. */
int plugin_print(struct buffer *out, int status);

#endif
