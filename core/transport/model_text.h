/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_MODEL_TEXT_H
#define TRANSPORT_MODEL_TEXT_H

/*
 * A modelled server as users write it: a preset, settings, or a preset with settings after it,
 * which win:
 *
 *     slow
 *     latency=lognormal:50ms:0.5,capacity=20,errors=1%,limit=100/s
 *     slow,capacity=5
 *
 * model_text_settings and model_text_presets say what there is; help is made of them.
 */

#include "base/error.h"
#include "transport/model.h"

#define MODEL_TEXT_MOST 8 /* faults, outages, brown-outs: of each */

/* What was read. `options` points into the struct: it must not be moved. */
struct model_text {
    struct model_options options;
    struct model_fault faults[MODEL_TEXT_MOST];
    struct model_outage outages[MODEL_TEXT_MOST];
    struct model_brownout brownouts[MODEL_TEXT_MOST];
};

/* A row of help. The last one has no name. */
struct model_text_row {
    const char *name;
    const char
        *form; /* of a setting: what may stand after '='; of a preset: what it stands for */
    const char *help;
};

extern const struct model_text_row model_text_settings[];
extern const struct model_text_row model_text_presets[];

/* -1: USAGE; the message names `where`, such as "--simulate". */
int model_text_parse(const char *text, const char *where, struct model_text *out,
                     struct error *err);

#endif
