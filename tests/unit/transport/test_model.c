/* SPDX-License-Identifier: MIT */

/* The modelled server does what its options say, in virtual time. */

#include "base/memory.h"
#include "base/units.h"
#include "transport/model.h"
#include "transport/model_latency.h"
#include "transport/model_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MOST 1000

struct lab {
    struct clock clock;
    struct model *model;
    struct transport *port;
    struct request_shape shape;
    struct request request;
    struct attempt attempts[MOST];
    size_t count;
};

static struct lab *lab_new(struct model_options options)
{
    struct lab *lab = memory_new(1, sizeof *lab);
    lab->clock = clock_virtual(5 * NS_PER_S);
    lab->model = model_new(&options, &lab->clock);
    lab->port = model_transport(lab->model);
    lab->shape.timeout_ns = 30 * NS_PER_S;
    lab->request.shape = &lab->shape;
    return lab;
}

static void lab_free(struct lab *lab)
{
    model_free(lab->model);
    free(lab);
}

static struct attempt *send_one(struct lab *lab)
{
    struct attempt *a = &lab->attempts[lab->count];
    a->facts = (struct ovrmnd_attempt){.number = 1, .item = lab->count++, .cost = 1};
    a->request = &lab->request;
    lab->port->start(lab->port, a);
    return a;
}

static void send_many(struct lab *lab, size_t count)
{
    while (count--)
        send_one(lab);
}

/* Until `ns` after the start of the lab; returns how many came back. */
static size_t run_until(struct lab *lab, uint64_t ns)
{
    struct error err;
    size_t came = 0;
    for (;;) {
        while (lab->port->next(lab->port))
            came++;
        if (lab->clock.virtual_ns >= 5 * NS_PER_S + ns)
            return came;
        assert_int_equal(lab->port->wait(lab->port, 5 * NS_PER_S + ns, NULL, 0, &err), 0);
    }
}

static uint64_t took_ns(const struct attempt *a)
{
    return a->outcome.facts.finished_ns - a->outcome.facts.started_ns;
}

static const struct model_latency ten_ms = {.scale_ns = 10 * NS_PER_MS};

/* ---- latencies ---- */

static uint64_t draws[100000];

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Sorted; returns the mean. */
static uint64_t draw_all(const struct model_latency *latency)
{
    const size_t count = sizeof draws / sizeof *draws;
    struct random random = random_seeded(1);
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += draws[i] = model_latency_draw(latency, &random);
    qsort(draws, count, sizeof *draws, by_size);
    return sum / count;
}

static void a_constant_latency_is_always_the_same(void **state)
{
    (void)state;
    struct model_latency l = {.least_ns = 5, .scale_ns = 70};
    assert_int_equal(draw_all(&l), 75);
    assert_int_equal(draws[0], 75);
}

static void a_uniform_latency_fills_its_range_evenly(void **state)
{
    (void)state;
    struct model_latency l = {.shape = MODEL_UNIFORM, .least_ns = 1000, .scale_ns = 1000000};
    assert_in_range(draw_all(&l), 498000, 504000);
    assert_in_range(draws[0], 1000, 1100);
    assert_in_range(draws[99999], 1000900, 1001000);
}

static void an_exponential_latency_has_its_mean_median_and_tail(void **state)
{
    (void)state;
    struct model_latency l = {.shape = MODEL_EXPONENTIAL, .scale_ns = 1000000};
    assert_in_range(draw_all(&l), 990000, 1010000);
    assert_in_range(draws[50000], 685000, 701000);   /* ln 2 */
    assert_in_range(draws[99000], 4500000, 4700000); /* ln 100 = 4.605 */
}

/* The largest settings that model_text.c takes. */
static void a_latency_beyond_the_clock_is_not_a_short_one(void **state)
{
    (void)state;
    struct model_latency plain = {
        .shape = MODEL_LOGNORMAL, .scale_ns = 3600 * NS_PER_S, .sigma_thousandths = 3000};
    struct model_latency tail = plain;
    tail.tail_per_million = 1000000;
    tail.tail_factor = 1000;
    for (uint64_t seed = 0; seed < 10000; seed++) {
        struct random one = random_seeded(seed), other = one;
        uint64_t short_ns = model_latency_draw(&plain, &one);
        assert_true(model_latency_draw(&tail, &other) >= short_ns);
    }
    struct model_brownout slow = {.until_ns = 1, .latency_percent = 100000};
    struct model_options options = {.brownouts = &slow, .brownout_count = 1};
    assert_true(model_stretch(&options, 0, UINT64_MAX) == UINT64_MAX);
}

static void a_lognormal_latency_has_its_median_and_spread(void **state)
{
    (void)state;
    struct model_latency l = {
        .shape = MODEL_LOGNORMAL, .scale_ns = 1000000, .sigma_thousandths = 500};
    assert_in_range(draw_all(&l), 1120000, 1147000); /* e^(sigma^2 / 2) = 1.133 */
    assert_in_range(draws[50000], 990000, 1010000);
    assert_in_range(draws[84134], 1625000, 1672000); /* e^sigma = 1.649 */
    assert_in_range(draws[15866], 597000, 616000);   /* e^-sigma = 0.607 */
}

static void the_tail_is_as_thick_and_as_long_as_it_says(void **state)
{
    (void)state;
    struct model_latency l = {.scale_ns = 10, .tail_per_million = 10000, .tail_factor = 7};
    draw_all(&l);
    assert_int_equal(draws[98800], 10);
    assert_int_equal(draws[99200], 70);
}

/* ---- capacity and queue ---- */

static void as_many_are_worked_on_as_there_are_places(void **state)
{
    (void)state;
    struct lab *lab = lab_new(
        (struct model_options){.latency = ten_ms, .capacity = 3, .queue = 100});
    send_many(lab, 10);
    assert_int_equal(run_until(lab, 10 * NS_PER_MS), 3);
    assert_int_equal(run_until(lab, 40 * NS_PER_MS), 7);
    assert_int_equal(model_counts(lab->model)->peak_working, 3);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(took_ns(&lab->attempts[i]), (1 + i / 3) * 10 * NS_PER_MS);
    lab_free(lab);
}

static void beyond_the_queue_there_is_a_503_at_once(void **state)
{
    (void)state;
    struct lab *lab = lab_new((struct model_options){
        .latency = ten_ms, .capacity = 1, .queue = 2, .refusal_ns = NS_PER_MS});
    send_many(lab, 5);
    assert_int_equal(run_until(lab, NS_PER_MS), 2);
    assert_int_equal(lab->attempts[3].outcome.facts.status, 503);
    assert_int_equal(lab->attempts[4].outcome.facts.status, 503);
    assert_int_equal(lab->attempts[4].outcome.facts.flags, 0);
    assert_int_equal(run_until(lab, 30 * NS_PER_MS), 3);
    assert_int_equal(model_counts(lab->model)->succeeded, 3);
    lab_free(lab);
}

static void slow_start_grows_to_the_capacity(void **state)
{
    (void)state;
    struct lab *lab = lab_new((struct model_options){.latency = {.scale_ns = 3600 * NS_PER_S},
                                                     .capacity = 4,
                                                     .queue = 100,
                                                     .slow_start_ns = NS_PER_S});
    lab->shape.timeout_ns = 0;
    send_many(lab, 10);
    const struct model_counts *counts = model_counts(lab->model);
    assert_int_equal(counts->served, 1);
    run_until(lab, 499 * NS_PER_MS);
    assert_int_equal(counts->served, 1);
    run_until(lab, 500 * NS_PER_MS);
    assert_int_equal(counts->served, 2);
    run_until(lab, 1000 * NS_PER_MS);
    assert_int_equal(counts->served, 4);
    lab_free(lab);
}

static void a_brownout_takes_places_and_time_and_ends(void **state)
{
    (void)state;
    const struct model_brownout brownout = {
        .until_ns = 100 * NS_PER_MS, .capacity_percent = 50, .latency_percent = 300};
    struct lab *lab = lab_new((struct model_options){.latency = ten_ms,
                                                     .capacity = 4,
                                                     .queue = 100,
                                                     .brownouts = &brownout,
                                                     .brownout_count = 1});
    send_many(lab, 12);
    assert_int_equal(run_until(lab, 30 * NS_PER_MS), 2);
    assert_int_equal(run_until(lab, 90 * NS_PER_MS), 4);
    /* Two started at 90, two more have a place from 100 on. */
    assert_int_equal(run_until(lab, 110 * NS_PER_MS), 2);
    assert_int_equal(run_until(lab, 120 * NS_PER_MS), 4);
    lab_free(lab);
}

/* ---- troubles ---- */

static void each_trouble_has_its_outcome(void **state)
{
    (void)state;
    static const struct {
        struct model_fault fault;
        uint32_t status, error, flags;
        uint64_t took_ns, served;
    } cases[] = {
        {{MODEL_STATUS, 404, 1000000}, 404, 0, 0, 10 * NS_PER_MS, 1},
        {{MODEL_REFUSE, 0, 1000000},
         0,
         OVRMND_ERROR_CONNECT,
         OVRMND_OUTCOME_UNAPPLIED,
         NS_PER_MS,
         0},
        {{MODEL_RESET, 0, 1000000}, 0, OVRMND_ERROR_RECEIVE, 0, 10 * NS_PER_MS, 1},
        {{MODEL_HANG, 0, 1000000}, 0, OVRMND_ERROR_TIMEOUT, 0, 30 * NS_PER_S, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lab *lab = lab_new((struct model_options){.latency = ten_ms,
                                                         .refusal_ns = NS_PER_MS,
                                                         .faults = &cases[i].fault,
                                                         .fault_count = 1});
        struct attempt *a = send_one(lab);
        assert_int_equal(run_until(lab, 60 * NS_PER_S), 1);
        assert_int_equal(a->outcome.facts.status, cases[i].status);
        assert_int_equal(a->outcome.facts.error, cases[i].error);
        assert_int_equal(a->outcome.facts.flags, cases[i].flags);
        assert_int_equal(took_ns(a), cases[i].took_ns);
        assert_int_equal(model_counts(lab->model)->served, cases[i].served);
        lab_free(lab);
    }
}

static void an_outage_begins_and_ends_on_time(void **state)
{
    (void)state;
    const struct model_outage outage = {MODEL_STATUS, 503, NS_PER_S, 2 * NS_PER_S};
    struct lab *lab = lab_new((struct model_options){.outages = &outage, .outage_count = 1});
    static const uint64_t at_ns[] = {NS_PER_S - 1, NS_PER_S, 2 * NS_PER_S - 1, 2 * NS_PER_S};
    static const uint32_t status[] = {200, 503, 503, 200};
    for (size_t i = 0; i < 4; i++) {
        run_until(lab, at_ns[i]);
        send_one(lab);
    }
    run_until(lab, 3 * NS_PER_S);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(lab->attempts[i].outcome.facts.status, status[i]);
    lab_free(lab);
}

static void above_the_limit_there_is_a_429_that_says_when(void **state)
{
    (void)state;
    struct lab *lab = lab_new((struct model_options){
        .limit = {.count = 2, .per_ns = 1500 * NS_PER_MS, .retry_after = true, .hints = true}});
    send_many(lab, 3);
    run_until(lab, 0);
    run_until(lab, NS_PER_MS);
    const struct ovrmnd_outcome *facts = &lab->attempts[2].outcome.facts;
    assert_int_equal(facts->status, 429);
    assert_int_equal(facts->flags, OVRMND_OUTCOME_UNAPPLIED | OVRMND_OUTCOME_RETRY_AFTER |
                                       OVRMND_OUTCOME_LIMIT);
    assert_int_equal(facts->not_before_ns, facts->finished_ns + 2 * NS_PER_S);
    assert_int_equal(facts->limit_reset_ns, 5 * NS_PER_S + 1500 * NS_PER_MS);
    assert_int_equal(facts->limit_remaining, 0);
    run_until(lab, 1500 * NS_PER_MS);
    send_one(lab);
    run_until(lab, 1600 * NS_PER_MS);
    assert_int_equal(lab->attempts[3].outcome.facts.status, 200);
    lab_free(lab);
}

/* ---- the port ---- */

static void what_times_out_in_the_queue_leaves_it(void **state)
{
    (void)state;
    struct lab *lab = lab_new((struct model_options){
        .latency = {.scale_ns = 20 * NS_PER_MS}, .capacity = 1, .queue = 100});
    lab->shape.timeout_ns = 50 * NS_PER_MS;
    send_many(lab, 5);
    run_until(lab, NS_PER_S);
    const struct model_counts *counts = model_counts(lab->model);
    assert_int_equal(counts->succeeded, 2);
    assert_int_equal(counts->timed_out, 3);
    assert_int_equal(counts->served, 3);
    assert_int_equal(counts->running, 0);
    lab_free(lab);
}

static void what_is_cancelled_comes_back_once_and_frees_its_place(void **state)
{
    (void)state;
    struct lab *lab = lab_new(
        (struct model_options){.latency = ten_ms, .capacity = 1, .queue = 100});
    struct attempt *first = send_one(lab), *second = send_one(lab), *third = send_one(lab);
    lab->port->cancel(lab->port, second);
    lab->port->cancel(lab->port, first);
    lab->port->cancel(lab->port, first);
    assert_ptr_equal(lab->port->next(lab->port), second);
    assert_ptr_equal(lab->port->next(lab->port), first);
    assert_null(lab->port->next(lab->port));
    assert_int_equal(first->outcome.facts.error, OVRMND_ERROR_CANCELLED);
    run_until(lab, 10 * NS_PER_MS);
    assert_int_equal(third->outcome.facts.status, 200);
    lab_free(lab);
}

static void a_wait_for_what_never_comes_fails(void **state)
{
    (void)state;
    const struct model_fault hang = {MODEL_HANG, 0, 1000000};
    struct lab *lab = lab_new((struct model_options){.faults = &hang, .fault_count = 1});
    struct error err;
    lab->shape.timeout_ns = 0;
    send_one(lab);
    assert_int_equal(lab->port->wait(lab->port, UINT64_MAX, NULL, 0, &err), -1);
    lab_free(lab);
}

static void without_latency_no_time_passes(void **state)
{
    (void)state;
    struct lab *lab = lab_new((struct model_options){0});
    struct error err;
    send_many(lab, 1000);
    lab->port->wait(lab->port, UINT64_MAX, NULL, 0, &err);
    for (size_t i = 0; i < 1000; i++)
        assert_ptr_equal(lab->port->next(lab->port), &lab->attempts[i]);
    assert_int_equal(lab->clock.virtual_ns, 5 * NS_PER_S);
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_latency_is_always_the_same),
        cmocka_unit_test(a_uniform_latency_fills_its_range_evenly),
        cmocka_unit_test(an_exponential_latency_has_its_mean_median_and_tail),
        cmocka_unit_test(a_latency_beyond_the_clock_is_not_a_short_one),
        cmocka_unit_test(a_lognormal_latency_has_its_median_and_spread),
        cmocka_unit_test(the_tail_is_as_thick_and_as_long_as_it_says),
        cmocka_unit_test(as_many_are_worked_on_as_there_are_places),
        cmocka_unit_test(beyond_the_queue_there_is_a_503_at_once),
        cmocka_unit_test(slow_start_grows_to_the_capacity),
        cmocka_unit_test(a_brownout_takes_places_and_time_and_ends),
        cmocka_unit_test(each_trouble_has_its_outcome),
        cmocka_unit_test(an_outage_begins_and_ends_on_time),
        cmocka_unit_test(above_the_limit_there_is_a_429_that_says_when),
        cmocka_unit_test(what_times_out_in_the_queue_leaves_it),
        cmocka_unit_test(what_is_cancelled_comes_back_once_and_frees_its_place),
        cmocka_unit_test(a_wait_for_what_never_comes_fails),
        cmocka_unit_test(without_latency_no_time_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
