/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_MODEL_H
#define TRANSPORT_MODEL_H

/*
 * A modelled server behind the transport port, in virtual time: what the engine and its plugins
 * do with a real server over hours is seen in milliseconds. It moves the clock that it is given
 * to the next thing that happens, and nothing else moves it.
 *
 * One seed, one history, to the nanosecond: no floating point, no real time, and ties in the
 * order in which they came about. What befalls an attempt depends on the seed, the item and the
 * attempt's number alone, so two batches that differ in their schedulers meet the same server.
 *
 *     refuse? -> limit? -> room? -> [queue] -> one of `capacity` works on it -> answer
 *       |          |         |         \______________ timeout ____________/
 *    CONNECT      429       503
 *
 * What has timed out or was cancelled is forgotten by the server as well: its place is free.
 * Who needs one history must give items that are there: files are polled in real time.
 */

#include "base/clock.h"
#include "flow/ports.h"

enum model_shape {
    MODEL_CONSTANT,    /* scale_ns */
    MODEL_UNIFORM,     /* from 0 to scale_ns */
    MODEL_EXPONENTIAL, /* with a mean of scale_ns */
    MODEL_LOGNORMAL,   /* with a median of scale_ns */
};

/* How long the server works on a request. All zero: no time at all. */
struct model_latency {
    enum model_shape shape;
    uint64_t least_ns;          /* on top of which comes the shape */
    uint64_t scale_ns;          /* at most an hour */
    uint32_t sigma_thousandths; /* LOGNORMAL: of the logarithm; at most 3000 */
    uint32_t tail_per_million;  /* of the requests, which take */
    uint32_t tail_factor;       /* times as long */
};

/* What can go wrong with a request. */
enum model_trouble {
    MODEL_WELL,
    MODEL_STATUS, /* an answer with `status` */
    MODEL_REFUSE, /* no connection */
    MODEL_RESET,  /* the server acts on the request, and drops the connection */
    MODEL_HANG,   /* the server acts on the request, and says nothing for ever */
};

/* Befalls so many of the requests, whenever they come. */
struct model_fault {
    enum model_trouble trouble;
    unsigned status;
    uint32_t per_million;
};

/* Befalls every request that comes in [from_ns, until_ns), counted from the model's start. */
struct model_outage {
    enum model_trouble trouble;
    unsigned status;
    uint64_t from_ns, until_ns;
};

/* The server is slower for a while: percentages of what it is otherwise. */
struct model_brownout {
    uint64_t from_ns, until_ns;
    uint32_t capacity_percent, latency_percent;
};

/* Above `count` requests within a window of `per_ns`, windows one after another, it says 429.
 */
struct model_limit {
    uint64_t count; /* 0: no limit */
    uint64_t per_ns;
    bool retry_after; /* until the window ends, rounded up to seconds */
    bool hints;       /* how many are left, with each answer */
};

enum model_event {
    MODEL_STARTED, /* an attempt is on the wire */
    MODEL_SERVED,  /* the server acts on it */
    MODEL_ENDED,   /* its outcome is known */
};

struct model_options {
    uint64_t seed;
    struct model_latency latency;
    uint64_t refusal_ns; /* how long it takes to be turned away */
    uint32_t capacity;   /* requests worked on at once; 0: all */
    uint32_t queue;      /* how many wait for that; further ones get a 503 */
    struct model_limit limit;
    uint64_t
        slow_start_ns; /* from the first request on, capacity grows from 1 over this time */

    /* Borrowed while the model lives. */
    const struct model_fault *faults;
    size_t fault_count;
    const struct model_outage *outages;
    size_t outage_count;
    const struct model_brownout *brownouts;
    size_t brownout_count;

    /* Told of everything that happens, as it happens. May be NULL. */
    void (*tell)(void *context, enum model_event event, uint64_t now_ns,
                 const struct attempt *attempt);
    void *context;
};

struct model_counts {
    uint64_t started, served;
    uint64_t succeeded, refused_429, refused_503, timed_out;
    uint32_t running, peak_running; /* on the wire */
    uint32_t peak_working;          /* worked on at once */
};

struct model;

/* `clock` is a virtual one, borrowed as the options' arrays are; the options are copied. */
struct model *model_new(const struct model_options *options, struct clock *clock);
void model_free(struct model *model);

/* Its port. `wait` fails when nothing can ever happen again. */
struct transport *model_transport(struct model *model);

const struct model_counts *model_counts(const struct model *model);

#endif
