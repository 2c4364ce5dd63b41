/* SPDX-License-Identifier: MIT */
#include "transport/model.h"

#include "base/due.h"
#include "base/memory.h"
#include "base/units.h"
#include "transport/model_latency.h"
#include "transport/model_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An attempt on the wire. `due` is when it ends: its answer or its time limit, whichever comes
 * first. */
struct flight {
    struct due due; /* first, so that an event is its flight */
    struct attempt *attempt;
    enum model_trouble trouble;
    unsigned status;
    uint64_t latency_ns;
    uint64_t answer_ns;   /* UINT64_MAX: none is under way */
    uint64_t gives_up_ns; /* UINT64_MAX: never */
    bool working;         /* holds one of the server's places */
    bool queued;
    struct flight *before, *after; /* in the queue */
    struct flight *next;           /* among those not in use, and among all */
    struct flight *next_made;
};

struct model {
    struct transport port; /* first, so that a port is its model */
    struct model_options options;
    struct clock *clock;
    struct random random;
    struct model_counts counts;
    uint64_t began_ns;
    uint64_t first_ns; /* the first request, counted from then; UINT64_MAX: none yet */
    struct model_window window;
    struct due_heap events;
    uint64_t numbers;

    struct flight *queue, *queue_end;
    uint32_t queued, working;
    struct flight *free, *made;

    struct attempt *back, **back_end; /* those that came back */
};

static struct model *model_of(struct transport *port)
{
    return (struct model *)port;
}

static uint64_t sooner_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The end of time stays the end of time. */
static uint64_t after(uint64_t ns, uint64_t more_ns)
{
    return more_ns < UINT64_MAX - ns ? ns + more_ns : UINT64_MAX;
}

static uint64_t since_begin(const struct model *m)
{
    return m->clock->virtual_ns - m->began_ns;
}

static void tell(const struct model *m, enum model_event event, const struct attempt *a)
{
    if (m->options.tell)
        m->options.tell(m->options.context, event, m->clock->virtual_ns, a);
}

/* ---- flights ---- */

static struct flight *flight_take(struct model *m)
{
    struct flight *f = m->free;
    if (f) {
        m->free = f->next;
    } else {
        f = memory_new(1, sizeof *f);
        f->next_made = m->made;
        m->made = f;
    }
    return f;
}

static void queue_append(struct model *m, struct flight *f)
{
    f->queued = true;
    f->before = m->queue_end;
    f->after = NULL;
    *(m->queue_end ? &m->queue_end->after : &m->queue) = f;
    m->queue_end = f;
    m->queued++;
}

static void queue_remove(struct model *m, struct flight *f)
{
    f->queued = false;
    *(f->before ? &f->before->after : &m->queue) = f->after;
    *(f->after ? &f->after->before : &m->queue_end) = f->before;
    m->queued--;
}

static void set_answer(struct flight *f, uint64_t answer_ns)
{
    f->answer_ns = answer_ns;
    f->due.at_ns = sooner_of(answer_ns, f->gives_up_ns);
}

/* ---- the server at work ---- */

static bool has_place(const struct model *m)
{
    return m->options.capacity == 0 ||
           m->working < model_capacity_at(&m->options, since_begin(m), m->first_ns);
}

/* From now on the request has an effect. */
static void serve(struct model *m, struct flight *f)
{
    m->counts.served++;
    tell(m, MODEL_SERVED, f->attempt);
    if (f->trouble == MODEL_HANG) {
        set_answer(f, UINT64_MAX);
        return;
    }
    f->working = true;
    if (++m->working > m->counts.peak_working)
        m->counts.peak_working = m->working;
    set_answer(f, after(m->clock->virtual_ns,
                        model_stretch(&m->options, since_begin(m), f->latency_ns)));
}

static void serve_queue(struct model *m)
{
    while (m->queue && has_place(m)) {
        struct flight *f = m->queue;
        queue_remove(m, f);
        serve(m, f);
        due_heap_move(&m->events, &f->due);
    }
}

/* Turned away at the door: nothing was done, and it is known soon. */
static void turn_away(struct model *m, struct flight *f, enum model_trouble how,
                      unsigned status)
{
    f->trouble = how;
    f->status = status;
    set_answer(f, after(m->clock->virtual_ns, m->options.refusal_ns));
}

static void arrive(struct model *m, struct flight *f)
{
    const struct model_options *o = &m->options;
    unsigned status = 0;
    enum model_trouble outage = model_outage_at(o, since_begin(m), &status);
    if (outage == MODEL_REFUSE || f->trouble == MODEL_REFUSE)
        turn_away(m, f, MODEL_REFUSE, 0);
    else if (outage == MODEL_STATUS)
        turn_away(m, f, MODEL_STATUS, status);
    else if (o->limit.count && !model_window_take(&m->window, &o->limit, since_begin(m)))
        turn_away(m, f, MODEL_STATUS, 429);
    else if (outage != MODEL_WELL || (!m->queue && has_place(m))) {
        f->trouble = outage != MODEL_WELL ? outage : f->trouble;
        serve(m, f);
    } else if (m->queued < o->queue) {
        queue_append(m, f);
        set_answer(f, UINT64_MAX);
    } else {
        turn_away(m, f, MODEL_STATUS, 503);
    }
}

/* ---- outcomes ---- */

static void fail(struct outcome *o, uint32_t error, const char *reason)
{
    o->facts.error = error;
    snprintf(o->reason, sizeof o->reason, "%s", reason);
}

static void give_hints(const struct model *m, struct ovrmnd_outcome *facts)
{
    const struct model_limit *limit = &m->options.limit;
    uint64_t reset_ns = m->began_ns + m->window.ends_ns;
    if (limit->hints && reset_ns > facts->finished_ns) {
        facts->flags |= OVRMND_OUTCOME_LIMIT;
        facts->limit_remaining = limit->count - m->window.used;
        facts->limit_reset_ns = reset_ns;
    }
    if (limit->retry_after && facts->status == 429) {
        uint64_t left_ns = reset_ns > facts->finished_ns ? reset_ns - facts->finished_ns : 0;
        facts->flags |= OVRMND_OUTCOME_RETRY_AFTER;
        facts->not_before_ns = facts->finished_ns +
                               (left_ns + NS_PER_S - 1) / NS_PER_S * NS_PER_S;
    }
}

static void answer(struct model *m, const struct flight *f, struct outcome *o)
{
    struct ovrmnd_outcome *facts = &o->facts;
    facts->status = f->trouble == MODEL_STATUS ? f->status : 200;
    facts->first_byte_ns = facts->finished_ns;
    if (facts->status >= 200 && facts->status <= 299)
        facts->flags |= OVRMND_OUTCOME_SUCCESS;
    if (facts->status == 429)
        facts->flags |= OVRMND_OUTCOME_UNAPPLIED;
    if (m->options.limit.count)
        give_hints(m, facts);
    m->counts.succeeded += f->trouble == MODEL_WELL;
    m->counts.refused_429 += facts->status == 429;
    m->counts.refused_503 += facts->status == 503;
}

static void conclude(struct model *m, const struct flight *f, struct outcome *o)
{
    if (f->answer_ns > m->clock->virtual_ns) {
        fail(o, OVRMND_ERROR_TIMEOUT, "no answer in time (modelled)");
        m->counts.timed_out++;
    } else if (f->trouble == MODEL_REFUSE) {
        fail(o, OVRMND_ERROR_CONNECT, "connection refused (modelled)");
        o->facts.flags |= OVRMND_OUTCOME_UNAPPLIED;
    } else if (f->trouble == MODEL_RESET) {
        fail(o, OVRMND_ERROR_RECEIVE, "connection closed without an answer (modelled)");
    } else {
        answer(m, f, o);
    }
}

/* Takes a flight off the wire; its attempt comes back, and its place is another's. */
static void land(struct model *m, struct flight *f)
{
    struct attempt *a = f->attempt;
    tell(m, MODEL_ENDED, a);
    due_heap_remove(&m->events, &f->due);
    m->counts.running--;
    m->working -= f->working;
    if (f->queued)
        queue_remove(m, f);
    f->next = m->free;
    m->free = f;
    a->slot = NULL;
    a->next = NULL;
    *m->back_end = a;
    m->back_end = &a->next;
}

/* ---- the port ---- */

static void model_start(struct transport *port, struct attempt *a)
{
    struct model *m = model_of(port);
    struct flight *f = flight_take(m);
    uint64_t now_ns = m->clock->virtual_ns, timeout_ns = a->request->shape->timeout_ns;
    struct random of_item = random_split(&m->random, a->facts.item);
    struct random random = random_split(&of_item, a->facts.number);
    if (m->first_ns == UINT64_MAX)
        m->first_ns = since_begin(m);
    *f = (struct flight){.attempt = a,
                         .due.number = m->numbers++,
                         .latency_ns = model_latency_draw(&m->options.latency, &random),
                         .gives_up_ns = timeout_ns ? after(now_ns, timeout_ns) : UINT64_MAX,
                         .next_made = f->next_made};
    f->trouble = model_fault_draw(&m->options, &random, &f->status);
    a->slot = f;
    a->outcome.facts = (struct ovrmnd_outcome){.size = sizeof a->outcome.facts,
                                               .started_ns = now_ns,
                                               .bytes_out = a->request->body.length};
    a->outcome.reason[0] = '\0';
    m->counts.started++;
    if (++m->counts.running > m->counts.peak_running)
        m->counts.peak_running = m->counts.running;
    tell(m, MODEL_STARTED, a);
    arrive(m, f);
    due_heap_add(&m->events, &f->due);
}

static struct attempt *model_next(struct transport *port)
{
    struct model *m = model_of(port);
    struct attempt *a = m->back;
    if (a) {
        m->back = a->next;
        if (!m->back)
            m->back_end = &m->back;
    }
    return a;
}

static void model_cancel(struct transport *port, struct attempt *a)
{
    struct model *m = model_of(port);
    if (!a->slot)
        return;
    fail(&a->outcome, OVRMND_ERROR_CANCELLED, "cancelled");
    a->outcome.facts.finished_ns = m->clock->virtual_ns;
    land(m, a->slot);
}

static struct flight *flight_due(const struct model *m)
{
    struct due *due = due_heap_first(&m->events);
    return due && due->at_ns <= m->clock->virtual_ns ? (struct flight *)due : NULL;
}

/* All that happens at this moment, in the order in which it came about. What ends now ends
 * before its place goes to another, which may be at its end as well. */
static void happen(struct model *m)
{
    struct flight *f;
    do {
        while ((f = flight_due(m))) {
            f->attempt->outcome.facts.finished_ns = m->clock->virtual_ns;
            conclude(m, f, &f->attempt->outcome);
            land(m, f);
        }
        serve_queue(m);
    } while (flight_due(m));
}

/* When something happens by itself; UINT64_MAX: never. */
static uint64_t next_event_ns(const struct model *m)
{
    const struct due *due = due_heap_first(&m->events);
    uint64_t at_ns = due ? due->at_ns : UINT64_MAX;
    if (!m->queue)
        return at_ns;
    uint64_t rise_ns = model_next_rise(&m->options, since_begin(m), m->first_ns);
    return sooner_of(at_ns, after(m->began_ns, rise_ns));
}

/* Files are real: they are looked at, and waited for only when there is nothing else. */
static bool look_at_files(struct pollfd *extra, unsigned count, bool patiently)
{
    bool any = false;
    for (unsigned i = 0; i < count; i++) {
        extra[i].revents = 0;
        any |= extra[i].fd >= 0;
    }
    return any && (poll(extra, count, patiently ? -1 : 0) > 0 || patiently);
}

static int model_wait(struct transport *port, uint64_t until_ns, struct pollfd *extra,
                      unsigned count, struct error *err)
{
    struct model *m = model_of(port);
    if (!m->back)
        serve_queue(m); /* places that cancelled attempts have left */
    uint64_t at_ns = m->back ? m->clock->virtual_ns : sooner_of(until_ns, next_event_ns(m));
    if (look_at_files(extra, count, at_ns == UINT64_MAX) || m->back)
        return 0;
    if (at_ns == UINT64_MAX)
        return error_set(err, ERROR_API_TIMEOUT,
                         "The modelled server never answers, and attempts have no time limit");
    clock_advance_to(m->clock, at_ns);
    happen(m);
    return 0;
}

struct model *model_new(const struct model_options *options, struct clock *clock)
{
    struct model *m = memory_new(1, sizeof *m);
    m->port = (struct transport){
        .start = model_start, .next = model_next, .cancel = model_cancel, .wait = model_wait};
    m->options = *options;
    m->clock = clock;
    m->random = random_seeded(options->seed);
    m->began_ns = clock->virtual_ns;
    m->first_ns = UINT64_MAX;
    m->back_end = &m->back;
    return m;
}

void model_free(struct model *m)
{
    if (!m)
        return;
    while (m->made) {
        struct flight *f = m->made;
        m->made = f->next_made;
        free(f);
    }
    due_heap_free(&m->events);
    free(m);
}

struct transport *model_transport(struct model *m)
{
    return &m->port;
}

const struct model_counts *model_counts(const struct model *m)
{
    return &m->counts;
}
