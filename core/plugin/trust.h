/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_TRUST_H
#define PLUGIN_TRUST_H

/*
 * May this file be loaded? A library's constructors run before anything in it can be checked,
 * so the decision is made on the file: it, the folder that it really lies in and the folder
 * that it was found in belong to root or the effective user, and nobody else may write to them.
 * A sticky folder such as /tmp does not pass, since others can put files into it.
 *
 * As root, under sudo too, that means root's own files alone. The user behind sudo is not
 * asked: whatever could write as that user would then run as root.
 */

#include "base/error.h"

/* The real path, symbolic links followed, which is the one to load; the caller frees it. NULL:
 * PLUGIN_ERROR, a sentence that names the file and what to do. */
char *plugin_trust(const char *path, struct error *err);

#endif
