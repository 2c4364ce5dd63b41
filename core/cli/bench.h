/* SPDX-License-Identifier: MIT */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

/*
 * `ovrmnd bench`, in three parts: bench_variant.c takes a variant's options, as `call` would,
 * bench_run.c runs a variant once, and bench.c does so in rounds and tells what came of it.
 */

#include "bench/report.h"
#include "cli/bench_options.h"
#include "cli/call.h"
#include "cli/words.h"
#include "transport/model_text.h"

/* A variant at work: a call that is run again and again. */
struct contender {
    char *name;
    const char *options; /* as given; borrowed */
    struct words words;  /* for the option table of `call` */
    char **argv;         /* the same, in an order of its own */
    struct words target; /* the endpoint and its parameters; a copy, since they get cut up */
    struct call call;
    struct record *record; /* all whole rounds */
    struct record *run;    /* the present one */
};

struct bench {
    struct bench_options options;
    struct words target; /* words that are no options; none: a model alone */
    bool own_items;      /* from --batch-file or --batch-json; else a model's */
    struct random random;
    uint64_t seed;
    struct screen screen;
    struct interrupt *interrupt;
    struct model_text model; /* --simulate */
    struct contender contenders[BENCH_MOST_VARIANTS];
    size_t count;

    uint64_t items; /* of a run */
    int signal;     /* that ended it; 0: none */
};

/* bench_variant.c: takes --variant options, and makes a plan for each. -1: the contenders may
 * be closed all the same. */
int contenders_open(struct bench *b, struct error *err);
void contenders_close(struct bench *b);
void contender_plan_text(const struct contender *c, struct buffer *out);

/* bench_run.c: opens all that a run needs but for the wire, and closes it again; both -1 with
 * `err`, unless something failed before and that is NULL. After a failure it is closed as well.
 */
int contender_open(const struct bench *b, struct contender *c, struct error *err);
int contender_close(struct contender *c, struct error *err);

/* bench_run.c: runs a variant once, and records it. Rounds with the same number meet the same
 * (modelled) chances. -1: it broke; `b->signal` is set where a signal ended it. */
int contender_run(struct bench *b, struct contender *c, uint64_t round, struct error *err);

#endif
