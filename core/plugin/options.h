/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_OPTIONS_H
#define PLUGIN_OPTIONS_H

/*
 * A plugin's option table (ovrmnd/option.h): checked once when the plugin is loaded, so that a
 * fault in it is reported as the plugin's, and then used to turn a spec's text into values.
 * Defaults, bounds and what the user writes all pass the same parser.
 */

#include "base/error.h"
#include "flow/spec.h"

#include <ovrmnd/option.h>

/* A table of this program's own struct size, and whose it is. Borrowed. */
struct plugin_table {
    const char *plugin; /* its name */
    const struct ovrmnd_option *options;
    uint32_t count;
};

/* Is the table itself sound: names, types, bounds, defaults? -1: PLUGIN_ERROR, a phrase that
 * goes on from "plugin 'x' (file): ". */
int plugin_table_check(const struct plugin_table *table, struct error *err);

/* The values for one instance, in the table's order, and the text that they point to. */
struct plugin_values {
    struct ovrmnd_options options; /* what `create` gets */
    struct ovrmnd_value *values;
    char **texts; /* one for each value, NULL where the user gave none */
};

/* Parses and checks the spec's options against a sound table. The spec may go afterwards. -1:
 * PLUGIN_ERROR, nothing to free. */
int plugin_values_init(struct plugin_values *values, const struct plugin_table *table,
                       const struct spec *spec, struct error *err);
void plugin_values_fini(struct plugin_values *values);

#endif
