/* SPDX-License-Identifier: MIT */
/*
 * adaptive: as many attempts at once as the server takes well, found by trying.
 *
 *      limit
 *        |           x  429: cut to 0.7            latency: hold, then cut
 *        |          /|              /              to just above the knee
 *      c |- - - - -/-|- - - - - - -/- - -___- - - - - - - - - what the server does at once
 *        |       _/  |           _/     /   |___/--...
 *        |     _/    |         _/    __/
 *        |   _/      |_______/-    _/
 *        |__/  +1 for each    +1 for   doubled each window,
 *        |     completion     each     when the knee has moved
 *        |                    round
 *        +----------------------------------------------------------> time
 *
 * Growth and congestion are AIMD (V. Jacobson, "Congestion Avoidance and Control", SIGCOMM
 * 1988; Netflix's concurrency-limits use it for clients as well). A completion counts for
 * growth when the limit was what held attempts back. 429, 503 and timeouts cut the limit to
 * 0.7, once a flight: what had started before the cut says nothing about the limit after it.
 * Where it was cut is the knee. Up to a quarter beyond it the limit grows slowly; if nothing
 * happens there, the knee has moved, and it doubles each window. So it comes back soon after a
 * brown-out.
 *
 * Latency. By Little's law, n attempts on the wire at a server that does c at once take
 * max(1, n / c) times as long: more than c only wait in its queue. So the mean latency of a
 * window of successes is compared with the base, that of a server without a queue:
 *
 *      up to 1.25 x base    grow
 *      more                 hold, and look at one more window
 *      still above 1.5 x    cut to 1.25 x limit x base / mean, a little above the knee
 *      held for 3 windows   cut by 15 %
 *
 * Every such cut is a trial. A queue of our own gets shorter by it and latency falls with the
 * limit; if it falls by less than 5/8 of that, the server itself has become slower: the cut is
 * taken back, and what is measured is the new base. So a base that is out of date cannot hold
 * the limit down, as the lowest latency ever seen does (envoyproxy/envoy #38338), and unlike
 * one that follows latency slowly, as Netflix's Gradient2 has it, it does not drift up with our
 * own queue. Nothing is ever drained to measure. A lower mean moves the base a quarter of the
 * way down, as it may be chance; one that is lower by a quarter is taken as it is.
 *
 * It is the mean, since Little's law is about means, and since a median jumps where service
 * times are all alike. A sample counts as at most four times the mean before, so that one
 * straggler does not tell for all. Latencies of failures never count: a refusal is fast. A
 * window has 64 to 128 samples, fewer in the first steps, all from attempts that started after
 * the window before it.
 *
 * The numbers were chosen with a model of a server, tests/property/test_adaptive_model.c: they
 * keep 90 % of its throughput, for service times from constant to skewed, with about 1.7 c on
 * the wire, the overshoot of the first steps included.
 */
#include <ovrmnd/scheduler.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define ONE            UINT64_C(65536) /* an attempt; limits hold parts of one */
#define FIRST_SAMPLES  16
#define FEW_SAMPLES    64
#define MANY_SAMPLES   128
#define PATIENCE       2 /* held for so many windows, it tries a cut in the next */
#define LONGEST_SAMPLE UINT64_C(31622400000000000) /* 366 days: 128 of them do not overflow */

enum { MIN, MAX, START, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [MIN] = {.name = "min",
             .help = "How many attempts may always be on the wire at once",
             .type = OVRMND_INTEGER,
             .unit = "attempts",
             .fallback = "1",
             .least = "1",
             .most = "10000"},
    [MAX] =
        {.name = "max",
         .help = "How many attempts may at most be on the wire at once, however well it goes",
         .type = OVRMND_INTEGER,
         .unit = "attempts",
         .fallback = "100",
         .least = "1",
         .most = "10000"},
    [START] = {.name = "start",
               .help = "How many may be on the wire at the beginning, within min and max",
               .type = OVRMND_INTEGER,
               .unit = "attempts",
               .fallback = "4",
               .least = "1",
               .most = "10000"},
};

/* Latencies of successes that started under the limit as it is. */
struct window {
    uint64_t opened_ns, sum_ns;
    uint64_t most_ns; /* a sample counts as no more */
    uint32_t count, wanted;
};

struct adaptive {
    uint64_t min, max, limit; /* in parts of ONE, as the knee */
    uint64_t knee;            /* where it was cut last; 0: never */
    bool knee_of_latency;     /* and not of congestion */
    uint64_t cut_ns;          /* when it was cut for congestion */
    uint64_t bound_ns;        /* when the limit last held attempts back */

    struct window window;
    uint64_t base_ns; /* latency without a queue; 0: not known yet */
    unsigned held;    /* windows in a row that were too slow to grow */
    uint64_t before;  /* limit before the cut on trial; 0: none is */
    uint64_t slow_ns; /* mean latency before it */
};

static uint64_t clamp(uint64_t value, uint64_t least, uint64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* value * by / of, by way of 128 bits. */
static uint64_t scale(uint64_t value, uint64_t by, uint64_t of)
{
    return (uint64_t)((unsigned __int128)value * by / of);
}

static void set_limit(struct adaptive *a, uint64_t limit)
{
    a->limit = clamp(limit, a->min, a->max);
}

/* ---- growth ---- */

static bool grows_fast(const struct adaptive *a)
{
    return a->knee == 0 || a->limit > a->knee + a->knee / 4 + 2 * ONE;
}

/* At first 1 for each completion. Later 1 for each round, which is 1 / limit for each; near a
 * knee of latency, which costs the server little, up to a quarter a window; beyond a knee,
 * double a window, so that latency is looked at in between. */
static void grow(struct adaptive *a)
{
    uint64_t step = ONE * ONE / a->limit, double_step = a->limit / a->window.wanted;
    if (a->knee == 0)
        step = ONE;
    else if (grows_fast(a))
        step = clamp(double_step, step, ONE);
    else if (a->knee_of_latency)
        step = clamp(double_step / 4, step, 8 * step);
    set_limit(a, a->limit + step);
}

/* ---- latency ---- */

static void window_open(struct adaptive *a, uint64_t now_ns)
{
    uint64_t limit = a->limit / ONE, wanted = FIRST_SAMPLES;
    if (a->base_ns && grows_fast(a) && !a->held && !a->before)
        wanted = clamp(limit, FIRST_SAMPLES, FEW_SAMPLES);
    else if (a->base_ns)
        wanted = clamp(2 * limit, FEW_SAMPLES, MANY_SAMPLES);
    a->window.opened_ns = now_ns;
    a->window.sum_ns = a->window.count = 0;
    a->window.wanted = (uint32_t)wanted;
}

static void cut_for_latency(struct adaptive *a, uint64_t mean_ns, uint64_t most)
{
    uint64_t knee = scale(a->limit, a->base_ns, mean_ns);
    a->held = 0;
    if (a->limit == a->min) { /* nothing to try with: then it is not our queue */
        a->base_ns = mean_ns;
        return;
    }
    a->before = a->knee = a->limit;
    a->knee_of_latency = true;
    a->slow_ns = mean_ns;
    set_limit(a, clamp(knee + knee / 4, a->limit / 2, most));
}

/* Was it not our queue that made the server slow? */
static bool cut_was_in_vain(const struct adaptive *a, uint64_t mean_ns)
{
    uint64_t cut = a->before - a->limit;
    return mean_ns > a->slow_ns - scale(a->slow_ns, 5 * cut, 8 * a->before);
}

static void judge_trial(struct adaptive *a, uint64_t mean_ns)
{
    if (a->before && cut_was_in_vain(a, mean_ns)) {
        a->base_ns = mean_ns;
        set_limit(a, a->before);
    }
    a->before = 0;
}

static void window_close(struct adaptive *a, uint64_t now_ns)
{
    uint64_t mean_ns = a->window.sum_ns / a->window.count + 1; /* never 0 */
    a->window.most_ns = clamp(4 * mean_ns, 0, LONGEST_SAMPLE);
    judge_trial(a, mean_ns);
    if (a->base_ns == 0 || mean_ns < a->base_ns / 4 * 3)
        a->base_ns = mean_ns;
    else if (mean_ns < a->base_ns)
        a->base_ns -= (a->base_ns - mean_ns) / 4;

    if (mean_ns <= a->base_ns + a->base_ns / 4)
        a->held = 0;
    else if (a->held && mean_ns > a->base_ns + a->base_ns / 2)
        cut_for_latency(a, mean_ns, a->limit);
    else if (a->held++ == PATIENCE)
        cut_for_latency(a, mean_ns, a->limit / 20 * 17);
    window_open(a, now_ns);
}

static void take_sample(struct adaptive *a, uint64_t now_ns,
                        const struct ovrmnd_outcome *outcome)
{
    struct window *w = &a->window;
    if (!(outcome->flags & OVRMND_OUTCOME_SUCCESS) || outcome->started_ns < w->opened_ns ||
        outcome->finished_ns < outcome->started_ns)
        return;
    w->sum_ns += clamp(outcome->finished_ns - outcome->started_ns, 0, w->most_ns);
    if (++w->count == w->wanted)
        window_close(a, now_ns);
}

/* ---- what the engine calls ---- */

static struct ovrmnd_verdict adaptive_may_start(const void *self, uint64_t now_ns,
                                                const struct ovrmnd_load *load,
                                                const struct ovrmnd_attempt *next)
{
    (void)now_ns, (void)next;
    const struct adaptive *a = self;
    return (struct ovrmnd_verdict){
        .action = load->running < a->limit / ONE ? OVRMND_START : OVRMND_WAIT_FINISH,
    };
}

static void adaptive_started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                             const struct ovrmnd_attempt *attempt)
{
    (void)attempt;
    struct adaptive *a = self;
    if (load->running >= a->limit / ONE)
        a->bound_ns = now_ns;
}

static bool congested(const struct ovrmnd_outcome *outcome)
{
    return outcome->status == 429 || outcome->status == 503 ||
           outcome->error == OVRMND_ERROR_TIMEOUT;
}

static void cut_for_congestion(struct adaptive *a, uint64_t now_ns)
{
    a->cut_ns = now_ns;
    a->knee = a->limit;
    a->knee_of_latency = false;
    a->held = 0;
    a->before = 0;
    set_limit(a, a->limit / 10 * 7);
    window_open(a, now_ns);
}

static void adaptive_finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                              const struct ovrmnd_attempt *attempt,
                              const struct ovrmnd_outcome *outcome)
{
    (void)load;
    (void)attempt;
    struct adaptive *a = self;
    if (congested(outcome)) {
        if (a->cut_ns == 0 || outcome->started_ns > a->cut_ns)
            cut_for_congestion(a, now_ns);
    } else if (outcome->error == OVRMND_ERROR_NONE && outcome->status < 500) {
        if (!a->held && !a->before && outcome->started_ns <= a->bound_ns)
            grow(a);
        take_sample(a, now_ns, outcome);
    }
}

static void *adaptive_create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                             struct ovrmnd_text *why)
{
    const struct ovrmnd_value *values = given->values;
    if (values[MIN].integer > values[MAX].integer) {
        snprintf(why->data, why->capacity, "min is %" PRId64 ", which is above max, %" PRId64,
                 values[MIN].integer, values[MAX].integer);
        return NULL;
    }
    struct adaptive *a = calloc(1, sizeof *a);
    if (!a) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    a->min = (uint64_t)values[MIN].integer * ONE;
    a->max = (uint64_t)values[MAX].integer * ONE;
    set_limit(a, (uint64_t)values[START].integer * ONE);
    a->window.most_ns = LONGEST_SAMPLE;
    window_open(a, host->now_ns(host));
    return a;
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = adaptive_create,
    .destroy = free,
    .may_start = adaptive_may_start,
    .started = adaptive_started,
    .finished = adaptive_finished,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "adaptive",
    .version = "1.0.0",
    .summary = "As many attempts at once as the server takes well",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
