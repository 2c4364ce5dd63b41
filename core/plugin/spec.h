/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_SPEC_H
#define PLUGIN_SPEC_H

/*
 * How a plugin is asked for on the command line: `pool`, `pool:concurrency=10`,
 * `bar:format={bar} {eta},width=40`.
 *
 * Options are separated by commas. In a value `\,` is a comma and `\\` a backslash; any other
 * backslash stands for itself. A value may be empty, a name may not. Nothing is known here of
 * which plugins and options there are.
 */

#include "base/error.h"
#include "flow/spec.h"

#include <stdbool.h>

/* Takes `text` apart. `where` is the option that it came from ("--scheduler"); both are copied.
 * The caller frees `out` with spec_free. -1: PLUGIN_ERROR, and `out` is untouched. */
int spec_parse(const char *text, const char *where, struct spec *out, struct error *err);

/* As spec_parse says it of a name that is not; for specs that come from YAML. */
int spec_name_check(const char *name, const char *where, struct error *err);

#endif
