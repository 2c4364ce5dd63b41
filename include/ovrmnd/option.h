/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_OPTION_H
#define OVRMND_OPTION_H

/*
 * Options: what a plugin can be told, as `--scheduler pool:concurrency=10` or in YAML as
 * `{ use: pool, concurrency: 10 }`.
 *
 * A plugin declares a table; the host parses, checks and hands over values. No plugin reads
 * text, and help, error messages and completion come from the same table. Defaults and bounds
 * are written as a user would write the value ("200ms", "600/m", "64M"), and are parsed by the
 * same parser, so what `ovrmnd plugin info` prints can be typed back.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Values of `ovrmnd_option.type`, and what a value of that type looks like. */
#define OVRMND_INTEGER  1u /* 10, -3                    -> integer */
#define OVRMND_NUMBER   2u /* 0.5, 2, 1e-3              -> number */
#define OVRMND_DURATION 3u /* 200ms, 1.5s, 2m, 1h, 1d   -> integer, in nanoseconds */
#define OVRMND_RATE     4u /* 20, 0.5, 100/s, 600/m     -> integer, per_ns: so many in so long */
#define OVRMND_SIZE     5u /* 512, 64K, 10M, 1G         -> integer, in bytes; K is 1024 */
#define OVRMND_STRING   6u /* any text                  -> text */
#define OVRMND_CHOICE   7u /* one of `choices`          -> integer, its place from 0; text */
#define OVRMND_BOOL     8u /* true false yes no on off  -> integer, 1 or 0 */

/* Values of `ovrmnd_option.flags`, added up. */
#define OVRMND_REQUIRED 1u /* an error if the user does not give it; `fallback` is NULL */

/* One option. Static, as the descriptor. Without a bound, an INTEGER or NUMBER may be any;
 * durations, rates and sizes are never negative, and a rate is never 0. */
struct ovrmnd_option {
    const char *name;     /* [a-z][a-z0-9-]* */
    const char *help;     /* one sentence, no full stop */
    const char *fallback; /* the default; NULL: none, and the value says `given` 0 */
    const char *least; /* the smallest allowed; NULL: no bound. Not for STRING, CHOICE, BOOL */
    const char *most;  /* the largest allowed; NULL: no bound. As `least` */
    const char *choices; /* for CHOICE: "none|full|equal"; else NULL */
    const char *unit;    /* what an INTEGER or NUMBER counts: "attempts"; NULL: nothing */
    uint32_t type;       /* OVRMND_INTEGER ... OVRMND_BOOL */
    uint32_t flags;
};

/* A value, parsed and within its bounds. Never grows: an array of them is indexed directly. */
struct ovrmnd_value {
    uint32_t type;    /* as in the table */
    uint32_t given;   /* 1: the user gave it; 0: it is the default, or 0 where there is none */
    int64_t integer;  /* see the types above */
    uint64_t per_ns;  /* RATE only: `integer` in each `per_ns`. "0.5" is 1 in 2,000,000,000 */
    double number;    /* NUMBER only */
    const char *text; /* the value as written; NULL when there is neither value nor default */
};

/* What `create` gets: one value for each row of the plugin's table, in the table's order, so
 * that an enum beside the table can index it. Lives until `destroy` returns, texts included. */
struct ovrmnd_options {
    uint32_t size;
    uint32_t count; /* the plugin's option_count */
    const struct ovrmnd_value *values;
};

#ifdef __cplusplus
}
#endif
#endif
