/* SPDX-License-Identifier: MIT */
#ifndef FLOW_PORTS_H
#define FLOW_PORTS_H

/*
 * The ports between the stages, as the engine sees them. Data travels one way:
 *
 *     source -> binder -> memo? -> (schedulers) -> transport -> (retry) -> sink
 *                                                                    \-> memo, observers
 *
 * Each port is a table of functions whose first argument is the port itself; an implementation
 * embeds the port as its first member. All are called from the engine's loop. Nothing here owns
 * anything: who made an implementation frees it.
 */

#include "base/error.h"
#include "flow/attempt.h"
#include "flow/item.h"
#include "flow/request.h"
#include "flow/result.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- source: where items come from (input) ---- */

enum source_answer {
    SOURCE_ITEM,   /* `item` is filled */
    SOURCE_LATER,  /* nothing to read at this moment: wait for source->fd */
    SOURCE_END,    /* no more items */
    SOURCE_FAILED, /* no more items, since the input is broken here; `err` says why */
};

struct source {
    /* Fills `item`: index, json or broken and error. After END or FAILED it is not asked again.
     * With `wait` false it never blocks. */
    enum source_answer (*next)(struct source *self, bool wait, struct item *item,
                               struct error *err);
    int fd;           /* to poll for reading after SOURCE_LATER; -1: never LATER */
    bool total_known; /* `total` is exact */
    uint64_t total;   /* items */
    bool endless;     /* a pipe, socket or terminal: the end may never come by itself */
};

/* ---- binder: item to request (request) ---- */

struct binder {
    /* Fills `out`; -1: the item cannot be sent, and `err` becomes its result. [pure] */
    int (*bind)(struct binder *self, const struct item *item, struct request *out,
                struct error *err);
};

/* ---- ordinals: how many equal requests came before (journal) ---- */

struct ordinals {
    /* Says how often `fingerprint` was asked for before, and counts it. -1: it cannot be told,
     * and the item cannot be sent. */
    int (*next)(struct ordinals *self, const struct fingerprint *fingerprint, uint64_t *ordinal,
                struct error *err);
};

/* ---- memo: results from before, and a record of those from now (journal, cache) ---- */

/* A result that a memo still knows. `body` is the engine's buffer, empty, to be appended to. */
struct recalled {
    struct error error; /* of a failure; code NONE: success */
    unsigned status;
    unsigned attempts; /* 0: none of this batch's */
    bool acted;        /* see struct result; also said of one that is to be sent again */
    uint64_t duration_ns;
    enum body_kind body_kind;
    struct buffer *body; /* for BODY_JSON: checked JSON */
};

struct memo {
    /* Is the result of this request, just bound, known? Then `out` is filled, and the request
     * is not sent; else `out->acted` alone counts. Asked once for each request, in the order of
     * input. */
    bool (*recall)(struct memo *self, const struct item *item, const struct request *request,
                   struct recalled *out);

    /* An attempt will be on the wire after the next `settle`, and not before. May be NULL. */
    void (*started)(struct memo *self, const struct attempt *attempt);

    /* An attempt ended, another of its request is to follow, and no server can have acted on
     * the request so far: until `started` is called again nothing of it is in flight. May be
     * NULL. */
    void (*waits)(struct memo *self, const struct attempt *attempt);

    /* The result of a request that this memo did not recall itself. */
    void (*finished)(struct memo *self, const struct request *request,
                     const struct result *result);

    /* Once a turn, before what started is sent: stores what must be on disk by then, and, from
     * time to time, the rest. Also reports what went wrong in the functions above. -1: the
     * memo is broken, what started is not sent, and the batch ends. */
    int (*settle)(struct memo *self, uint64_t now_ns, struct error *err);
    uint64_t settle_at_ns; /* when `settle` wants to be called at the latest; UINT64_MAX: never
                            */
};

/* ---- transport: attempts on the wire ---- */

struct transport {
    /* Puts an attempt on the wire, whose outcome.facts.started_ns is set. Never fails at once:
     * what goes wrong comes back as its outcome. The attempt and its request must stay in place
     * until it comes back from `next`.
     */
    void (*start)(struct transport *self, struct attempt *attempt);

    /* An attempt that came back, its outcome filled, or NULL. Each started one comes back once.
     */
    struct attempt *(*next)(struct transport *self);

    /* Ends an attempt now; it comes back from `next` with OVRMND_ERROR_CANCELLED. */
    void (*cancel)(struct transport *self, struct attempt *attempt);

    /* Sleeps until an attempt's event, `until_ns` on the engine's clock, or one of `extra` is
     * ready (its revents then say so). Returns at once if something is ready. UINT64_MAX: no
     * time. -1: the transport is broken beyond use. */
    int (*wait)(struct transport *self, uint64_t until_ns, struct pollfd *extra, unsigned count,
                struct error *err);
};

/* ---- sink: results, in the order they are to be written (output) ---- */

struct sink {
    /* Takes one result. -1: it cannot be written (closed pipe, full disk), and the batch stops.
     */
    int (*write)(struct sink *self, const struct result *result, struct error *err);

    /* Writes out what is buffered as far as the reader takes it, without blocking. */
    int (*flush)(struct sink *self, struct error *err);

    /* So much is buffered that no more results should come until a flush gets rid of some. */
    bool (*full)(const struct sink *self);

    /* Anything buffered? */
    bool (*pending)(const struct sink *self);

    /* The end: writes the closing text and all that is buffered, waiting for the reader. */
    int (*finish)(struct sink *self, struct error *err);

    int fd; /* to poll for writing when `pending` stays true after a flush */
};

/* ---- interrupt: SIGINT, SIGTERM and SIGHUP, as something to poll ---- */

struct interrupt {
    int (*next)(struct interrupt *self); /* a signal that arrived since, or 0; never blocks */
    int fd;                              /* readable when there may be one */
};

/* ---- witness: sees what plugins do beside their calls (cli) ---- */

struct witness {
    /* At most some times a second, and at the end. -1: a plugin did what it must not, and the
     * batch ends. */
    int (*look)(struct witness *self, struct error *err);
};

/* ---- observers: told of results, cannot steer ---- */

struct observer {
    /* As soon as a result is known, before its turn in the order. */
    void (*result)(struct observer *self, const struct result *result);

    /* An attempt came back. May be NULL. */
    void (*attempt)(struct observer *self, const struct attempt *attempt);
};

#endif
