/* SPDX-License-Identifier: MIT */
/*
 * Not broken: a plugin from before the structs grew. Its descriptor ends with `functions`, its
 * table with `may_start`. What follows in memory is not part of them and must not be read: it
 * is filled with addresses that would crash.
 */
#include "broken.h"

#define POISON ((void *)0x1)

static struct {
    uint32_t size, reserved;
    void *create, *destroy, *may_start;
    void *poison[8];
} functions = {
    .size = offsetof(struct ovrmnd_scheduler, started),
    .create = (void *)sound_create,
    .destroy = (void *)sound_destroy,
    .may_start = (void *)sound_may_start,
    .poison = {POISON, POISON, POISON, POISON, POISON, POISON, POISON, POISON},
};

static const struct {
    uint32_t size, abi;
    const char *kind, *name, *version, *summary;
    const void *functions;
    void *poison[8];
} descriptor = {
    .size = offsetof(struct ovrmnd_plugin, options),
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "old-and-small",
    .version = "0.1.0",
    .summary = "From before the structs grew",
    .functions = &functions,
    .poison = {POISON, POISON, POISON, POISON, POISON, POISON, POISON, POISON},
};

RETURNS((const struct ovrmnd_plugin *)&descriptor)
