/* SPDX-License-Identifier: MIT */

/*
 * libcurl sends a request again by itself when a reused connection dies before the first byte
 * of the answer. The server here takes such a request whole, which a real one might carry out,
 * and hangs up: what may not be repeated must have arrived once.
 */

#include "unit/transport/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Answers the first request of each connection and drops it at the second. */
static enum hostile_next drop_second(struct hostile_request *request)
{
    if (request->number > 1)
        return HOSTILE_CLOSE;
    hostile_answer(request, "200 OK", "", "ok");
    return HOSTILE_KEEP;
}

/* Answers /warm alone and drops everything else. */
static enum hostile_next drop_all(struct hostile_request *request)
{
    if (strcmp(request->path, "/warm") != 0)
        return HOSTILE_RESET;
    hostile_answer(request, "200 OK", "", "ok");
    return HOSTILE_KEEP;
}

static void warm_up(struct client *client)
{
    struct call warm;
    call_init(&warm, client, "/warm");
    call_run(&warm, client);
    assert_int_equal(warm.attempt.outcome.facts.flags, OVRMND_OUTCOME_SUCCESS);
    call_fini(&warm);
}

static void a_post_with_a_body_arrives_once_and_fails(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    client_open(&client, drop_second);
    warm_up(&client);
    call_init(&call, &client, "/act");
    call_set_method(&call, "POST", false);
    call_set_body(&call, "{\"a\":1}");
    call_run(&call, &client);
    assert_int_equal(hostile_requests(client.server, "POST /act"), 1);
    /* Over a connection of its own it would have succeeded. */
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_RECEIVE);
    assert_int_equal(call.attempt.outcome.facts.flags, 0);
    assert_string_equal(call.attempt.outcome.reason,
                        "the server closed the connection without answering");
    call_fini(&call);
    client_close(&client);
}

static void a_large_post_arrives_once_and_fails(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    client_open(&client, drop_second);
    warm_up(&client);
    call_init(&call, &client, "/act");
    call_set_method(&call, "PATCH", false);
    call_set_body(&call, "x");
    while (call.request.body.length < 300000)
        buffer_append_text(&call.request.body, "0123456789abcdef");
    call_run(&call, &client);
    assert_int_equal(hostile_requests(client.server, "PATCH /act"), 1);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_RECEIVE);
    call_fini(&call);
    client_close(&client);
}

static void bodyless_arrives_once(const char *method, const char *line, bool empty_body)
{
    struct client client;
    struct call call;
    client_open(&client, drop_all);
    warm_up(&client);
    call_init(&call, &client, "/act");
    call_set_method(&call, method, false);
    if (empty_body)
        call_set_body(&call, "");
    call_run(&call, &client);
    assert_int_equal(hostile_requests(client.server, line), 1);
    assert_int_equal(hostile_connections(client.server), 2);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_RECEIVE);
    assert_int_equal(call.attempt.outcome.facts.flags, 0);

    /* And no other request is sent over what it left behind. */
    warm_up(&client);
    call_fini(&call);
    client_close(&client);
}

static void a_post_without_a_body_arrives_once(void **state)
{
    (void)state;
    bodyless_arrives_once("POST", "POST /act", false);
}

static void a_post_with_an_empty_body_arrives_once(void **state)
{
    (void)state;
    bodyless_arrives_once("POST", "POST /act", true);
}

static void any_unsafe_method_without_a_body_arrives_once(void **state)
{
    (void)state;
    bodyless_arrives_once("DELETE", "DELETE /act", false);
}

/* By the engine, which knows the limits; not by libcurl. */
static void what_is_idempotent_comes_back_to_be_repeated(void **state)
{
    (void)state;
    static const char *const methods[] = {"GET", "PUT"};
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        struct call call;
        client_open(&client, drop_second);
        warm_up(&client);
        call_init(&call, &client, "/read");
        call_set_method(&call, methods[i], true);
        if (i == 1)
            call_set_body(&call, "body");
        call_run(&call, &client);
        assert_true(call.attempt.outcome.stale);
        assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_RECEIVE);
        assert_string_equal(call.attempt.outcome.reason,
                            "the server closed the connection without answering");
        assert_int_equal(hostile_requests(client.server, i == 0 ? "GET /read" : "PUT /read"),
                         1);
        call_fini(&call);
        client_close(&client);
    }
}

static void a_post_over_a_healthy_connection_reuses_it(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    client_open(&client, drop_all);
    warm_up(&client);
    for (int i = 0; i < 3; i++) {
        call_init(&call, &client, "/warm");
        call_set_method(&call, "POST", false);
        call_set_body(&call, "hello");
        call_run(&call, &client);
        assert_int_equal(call.attempt.outcome.facts.flags, OVRMND_OUTCOME_SUCCESS);
        assert_int_equal(call.attempt.outcome.facts.bytes_out, 5);
        call_fini(&call);
    }
    assert_int_equal(hostile_connections(client.server), 1);
    client_close(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_with_a_body_arrives_once_and_fails),
        cmocka_unit_test(a_large_post_arrives_once_and_fails),
        cmocka_unit_test(a_post_without_a_body_arrives_once),
        cmocka_unit_test(a_post_with_an_empty_body_arrives_once),
        cmocka_unit_test(any_unsafe_method_without_a_body_arrives_once),
        cmocka_unit_test(what_is_idempotent_comes_back_to_be_repeated),
        cmocka_unit_test(a_post_over_a_healthy_connection_reuses_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
