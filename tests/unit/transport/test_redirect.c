/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/units.h"
#include "unit/transport/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char bearer[] = "Authorization: Bearer hush", key[] = "X-Api-Key: hush";
static char trace[] = "X-Trace: 7", type[] = "Content-Type: text/plain";
static char *credentials[] = {bearer, key}, *plain[] = {trace, type};

static void point(struct hostile_request *request, const char *status, const char *to)
{
    char *header = memory_format("Location: %s\r\n", to);
    hostile_answer(request, status, header, "moved");
    free(header);
}

/* /CODE/REST redirects to /REST with that status; /echo says what arrived. */
static enum hostile_next redirect(struct hostile_request *request)
{
    const char *path = request->path;
    if (strncmp(path, "/echo", 5) == 0) {
        char *text = memory_format(
            "%s auth=%d key=%d trace=%d own=%d type=%d body=%.*s", request->method,
            hostile_has(request, credentials[0]), hostile_has(request, credentials[1]),
            hostile_has(request, plain[0]),
            hostile_has(request, "Cookie: own") || hostile_has(request, "x-auth-token: own"),
            hostile_has(request, plain[1]), (int)request->body_length, request->body);
        hostile_answer(request, "200 OK", "Content-Type: text/plain\r\n", text);
        free(text);
    } else if (strcmp(path, "/loop") == 0) {
        point(request, "302 Found", "/loop");
    } else if (strcmp(path, "/ftp") == 0) {
        point(request, "302 Found", "ftp://127.0.0.1/x");
    } else if (strcmp(path, "/nowhere") == 0) {
        hostile_answer(request, "302 Found", "", "no location");
    } else if (strcmp(path, "/busy") == 0) {
        hostile_answer(request, "429 Too Many Requests", "", "busy");
    } else if (strcmp(path, "/stall") == 0) {
        hostile_stall(request);
    } else if (strncmp(path, "/to-", 4) == 0) { /* /to-PORT: to the other server's echo */
        char *to = memory_format("http://127.0.0.1:%s/echo", path + 4);
        point(request, "307 Temporary Redirect", to);
        free(to);
    } else {
        char status[16];
        snprintf(status, sizeof status, "%.3s Moved", path + 1);
        point(request, status, path + 4);
    }
    return HOSTILE_KEEP;
}

static void with_headers(struct call *call)
{
    call->shape->credentials = credentials;
    call->shape->credential_count = 2;
    call->shape->headers = plain;
    call->shape->header_count = 2;
    static const char own[] = "Cookie: own\0x-auth-token: own";
    buffer_append(&call->request.headers, own, sizeof own);
}

/* Runs METHOD `path` with headers, and a body unless it is NULL. */
static void fetch(struct call *call, struct client *client, const char *method,
                  const char *path, const char *body)
{
    call_init(call, client, path);
    with_headers(call);
    call_set_method(call, method, strcmp(method, "POST") != 0);
    if (body)
        call_set_body(call, body);
    call_run(call, client);
}

static void expect(struct client *client, const char *method, const char *path,
                   const char *body, const char *wanted)
{
    struct call call;
    fetch(&call, client, method, path, body);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_NONE);
    assert_string_equal(buffer_text(&call.attempt.outcome.body), wanted);
    assert_int_equal(call.attempt.outcome.facts.status, 200);
    assert_int_equal(call.attempt.outcome.facts.flags, OVRMND_OUTCOME_SUCCESS);
    call_fini(&call);
}

static void the_same_origin_keeps_all_headers(void **state)
{
    (void)state;
    struct client client;
    client_open(&client, redirect);
    const char *wanted = "GET auth=1 key=1 trace=1 own=1 type=1 body=";
    expect(&client, "GET", "/301/302/303/307/308/echo", NULL, wanted);
    assert_int_equal(hostile_connections(client.server), 1);
    client_close(&client);
}

static void another_origin_sees_no_credentials(void **state)
{
    (void)state;
    struct client client;
    struct hostile *other = hostile_start(redirect);
    char path[32];
    client_open(&client, redirect);
    snprintf(path, sizeof path, "/to-%u", hostile_port(other));
    expect(&client, "GET", path, NULL, "GET auth=0 key=0 trace=1 own=0 type=1 body=");
    expect(&client, "POST", path, "data", "POST auth=0 key=0 trace=1 own=0 type=1 body=data");
    /* The next request of the same slot has them again. */
    expect(&client, "GET", "/echo", NULL, "GET auth=1 key=1 trace=1 own=1 type=1 body=");
    client_close(&client);
    hostile_stop(other);
}

static void a_post_becomes_a_get_as_browsers_have_it(void **state)
{
    (void)state;
    struct client client;
    client_open(&client, redirect);
    const char *turned = "GET auth=1 key=1 trace=1 own=1 type=0 body=";
    expect(&client, "POST", "/301/echo", "data", turned);
    expect(&client, "POST", "/302/echo", "data", turned);
    expect(&client, "POST", "/303/echo", "data", turned);
    expect(&client, "PUT", "/303/echo", "data", turned);
    client_close(&client);
}

static void others_keep_method_and_body(void **state)
{
    (void)state;
    struct client client;
    client_open(&client, redirect);
    const char *post = "POST auth=1 key=1 trace=1 own=1 type=1 body=data";
    const char *put = "PUT auth=1 key=1 trace=1 own=1 type=1 body=data";
    expect(&client, "POST", "/307/echo", "data", post);
    expect(&client, "POST", "/308/echo", "data", post);
    expect(&client, "PUT", "/302/echo", "data", put);
    expect(&client, "POST", "/307/307/echo", "",
           "POST auth=1 key=1 trace=1 own=1 type=1 body=");
    assert_int_equal(hostile_requests(client.server, "POST /echo"), 3);
    client_close(&client);
}

static void expect_refusal(struct client *client, const char *path, const char *reason)
{
    struct call call;
    fetch(&call, client, "GET", path, NULL);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_PROTOCOL);
    assert_int_equal(call.attempt.outcome.facts.status, 302);
    assert_int_equal(call.attempt.outcome.facts.flags, 0);
    assert_string_equal(call.attempt.outcome.reason, reason);
    call_fini(&call);
}

static void ten_are_followed_and_no_more(void **state)
{
    (void)state;
    struct client client;
    client_open(&client, redirect);
    expect(&client, "GET", "/301/301/301/301/301/301/301/301/301/301/echo", NULL,
           "GET auth=1 key=1 trace=1 own=1 type=1 body=");
    expect_refusal(&client, "/loop", "more than 10 redirects");
    assert_int_equal(hostile_requests(client.server, "GET /loop"), 11);
    client_close(&client);
}

static void other_protocols_are_refused(void **state)
{
    (void)state;
    struct client client;
    client_open(&client, redirect);
    expect_refusal(&client, "/ftp", "the redirect leads to what is not an http or https URL");
    client_close(&client);
}

static void without_a_location_the_response_stands(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    client_open(&client, redirect);
    fetch(&call, &client, "GET", "/nowhere", NULL);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_NONE);
    assert_int_equal(call.attempt.outcome.facts.status, 302);
    assert_int_equal(call.attempt.outcome.facts.flags, 0);
    assert_string_equal(buffer_text(&call.attempt.outcome.body), "no location");
    call_fini(&call);
    client_close(&client);
}

static void redirects_count_in_the_attempts_time(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    client_open(&client, redirect);
    call_init(&call, &client, "/301/stall");
    call.shape->timeout_ns = 150 * NS_PER_MS;
    call_run(&call, &client);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_TIMEOUT);
    assert_string_equal(call.attempt.outcome.reason, "no answer within 150 ms");
    call_fini(&call);
    client_close(&client);
}

static void a_429_is_unapplied_unless_a_post_was_answered_before_it(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    client_open(&client, redirect);
    fetch(&call, &client, "POST", "/busy", "data");
    assert_int_equal(call.attempt.outcome.facts.flags, OVRMND_OUTCOME_UNAPPLIED);
    call_fini(&call);
    fetch(&call, &client, "POST", "/303/busy", "data");
    assert_int_equal(call.attempt.outcome.facts.status, 429);
    assert_int_equal(call.attempt.outcome.facts.flags, 0);
    call_fini(&call);
    client_close(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_origin_keeps_all_headers),
        cmocka_unit_test(another_origin_sees_no_credentials),
        cmocka_unit_test(a_post_becomes_a_get_as_browsers_have_it),
        cmocka_unit_test(others_keep_method_and_body),
        cmocka_unit_test(ten_are_followed_and_no_more),
        cmocka_unit_test(other_protocols_are_refused),
        cmocka_unit_test(without_a_location_the_response_stands),
        cmocka_unit_test(redirects_count_in_the_attempts_time),
        cmocka_unit_test(a_429_is_unapplied_unless_a_post_was_answered_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
