/* SPDX-License-Identifier: MIT */
/* Keeps an array that is too small for what may run at once. */
#include "misbehaving.h"

#define MOST 16

struct places {
    uint64_t item[MOST];
    unsigned guard;
};

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)host, (void)options, (void)why;
    return calloc(1, sizeof(struct places));
}

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)now_ns, (void)load;
    struct places *places = self;
    if (attempt->place >= MOST)
        abort();
    places->item[attempt->place] = attempt->item;
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .create = create,
                                                  .started = started};

PLUGIN("small-array", OVRMND_SCHEDULER, functions)
