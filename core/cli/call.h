/* SPDX-License-Identifier: MIT */
#ifndef CLI_CALL_H
#define CLI_CALL_H

/*
 * `ovrmnd call`, in three parts: call_open.c puts the stages together (call_journal.c the
 * journal), call.c runs the engine, and call_end.c says how it went. A call without a batch
 * option is a batch of one item whose result is printed on its own.
 */

#include "base/random.h"
#include "cli/call_options.h"
#include "cli/parameters.h"
#include "cli/plan.h"
#include "cli/plugins.h"
#include "cli/single.h"
#include "cli/stray.h"
#include "engine/engine.h"
#include "journal/cache.h"
#include "journal/journal.h"
#include "output/failed.h"
#include "output/screen.h"
#include "output/stats.h"
#include "output/summary.h"
#include "output/writer.h"
#include "service/service.h"
#include "transform/transform.h"

#define CALL_ID_LENGTH 6

/* Everything that one call holds; freed by call_close in the reverse order. */
struct call {
    struct call_options options;
    bool batch;
    bool read_before; /* another call has read the same items */
    struct clock clock;
    struct random random;
    struct screen screen;

    struct target target;
    struct settings user;
    struct parameter_list given;
    struct plan plan;
    struct stray stray;
    struct response response;
    struct plugin_set plugins;

    struct source *source;
    struct ordinals *ordinals; /* where requests need an identity; or NULL */
    struct binder *binder;
    struct cache *cache; /* of an endpoint with a cacheTTL; or NULL */
    struct memo *memos[2];
    size_t memo_count;
    struct transport *transport;
    struct journal *journal; /* --journal; or NULL */
    struct writer *writer;
    struct single_sink single;
    struct sink *results; /* of the writer; for a single call, `single` */
    struct transform *transform;
    struct sink *transformed; /* around `results`; NULL: the endpoint has no transform */
    struct failed *failed;    /* --failed-to, around these; or NULL */
    struct sink *sink;        /* what the engine writes to: the outermost */
    struct interrupt *interrupt;
    struct summary summary;
    struct stats *stats; /* --stats, --stats-json; or NULL */
    struct observer *observers[2];
    size_t observer_count;
    char id[CALL_ID_LENGTH + 1];
    struct engine_report report;
};

/* Opens every stage; `words` are those that are no options. Nothing is sent. -1: the struct is
 * to be closed all the same. */
int call_open(struct call *c, char **words, int count, struct error *err);
void call_close(struct call *c);

/* The journal, if one is asked for: opens it, which may give the batch the id that it had;
 * records how the batch ended. An error becomes the report's. */
int call_open_journal(struct call *c, struct error *err);
void call_end_journal(struct call *c);

/* The steps of call_open, for a bench, which runs a call often: what is to be called, and under
 * which plan; then, for each run, its plugins, and the items and what they are bound to.
 * `options`, `clock` and `random` are set before. -1 as above. */
int call_open_plan(struct call *c, char **words, int count, struct error *err);
int call_open_plugins(struct call *c, struct error *err);
int call_open_items(struct call *c, struct error *err);
void call_close_items(struct call *c);

/* What the engine is to be told of all that is open. */
struct engine_settings call_settings(struct call *c);

/* Writes what is left, tells what is to be told, and returns the exit status. */
int call_end(struct call *c);

/* Ends the plugins: `status`, or another if one of them ended badly. Before call_close. */
int call_end_plugins(struct call *c, int status);

#endif
