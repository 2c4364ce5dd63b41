/* SPDX-License-Identifier: MIT */
#ifndef PROPERTY_TRIAL_H
#define PROPERTY_TRIAL_H

/*
 * A trial: one seed's batch. The real engine and the plugins that ship, against the modelled
 * server, in virtual time, with everything around them drawn from the seed: items, broken ones
 * among them, schedulers, retries, the server's mood, signals, a slow reader, late input.
 *
 *     trial_draw(&t, seed);   draws it; a test may then change what it likes
 *     trial_run(&t);          runs it, and looks at every step
 *     t.broken[PROMISE]       what went wrong, in words; "" if the promise was kept
 *     trial_free(&t);
 *
 * The looking (trial_watch.c) shares nothing with the engine but its ports: it keeps its own
 * books of what waits, what runs and what is due.
 */

#include "base/random.h"
#include "base/units.h"
#include "engine/engine.h"
#include "plugin/instance.h"
#include "transport/model.h"

enum promise {
    ONE_RESULT,      /* exactly one result an item */
    IN_ORDER,        /* results in input order, unless they come unordered */
    RATE_BOUND,      /* no window above rate x T + burst */
    STRICT_WINDOW,   /* no strict window above its number */
    WORK_CONSERVED,  /* never idle while every scheduler agrees and an item waits */
    POOL_WIDTH,      /* never wider than the pool */
    NO_EARLY_RETRY,  /* never before its delay, never before Retry-After */
    HELD_BACK,       /* after a Retry-After, pushback lets no attempt start before it */
    NO_SLOT_WAITING, /* what waits to be tried again does not count as running */
    BOUNDED_WAIT,    /* nobody is overtaken without end */
    UNSAFE_ONCE,     /* an unsafe request takes effect at most once */
    FAIL_FAST,       /* nothing starts after the failing outcome */
    SIGNALLED,       /* nothing starts after a signal */
    BATCH_ENDS,      /* and not as broken, whatever the server does */
    IN_TIME,         /* it ends by its deadline */
    FAILURES_STOP,   /* nothing starts after one failure too many */
    RETRY_BUDGET,    /* no more retries than the budget allows */
    PROMISES
};

#define MOST_SCHEDULERS 5
#define MOST_BUCKETS    2
#define MOST_SPEC       96

struct bucket {
    struct rate rate;
    uint64_t burst;
    bool strict;
};

/* What the trial knows of an item. */
struct trial_item {
    bool broken, unbound; /* cannot be sent */
    bool read, started, waiting, running, finished;
    bool unsafe_seen; /* an attempt of it may have taken effect */
    bool invited;     /* while it waits: a 429 said when */
    unsigned starts, served, results;
    uint64_t due_ns; /* while it waits */
    uint32_t place;  /* while it waits: in the list of those that do */
    bool success;    /* of its last attempt */
};

struct trial {
    uint64_t seed;
    struct random random;

    /* The script. */
    uint64_t items;
    struct trial_item *item;
    char schedulers[MOST_SCHEDULERS][MOST_SPEC]; /* as after --scheduler */
    size_t scheduler_count;
    char retry[MOST_SPEC];
    uint32_t most_attempts; /* of an item, as the retry policy has it */
    uint32_t width;         /* of the pool; 0: none */
    uint32_t least_width;   /* that schedulers always allow, as they say; 0: none */
    struct bucket buckets[MOST_BUCKETS];
    size_t bucket_count;
    bool pushback;
    struct request_shape shape;
    struct model_options server;
    struct model_fault faults[4];
    struct model_outage outages[2];
    struct model_brownout brownouts[2];
    uint64_t signal_ns[2]; /* UINT64_MAX: none */
    uint32_t sink_room;    /* results until the reader is too slow; 0: never */
    uint64_t sink_slow_ns;
    uint64_t source_late_ns; /* now and then an item is late by up to this */
    bool endless;            /* after its items the source says nothing for ever */
    struct engine_settings settings;

    /* The world. */
    struct clock clock;
    struct model *model;
    struct source source;
    struct binder binder;
    struct transport transport;
    struct sink sink;
    struct interrupt interrupt;
    struct observer observer, *observers[1];
    struct plugin_instance instances[MOST_SCHEDULERS + 1];
    struct engine_scheduler stack[MOST_SCHEDULERS + 1];
    struct ovrmnd_retry retry_functions;
    struct plugin_instance retry_instance;
    uint64_t source_ready_ns, sink_ready_ns;
    uint32_t sink_holds;
    size_t signals_sent;

    /* What happened. */
    struct engine_report report;
    uint64_t *starts; /* times */
    size_t start_count, start_room;
    uint64_t *completions; /* times of successes */
    size_t completion_count, completion_room;
    uint64_t first_starts, retry_starts, budgeted_retry_starts;
    uint64_t read, written, finished, failed;
    uint32_t running, waiting, peak_running;
    struct trial_item **waiters; /* `waiting` of them, in any order */
    uint64_t held_back_until_ns; /* the latest Retry-After */
    uint64_t retries_in_a_row, waits, last_wait_ns, waits_in_a_row;
    uint64_t next_fresh; /* the index after the last one that started first */
    uint64_t history;    /* a hash of all events and their times */
    char broken[PROMISES][160];
};

/* trial_draw.c */
void trial_draw(struct trial *t, uint64_t seed);
void trial_draw_calm(struct trial *t, uint64_t seed); /* nothing goes wrong, nothing ends it */
void trial_clear_schedulers(struct trial *t);
void trial_scheduler(struct trial *t, const char *text);
void trial_describe(const struct trial *t, char *text, size_t size);
#define PICK(random, ...)                                                                      \
    trial_pick(random, (const uint64_t[]){__VA_ARGS__},                                        \
               sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))
uint64_t trial_pick(struct random *random, const uint64_t *values, size_t count);

/* trial_run.c */
void trial_run(struct trial *t);
void trial_free(struct trial *t);
void trial_forget_plugins(void);

/* trial_watch.c: each notes what it sees in t->broken. */
__attribute__((format(printf, 3, 4))) void trial_break(struct trial *t, enum promise promise,
                                                       const char *format, ...);
void watch_event(void *trial, enum model_event event, uint64_t now_ns,
                 const struct attempt *attempt);
void watch_decision(struct trial *t, struct ovrmnd_verdict verdict, uint64_t now_ns,
                    const struct ovrmnd_attempt *attempt, const struct ovrmnd_outcome *outcome);
void watch_load(struct trial *t, const struct ovrmnd_load *load);
void watch_result(struct trial *t, const struct result *result);
void watch_written(struct trial *t, const struct result *result);
void watch_wait(struct trial *t, uint64_t until_ns); /* before the engine sleeps */
void watch_end(struct trial *t);
void trial_note(struct trial *t, uint64_t kind, uint64_t a, uint64_t b); /* into the history */

#endif
