/* SPDX-License-Identifier: MIT */
#ifndef CHECK_VARIANTS_H
#define CHECK_VARIANTS_H

/*
 * The ways to set a plugin's options that are tried: the defaults, and each option at its edges
 * with the others at theirs. An option that must be given gets a sample of its type.
 */

#include "flow/spec.h"
#include "plugin/load.h"

#define MOST_VARIANTS 256

struct variants {
    struct spec specs[MOST_VARIANTS]; /* the first is that of the defaults */
    size_t count;
};

/* `given`: options that all of them have, NAME=VALUE; borrowed. -1: one is not of that form. */
int variants_init(struct variants *variants, const struct plugin *plugin,
                  const char *const *given, size_t given_count, struct error *err);
void variants_fini(struct variants *variants);

/* "concurrency=1", or "defaults". The caller frees. */
char *variant_text(const struct spec *spec);

/* A value of the option's type that its bounds allow, as one would type it. Static, or the
 * option's own; for a choice the first, which the caller may have to cut at its '|'. */
const char *variant_sample(const struct ovrmnd_option *option);

#endif
