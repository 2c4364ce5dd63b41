/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "unit/transport/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD_2000 "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"
#define HEAD_103  "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

static void send_text(struct hostile_request *request, const char *text)
{
    hostile_send(request, text, strlen(text));
}

static enum hostile_next misbehave(struct hostile_request *request)
{
    const char *path = request->path;
    char hundred[100];
    memset(hundred, 'x', sizeof hundred);
    if (strcmp(path, "/reset") == 0)
        return HOSTILE_RESET;
    if (strcmp(path, "/half") == 0) {
        send_text(request, HEAD_2000);
        hostile_send(request, hundred, sizeof hundred);
    } else if (strcmp(path, "/half-chunk") == 0) {
        send_text(request, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    } else if (strcmp(path, "/noise") == 0) {
        send_text(request, "I am not a web server\r\n\r\n");
    } else if (strcmp(path, "/stall") == 0) {
        hostile_stall(request);
    } else if (strcmp(path, "/stall-half") == 0) {
        send_text(request, HEAD_2000);
        hostile_send(request, hundred, sizeof hundred);
        hostile_stall(request);
    } else if (strcmp(path, "/huge") == 0) {
        send_text(request, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        for (int i = 0; i < 1000; i++)
            hostile_send(request, hundred, sizeof hundred);
    } else if (strcmp(path, "/hint") == 0) {
        send_text(request, HEAD_103);
    } else if (strcmp(path, "/hint-half-head") == 0) {
        send_text(request, HEAD_103 "HTTP/1.1 200 OK\r\nContent-Ty");
    } else if (strcmp(path, "/long-header") == 0) {
        send_text(request, "HTTP/1.1 200 OK\r\nX-Long: ");
        for (int i = 0; i < 2000; i++)
            hostile_send(request, hundred, sizeof hundred);
        send_text(request, "\r\nContent-Length: 0\r\n\r\n");
    } else if (strcmp(path, "/gzip-lie") == 0) {
        hostile_answer(request, "200 OK", "Content-Encoding: gzip\r\n", "not gzip at all");
    }
    return HOSTILE_CLOSE;
}

struct wanted {
    const char *path;
    uint32_t error, status, flags;
    const char *reason;
};

static void check(struct client *client, struct call *call, const struct wanted *wanted)
{
    const struct outcome *outcome = &call->attempt.outcome;
    call_run(call, client);
    assert_int_equal(outcome->facts.error, wanted->error);
    assert_int_equal(outcome->facts.status, wanted->status);
    assert_int_equal(outcome->facts.flags, wanted->flags);
    if (wanted->reason)
        assert_string_equal(outcome->reason, wanted->reason);
    else
        assert_true(outcome->reason[0]);
    assert_true(outcome->facts.started_ns > 0);
    assert_true(outcome->facts.finished_ns >= outcome->facts.started_ns);
    assert_int_equal(outcome->facts.first_byte_ns != 0, wanted->status != 0);
}

static void check_path(const struct wanted *wanted)
{
    struct client client;
    struct call call;
    client_open(&client, misbehave);
    call_init(&call, &client, wanted->path);
    call.shape->timeout_ns = strncmp(wanted->path, "/stall", 6) == 0 ? 100 * NS_PER_MS : 0;
    call.shape->max_response_bytes = 51200;
    check(&client, &call, wanted);
    call_fini(&call);
    client_close(&client);
}

static void an_answer_that_never_comes_is_named(void **state)
{
    (void)state;
    check_path(&(struct wanted){"/close", OVRMND_ERROR_RECEIVE, 0, 0,
                                "the server closed the connection without answering"});
    check_path(&(struct wanted){"/reset", OVRMND_ERROR_RECEIVE, 0, 0,
                                "the connection broke while receiving"});
    check_path(
        &(struct wanted){"/stall", OVRMND_ERROR_TIMEOUT, 0, 0, "no answer within 100 ms"});
}

static void an_answer_that_breaks_off_says_how_far_it_came(void **state)
{
    (void)state;
    check_path(&(struct wanted){"/half", OVRMND_ERROR_RECEIVE, 200, 0,
                                "the response ended after 100 of 2000 bytes"});
    check_path(&(struct wanted){"/half-chunk", OVRMND_ERROR_RECEIVE, 200, 0,
                                "the response broke off after 3 bytes"});
    check_path(&(struct wanted){"/stall-half", OVRMND_ERROR_TIMEOUT, 200, 0,
                                "not finished within 100 ms (100 bytes came)"});
}

static void what_is_not_http_is_a_protocol_error(void **state)
{
    (void)state;
    check_path(&(struct wanted){"/noise", OVRMND_ERROR_PROTOCOL, 0, 0, NULL});
    check_path(&(struct wanted){"/gzip-lie", OVRMND_ERROR_PROTOCOL, 200, 0, NULL});
}

static void a_body_beyond_the_limit_fails_and_names_the_limit(void **state)
{
    (void)state;
    check_path(&(struct wanted){"/huge", OVRMND_ERROR_TOO_LARGE, 200, 0,
                                "the response is larger than the limit of 50K"});
}

/* Runs one call and hands it over as it came back; the caller ends it. */
static void run_path(struct client *client, struct call *call, const char *path)
{
    client_open(client, misbehave);
    call_init(call, client, path);
    call->shape->max_response_bytes = 51200;
    call_run(call, client);
}

static void a_body_beyond_the_limit_is_let_go(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    run_path(&client, &call, "/huge");
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_TOO_LARGE);
    assert_int_equal(call.attempt.outcome.body_kind, BODY_NONE);
    assert_int_equal(call.attempt.outcome.body.capacity, 0);
    call_fini(&call);
    client_close(&client);
}

static void an_early_hint_is_no_answer(void **state)
{
    (void)state;
    static const char *const paths[] = {"/hint", "/hint-half-head"};
    struct client client;
    struct call call;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        run_path(&client, &call, paths[i]);
        assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_RECEIVE);
        assert_int_equal(call.attempt.outcome.facts.status, i == 0 ? 0 : 200);
        assert_int_equal(call.attempt.outcome.facts.flags, 0);
        call_fini(&call);
        client_close(&client);
    }
}

static void an_answer_that_libcurl_cannot_take_is_no_local_fault(void **state)
{
    (void)state;
    check_path(&(struct wanted){"/long-header", OVRMND_ERROR_PROTOCOL, 200, 0,
                                "the response has a header that is too long"});
}

/* A port that nobody listens on: bound, so that no one else takes it. */
static int closed_port(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void a_refused_connection_is_unapplied_and_says_where(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    unsigned port;
    char url[64], reason[80];
    int fd = closed_port(&port);
    snprintf(url, sizeof url, "http://user:pass@127.0.0.1:%u/x", port);
    snprintf(reason, sizeof reason, "Connection refused (127.0.0.1:%u)", port);
    client_open(&client, misbehave);
    call_init(&call, &client, url);
    call_set_method(&call, "POST", false);
    call_set_body(&call, "x");
    check(&client, &call,
          &(struct wanted){NULL, OVRMND_ERROR_CONNECT, 0, OVRMND_OUTCOME_UNAPPLIED, reason});
    call_fini(&call);
    client_close(&client);
    close(fd);
}

/* A backlog of 0 that one connection fills: the kernel leaves further ones without an answer.
 */
static void a_connection_that_never_stands_is_a_connect_error(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    unsigned port;
    char url[64], reason[80];
    int fd = closed_port(&port), fillers[4];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(listen(fd, 0), 0);
    for (size_t i = 0; i < 4; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(fillers[i], (struct sockaddr *)&address, sizeof address);
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%u/x", port);
    snprintf(reason, sizeof reason, "no connection within 100 ms (127.0.0.1:%u)", port);
    client_open(&client, misbehave);
    call_init(&call, &client, url);
    call.shape->connect_timeout_ns = 100 * NS_PER_MS;
    check(&client, &call,
          &(struct wanted){NULL, OVRMND_ERROR_CONNECT, 0, OVRMND_OUTCOME_UNAPPLIED, reason});
    call_fini(&call);
    client_close(&client);
    for (size_t i = 0; i < 4; i++)
        close(fillers[i]);
    close(fd);
}

static void a_failed_handshake_is_a_tls_error_and_unapplied(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    char url[64];
    client_open(&client, misbehave);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", hostile_port(client.server));
    call_init(&call, &client, url);
    call.shape->timeout_ns = 5 * NS_PER_S;
    call_start(&call, &client);
    /* The server reads a handshake as a head that never ends; a cancel would do as well. */
    hostile_stop(client.server);
    assert_ptr_equal(client_await(&client), &call.attempt);
    uint32_t error = call.attempt.outcome.facts.error;
    assert_true(error == OVRMND_ERROR_TLS || error == OVRMND_ERROR_CONNECT);
    assert_int_equal(call.attempt.outcome.facts.flags, OVRMND_OUTCOME_UNAPPLIED);
    call_fini(&call);
    client.server = hostile_start(misbehave);
    client_close(&client);
}

static void what_cannot_be_sent_is_local_and_unapplied(void **state)
{
    (void)state;
    static const char *const urls[] = {"ftp://127.0.0.1/", "file:///etc/passwd", "http://",
                                       "gopher://127.0.0.1/"};
    struct client client;
    struct call call;
    client_open(&client, misbehave);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        call_init(&call, &client, urls[i]);
        check(&client, &call,
              &(struct wanted){NULL, OVRMND_ERROR_LOCAL, 0, OVRMND_OUTCOME_UNAPPLIED, NULL});
        call_fini(&call);
    }
    call_init(&call, &client, "/close");
    buffer_append(&call.request.headers, "X: a\r\nY: b", 11);
    check(&client, &call,
          &(struct wanted){NULL, OVRMND_ERROR_LOCAL, 0, OVRMND_OUTCOME_UNAPPLIED,
                           "a header has a line break in its value"});
    call_fini(&call);
    client_close(&client);
}

static void an_unknown_host_is_a_resolve_error(void **state)
{
    (void)state;
    struct client client;
    struct call call;
    client_open(&client, misbehave);
    call_init(&call, &client, "http://no-such-host.invalid/");
    check(&client, &call,
          &(struct wanted){NULL, OVRMND_ERROR_RESOLVE, 0, OVRMND_OUTCOME_UNAPPLIED, NULL});
    call_fini(&call);
    client_close(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_never_comes_is_named),
        cmocka_unit_test(an_answer_that_breaks_off_says_how_far_it_came),
        cmocka_unit_test(what_is_not_http_is_a_protocol_error),
        cmocka_unit_test(a_body_beyond_the_limit_fails_and_names_the_limit),
        cmocka_unit_test(a_body_beyond_the_limit_is_let_go),
        cmocka_unit_test(an_early_hint_is_no_answer),
        cmocka_unit_test(an_answer_that_libcurl_cannot_take_is_no_local_fault),
        cmocka_unit_test(a_refused_connection_is_unapplied_and_says_where),
        cmocka_unit_test(a_connection_that_never_stands_is_a_connect_error),
        cmocka_unit_test(a_failed_handshake_is_a_tls_error_and_unapplied),
        cmocka_unit_test(what_cannot_be_sent_is_local_and_unapplied),
        cmocka_unit_test(an_unknown_host_is_a_resolve_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
