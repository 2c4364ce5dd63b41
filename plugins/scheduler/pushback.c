/* SPDX-License-Identifier: MIT */
/*
 * pushback: what one response says about the server's limits holds for the whole batch.
 *
 *        429, 503 + Retry-After                RateLimit, X-RateLimit-...
 *                  |                                      |
 *                  v                                      v
 *      hold: nothing starts before it      window: `remaining` starts until its reset
 *
 *      ----|=========hold=========|-------|- - 3 - 2 - 1 - 0 =========|- - 99 - ...
 *         429                                             remaining 0  reset
 *
 * The hold. Retry-After names its end. A 429 without it (or with one that is over already)
 * holds for a second, and for twice as long each time that an attempt started after such a hold
 * gets a 429 again, up to a minute, which is the least that GitHub asks for in that case. A
 * success started after the hold makes the next one short again. Attempts that were on the wire
 * when the first 429 came are one flight: their 429s tell nothing new and count once.
 *
 * The window. A server counts a request when it handles it, so of what it says is left, those
 * still on the wire are taken off:
 *
 *      an attempt may start while   on the wire + its cost <= remaining
 *
 * Within one window the lowest `remaining` counts: it comes from the request that the server
 * handled last, so all that it had not counted then are still on the wire, in whatever order
 * the responses arrive. One that ends without saying what is left is taken off for good. At its
 * reset a window is forgotten; the next response tells of the new one.
 *
 * Resets come in whole seconds, so two that lie within a second mean the same one. A later
 * reset is a new window. An earlier one replaces a later if its attempt started when the later
 * was known already, else only if it is tighter: it may be news that was overtaken.
 *
 * Retry-After wins over RateLimit in the same response (draft-ietf-httpapi-ratelimit-headers).
 * The header fields are read by ovrmnd; this plugin sees values only. A response that is no
 * success counts as any other: a server's limits do not depend on what it thinks of a request.
 */
#include <ovrmnd/scheduler.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define NS_PER_S       UINT64_C(1000000000)
#define SHORTEST_PAUSE NS_PER_S
#define LONGEST_PAUSE  (60 * NS_PER_S)

enum { MAX_WAIT, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [MAX_WAIT] = {.name = "max-wait",
                  .help = "The longest wait at a server's word; what asks for more is tried "
                          "again after this",
                  .type = OVRMND_DURATION,
                  .fallback = "1h",
                  .least = "1s",
                  .most = "366d"}, /* rule S1 of scheduler.h */
};

/* What the server still allows. */
struct window {
    bool known;
    uint64_t remaining; /* units of cost that it had not counted yet */
    uint64_t reset_ns;  /* as first told: which window this is */
    uint64_t until_ns;  /* when it is forgotten: the latest reset told, within max-wait */
    uint64_t seen_ns;   /* when the response came that told of it */
};

struct pushback {
    const struct ovrmnd_host *host;
    uint64_t max_wait_ns;
    uint64_t hold_ns; /* nothing starts before */
    struct window window;

    uint64_t pause_ns;     /* the last hold for a 429 without a hint; 0: none since a success */
    uint64_t pause_set_ns; /* when it was set */
    bool warned;
};

static uint64_t at_most(uint64_t value, uint64_t most)
{
    return value < most ? value : most;
}

static uint64_t later_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t add_or_end_of_time(uint64_t ns, uint64_t more_ns)
{
    return ns + at_most(more_ns, UINT64_MAX - ns);
}

static uint64_t down_to_zero(uint64_t value, uint64_t less)
{
    return value - at_most(less, value);
}

/* ---- the answer ---- */

static bool window_has_room(const struct window *window, uint64_t on_wire, uint64_t cost)
{
    return on_wire <= window->remaining && cost <= window->remaining - on_wire;
}

static struct ovrmnd_verdict pushback_may_start(const void *self, uint64_t now_ns,
                                                const struct ovrmnd_load *load,
                                                const struct ovrmnd_attempt *next)
{
    const struct pushback *p = self;
    uint64_t at_ns = p->hold_ns;
    if (p->window.known && !window_has_room(&p->window, load->running_cost, next->cost))
        at_ns = later_of(at_ns, p->window.until_ns);
    /* Both lie within max-wait from when they were set, and time does not run backwards; should
     * it do so, the wait is still not longer. */
    if (at_ns > now_ns)
        return (struct ovrmnd_verdict){
            .action = OVRMND_WAIT_UNTIL,
            .at_ns = at_most(at_ns, add_or_end_of_time(now_ns, p->max_wait_ns))};
    return (struct ovrmnd_verdict){.action = OVRMND_START};
}

/* ---- what responses say ---- */

/* A time that the server named, within max-wait. */
static uint64_t within_max_wait(struct pushback *p, uint64_t now_ns, uint64_t named_ns,
                                bool blocks)
{
    uint64_t most_ns = add_or_end_of_time(now_ns, p->max_wait_ns);
    if (named_ns <= most_ns)
        return named_ns;
    if (blocks && !p->warned) {
        char line[160];
        snprintf(line, sizeof line,
                 "the server asks to wait for %" PRIu64 " s; trying again after max-wait, "
                 "%" PRIu64 " s",
                 (named_ns - now_ns) / NS_PER_S, p->max_wait_ns / NS_PER_S);
        p->host->log(p->host, OVRMND_LOG_WARNING, line);
        p->warned = true;
    }
    return most_ns;
}

static void hold(struct pushback *p, uint64_t now_ns, uint64_t until_ns)
{
    p->hold_ns = later_of(p->hold_ns, within_max_wait(p, now_ns, until_ns, true));
}

/* Is this news of the window that is known, a second up or down? */
static bool same_window(const struct window *window, uint64_t reset_ns)
{
    uint64_t known_ns = window->reset_ns;
    return reset_ns > known_ns ? reset_ns - known_ns < NS_PER_S
                               : known_ns - reset_ns < NS_PER_S;
}

static bool replaces(const struct window *window, const struct ovrmnd_outcome *outcome)
{
    return !window->known || outcome->limit_reset_ns > window->reset_ns ||
           outcome->started_ns >= window->seen_ns ||
           outcome->limit_remaining < window->remaining;
}

static void learn(struct pushback *p, uint64_t now_ns, const struct ovrmnd_outcome *outcome)
{
    struct window *window = &p->window;
    uint64_t remaining = outcome->limit_remaining;
    uint64_t until_ns = within_max_wait(p, now_ns, outcome->limit_reset_ns,
                                        outcome->limit_remaining == 0);
    if (window->known && same_window(window, outcome->limit_reset_ns)) {
        window->remaining = at_most(window->remaining, remaining);
        window->until_ns = later_of(window->until_ns, until_ns);
    } else if (replaces(window, outcome)) {
        *window = (struct window){.known = true,
                                  .remaining = remaining,
                                  .reset_ns = outcome->limit_reset_ns,
                                  .until_ns = until_ns};
    } else {
        return;
    }
    window->seen_ns = now_ns;
}

/* A 429 that does not say for how long. */
static void pause_and_double(struct pushback *p, uint64_t now_ns, uint64_t started_ns)
{
    if (p->pause_ns && started_ns <= p->pause_set_ns)
        return;
    p->pause_ns = p->pause_ns ? at_most(2 * p->pause_ns, LONGEST_PAUSE) : SHORTEST_PAUSE;
    p->pause_set_ns = now_ns;
    hold(p, now_ns, add_or_end_of_time(now_ns, p->pause_ns));
}

static void pushback_finished(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                              const struct ovrmnd_attempt *attempt,
                              const struct ovrmnd_outcome *outcome)
{
    struct pushback *p = self;
    bool throttled = outcome->status == 429;
    bool until = (throttled || outcome->status == 503) &&
                 (outcome->flags & OVRMND_OUTCOME_RETRY_AFTER) &&
                 outcome->not_before_ns > now_ns;
    bool limit = (outcome->flags & OVRMND_OUTCOME_LIMIT) && outcome->limit_reset_ns > now_ns;

    (void)load;
    if (p->window.known && now_ns >= p->window.until_ns)
        p->window.known = false;
    if (until)
        hold(p, now_ns, outcome->not_before_ns);
    if (limit && !until)
        learn(p, now_ns, outcome);
    else if (outcome->status || !(outcome->flags & OVRMND_OUTCOME_UNAPPLIED))
        p->window.remaining = down_to_zero(p->window.remaining, attempt->cost);

    if (throttled && !until && !(limit && outcome->limit_remaining == 0))
        pause_and_double(p, now_ns, outcome->started_ns);
    if ((outcome->flags & OVRMND_OUTCOME_SUCCESS) && outcome->started_ns > p->pause_set_ns)
        p->pause_ns = 0;
}

static void *pushback_create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                             struct ovrmnd_text *why)
{
    struct pushback *p = calloc(1, sizeof *p);
    if (!p) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    p->host = host;
    p->max_wait_ns = (uint64_t)given->values[MAX_WAIT].integer;
    return p;
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = pushback_create,
    .destroy = free,
    .may_start = pushback_may_start,
    .finished = pushback_finished,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "pushback",
    .version = "1.0.0",
    .summary = "Holds the whole batch back when the server asks for it",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
