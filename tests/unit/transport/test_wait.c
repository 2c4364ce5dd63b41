/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "transport/http.h"
#include "unit/transport/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static enum hostile_next stall(struct hostile_request *request)
{
    if (strcmp(request->path, "/ok") != 0) {
        hostile_stall(request);
        return HOSTILE_CLOSE;
    }
    hostile_answer(request, "200 OK", "", "ok");
    return HOSTILE_KEEP;
}

static uint64_t processor_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static int setup(void **state)
{
    struct client *client = test_calloc(1, sizeof *client);
    client_open(client, stall);
    *state = client;
    return 0;
}

static int teardown(void **state)
{
    client_close(*state);
    test_free(*state);
    return 0;
}

static void wait_until(struct client *client, uint64_t until_ns, struct pollfd *extra,
                       unsigned count)
{
    struct error err = {0};
    assert_int_equal(client->transport->wait(client->transport, until_ns, extra, count, &err),
                     0);
}

/* Never early, and at least once far from the millisecond that libcurl would round to: how late
 * a loaded machine wakes us is not for a test to say. */
static void check_short_waits(struct client *client)
{
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 100; i++) {
        uint64_t before = clock_now(&client->clock);
        wait_until(client, before + 300 * NS_PER_US, NULL, 0);
        uint64_t took = clock_now(&client->clock) - before;
        assert_true(took >= 300 * NS_PER_US);
        least = took < least ? took : least;
    }
    assert_true(least < 900 * NS_PER_US);
}

static void a_wait_of_300_us_takes_about_300_us(void **state)
{
    check_short_waits(*state);
}

static void so_it_does_with_an_attempt_on_the_wire(void **state)
{
    struct client *client = *state;
    struct call call;
    call_init(&call, client, "/stall");
    call_start(&call, client);
    while (!hostile_requests(client->server, "GET /stall"))
        wait_until(client, clock_now(&client->clock) + NS_PER_MS, NULL, 0);
    /* Whatever libcurl has still to do by itself would end a wait early. */
    wait_until(client, clock_now(&client->clock) + 20 * NS_PER_MS, NULL, 0);
    check_short_waits(client);
    client->transport->cancel(client->transport, &call.attempt);
    call_fini(&call);
}

static void a_wait_does_not_spin(void **state)
{
    struct client *client = *state;
    struct call call;
    call_init(&call, client, "/stall");
    call_start(&call, client);
    uint64_t before = processor_ns();
    wait_until(client, clock_now(&client->clock) + 300 * NS_PER_MS, NULL, 0);
    assert_true(processor_ns() - before < 100 * NS_PER_MS);
    client->transport->cancel(client->transport, &call.attempt);
    call_fini(&call);
}

static void a_time_that_is_past_does_not_wait(void **state)
{
    struct client *client = *state;
    wait_until(client, 0, NULL, 0);
    wait_until(client, clock_now(&client->clock), NULL, 0);
}

static void a_ready_file_ends_the_wait(void **state)
{
    int pipes[2], quiet[2];
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(pipe(quiet), 0);
    struct pollfd extra[] = {{.fd = quiet[0], .events = POLLIN, .revents = POLLIN},
                             {.fd = pipes[0], .events = POLLIN}};
    assert_int_equal(write(pipes[1], "x", 1), 1);
    wait_until(*state, UINT64_MAX, extra, 2);
    assert_int_equal(extra[0].revents, 0);
    assert_int_equal(extra[1].revents, POLLIN);

    extra[0] = (struct pollfd){.fd = quiet[1], .events = POLLOUT};
    assert_int_equal(read(pipes[0], &(char){0}, 1), 1);
    wait_until(*state, UINT64_MAX, extra, 2);
    assert_int_equal(extra[0].revents, POLLOUT);
    assert_int_equal(extra[1].revents, 0);
    for (int i = 0; i < 2; i++)
        close(pipes[i]), close(quiet[i]);
}

static void a_writer_that_hangs_up_ends_the_wait(void **state)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    close(pipes[1]);
    struct pollfd extra = {.fd = pipes[0], .events = POLLIN};
    wait_until(*state, UINT64_MAX, &extra, 1);
    assert_true(extra.revents & POLLHUP);
    close(pipes[0]);
}

static void cancel_brings_an_attempt_back_at_once(void **state)
{
    struct client *client = *state;
    struct call call;
    call_init(&call, client, "/stall");
    call_start(&call, client);
    while (!hostile_requests(client->server, "GET /stall"))
        wait_until(client, clock_now(&client->clock) + NS_PER_MS, NULL, 0);
    client->transport->cancel(client->transport, &call.attempt);
    assert_ptr_equal(client->transport->next(client->transport), &call.attempt);
    assert_null(client->transport->next(client->transport));
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_CANCELLED);
    assert_int_equal(call.attempt.outcome.facts.flags, 0);
    assert_true(call.attempt.outcome.facts.finished_ns);
    client->transport->cancel(client->transport, &call.attempt); /* it is back: nothing to do */
    assert_null(client->transport->next(client->transport));
    call_fini(&call);

    /* The slot is of use again, over another connection. */
    call_init(&call, client, "/ok");
    call_run(&call, client);
    assert_int_equal(call.attempt.outcome.facts.flags, OVRMND_OUTCOME_SUCCESS);
    assert_int_equal(hostile_connections(client->server), 2);
    call_fini(&call);
}

static void a_cancel_before_anything_was_sent_is_unapplied(void **state)
{
    struct client *client = *state;
    struct call call;
    call_init(&call, client, "/ok");
    call_start(&call, client);
    client->transport->cancel(client->transport, &call.attempt);
    assert_ptr_equal(client->transport->next(client->transport), &call.attempt);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_CANCELLED);
    assert_int_equal(call.attempt.outcome.facts.flags, OVRMND_OUTCOME_UNAPPLIED);
    call_fini(&call);
}

static void closing_forgets_what_is_on_the_wire(void **state)
{
    struct client *client = *state;
    static struct call call;
    call_init(&call, client, "/stall");
    call_start(&call, client);
    wait_until(client, clock_now(&client->clock) + 10 * NS_PER_MS, NULL, 0);
    http_close(client->transport);
    client->transport = NULL;
    call_fini(&call);
}

static void the_file_limit_is_raised_and_known(void **state)
{
    (void)state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(limit.rlim_cur == limit.rlim_max);
    assert_true(http_max_parallel() >= 1);
    if (limit.rlim_cur > 64 && limit.rlim_cur < 1000000000)
        assert_int_equal(http_max_parallel(), limit.rlim_cur - 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(a_wait_of_300_us_takes_about_300_us),
        TEST(so_it_does_with_an_attempt_on_the_wire),
        TEST(a_wait_does_not_spin),
        TEST(a_time_that_is_past_does_not_wait),
        TEST(a_ready_file_ends_the_wait),
        TEST(a_writer_that_hangs_up_ends_the_wait),
        TEST(cancel_brings_an_attempt_back_at_once),
        TEST(a_cancel_before_anything_was_sent_is_unapplied),
        TEST(closing_forgets_what_is_on_the_wire),
        TEST(the_file_limit_is_raised_and_known),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
