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

#define JSON "Content-Type: application/json\r\n"

/* {"zip":"aaa..."}, a thousand letters. */
static const char zipped[] =
    "\037\213\010\000\000\000\000\000\002\003\253\126\252\312\054\120\262\122"
    "\112\034\005\243\140\024\014\173\240\124\013\000\162\367\356\113\362\003"
    "\000\000";

/* What each path answers with. */
static const struct page {
    const char *path, *status, *headers, *body;
} pages[] = {
    {"/json", "200 OK", JSON, " {\"n\": 9007199254740993}\n"},
    {"/problem", "404 Not Found", "Content-Type: application/problem+json\r\n", "{\"t\":1}"},
    {"/text", "200 OK", "Content-Type: text/plain\r\n", "{}"},
    {"/untyped", "200 OK", "", "plain"},
    {"/not-json", "200 OK", JSON, "{\n  \"a\" 1}"},
    {"/not-json-500", "500 Internal Server Error", JSON, "<oops>"},
    {"/empty-json", "200 OK", JSON, ""},
    {"/empty-500", "500 Internal Server Error", JSON, ""},
    {"/not-modified", "304 Not Modified", "", ""},
    {"/busy", "429 Too Many Requests", "Retry-After: 7\r\n", "busy"},
    {"/down", "503 Service Unavailable",
     "Date: Fri, 01 Jan 1999 00:00:00 GMT\r\nRetry-After: Fri, 01 Jan 1999 00:01:00 GMT\r\n",
     ""},
    {"/odd", "503 Service Unavailable", "Retry-After: later\r\n", ""},
    {"/quota", "200 OK", "X-RateLimit-Remaining: 5\r\nX-RateLimit-Reset: 7\r\n", ""},
};

static enum hostile_next answer(struct hostile_request *request)
{
    const char *path = request->path;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(path, pages[i].path) == 0)
            hostile_answer(request, pages[i].status, pages[i].headers, pages[i].body);
    if (strcmp(path, "/none") == 0) {
        static const char text[] = "HTTP/1.1 204 No Content\r\n\r\n";
        hostile_send(request, text, sizeof text - 1);
    } else if (strcmp(path, "/gzip") == 0) {
        char head[200];
        int length = snprintf(head, sizeof head,
                              "HTTP/1.1 200 OK\r\n" JSON
                              "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                              sizeof zipped - 1);
        hostile_send(request, head, (size_t)length);
        hostile_send(request, zipped, sizeof zipped - 1);
    } else if (strcmp(path, "/head") == 0) {
        static const char text[] = "HTTP/1.1 200 OK\r\n" JSON "Content-Length: 12\r\n\r\n";
        hostile_send(request, text, sizeof text - 1);
    } else if (strncmp(path, "/echo", 5) == 0) {
        char *text = memory_format("%s%.*s", request->head, (int)request->body_length,
                                   request->body);
        hostile_answer(request, "200 OK", "", text);
        free(text);
    }
    return HOSTILE_KEEP;
}

static int setup(void **state)
{
    struct client *client = memory_new(1, sizeof *client);
    client_open(client, answer);
    *state = client;
    return 0;
}

static int teardown(void **state)
{
    client_close(*state);
    free(*state);
    return 0;
}

static void fetch(struct call *call, struct client *client, const char *path)
{
    call_init(call, client, path);
    call_run(call, client);
}

/* Fetches `path` and checks what became of it; `body` NULL stands for BODY_NONE. */
static void expect(struct client *client, const char *path, uint32_t status, uint32_t error,
                   enum body_kind kind, const char *body)
{
    struct call call;
    fetch(&call, client, path);
    const struct outcome *outcome = &call.attempt.outcome;
    assert_int_equal(outcome->facts.status, status);
    assert_int_equal(outcome->facts.error, error);
    assert_int_equal(outcome->body_kind, kind);
    struct slice got = kind == BODY_JSON ? outcome->body_json : buffer_slice(&outcome->body);
    assert_true(slice_equal(got, slice_of(body)));
    bool success = outcome->facts.flags & OVRMND_OUTCOME_SUCCESS;
    assert_int_equal(success, status / 100 == 2 && !error);
    call_fini(&call);
}

static void a_json_body_is_checked_and_kept_as_it_is(void **state)
{
    expect(*state, "/json", 200, 0, BODY_JSON, "{\"n\": 9007199254740993}");
    expect(*state, "/problem", 404, 0, BODY_JSON, "{\"t\":1}");
}

static void what_does_not_say_json_is_text(void **state)
{
    expect(*state, "/text", 200, 0, BODY_TEXT, "{}");
    expect(*state, "/untyped", 200, 0, BODY_TEXT, "plain");
}

static void no_body_is_no_failure(void **state)
{
    expect(*state, "/none", 204, 0, BODY_NONE, NULL);
    expect(*state, "/empty-json", 200, 0, BODY_NONE, NULL);
    expect(*state, "/empty-500", 500, 0, BODY_NONE, NULL);
    expect(*state, "/not-modified", 304, 0, BODY_NONE, NULL);
}

static void broken_json_fails_a_success_and_says_where(void **state)
{
    struct call call;
    fetch(&call, *state, "/not-json");
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_INVALID);
    assert_int_equal(call.attempt.outcome.facts.flags, 0);
    assert_int_equal(strncmp(call.attempt.outcome.reason, "line 2, column 7: expected", 26), 0);
    assert_int_equal(call.attempt.outcome.body_kind, BODY_TEXT);
    call_fini(&call);
}

static void broken_json_of_an_error_response_is_text(void **state)
{
    expect(*state, "/not-json-500", 500, 0, BODY_TEXT, "<oops>");
}

static void compressed_bodies_arrive_whole_and_count_as_on_the_wire(void **state)
{
    struct call call;
    fetch(&call, *state, "/gzip");
    assert_int_equal(call.attempt.outcome.body_kind, BODY_JSON);
    assert_int_equal(call.attempt.outcome.body_json.length, 1010);
    assert_int_equal(call.attempt.outcome.facts.bytes_in, sizeof zipped - 1);
    call_fini(&call);
}

static void the_limit_counts_decompressed_bytes(void **state)
{
    struct call call;
    call_init(&call, *state, "/gzip");
    call.shape->max_response_bytes = 1009;
    call_run(&call, *state);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_TOO_LARGE);
    assert_string_equal(call.attempt.outcome.reason,
                        "the response is larger than the limit of 1009 bytes");
    call.shape->max_response_bytes = 1010;
    call_run(&call, *state);
    assert_int_equal(call.attempt.outcome.facts.error, OVRMND_ERROR_NONE);
    call_fini(&call);
}

static void a_head_has_no_body_whatever_its_length_says(void **state)
{
    struct call call;
    call_init(&call, *state, "/head");
    call_set_method(&call, "HEAD", true);
    call_run(&call, *state);
    assert_int_equal(call.attempt.outcome.facts.flags, OVRMND_OUTCOME_SUCCESS);
    assert_int_equal(call.attempt.outcome.body_kind, BODY_NONE);
    call_fini(&call);
}

static void retry_after_becomes_a_time_on_the_engines_clock(void **state)
{
    struct call call;
    fetch(&call, *state, "/busy");
    const struct ovrmnd_outcome *facts = &call.attempt.outcome.facts;
    assert_int_equal(facts->flags, OVRMND_OUTCOME_RETRY_AFTER | OVRMND_OUTCOME_UNAPPLIED);
    assert_int_equal(facts->not_before_ns, facts->finished_ns + 7 * NS_PER_S);
    call_fini(&call);
    fetch(&call, *state, "/down");
    assert_int_equal(facts->flags, OVRMND_OUTCOME_RETRY_AFTER);
    assert_int_equal(facts->not_before_ns, facts->finished_ns + 60 * NS_PER_S);
    call_fini(&call);
    fetch(&call, *state, "/odd");
    assert_int_equal(facts->flags, 0);
    call_fini(&call);
}

static void what_is_left_of_a_quota_is_told(void **state)
{
    struct call call;
    fetch(&call, *state, "/quota");
    const struct ovrmnd_outcome *facts = &call.attempt.outcome.facts;
    assert_int_equal(facts->flags, OVRMND_OUTCOME_SUCCESS | OVRMND_OUTCOME_LIMIT);
    assert_int_equal(facts->limit_remaining, 5);
    assert_int_equal(facts->limit_reset_ns, facts->finished_ns + 7 * NS_PER_S);
    call_fini(&call);
    fetch(&call, *state, "/json"); /* in the same slot */
    assert_int_equal(facts->flags, OVRMND_OUTCOME_SUCCESS);
    call_fini(&call);
}

static void times_are_in_order(void **state)
{
    struct client *client = *state;
    struct call call;
    uint64_t before = clock_now(&client->clock);
    fetch(&call, client, "/json");
    const struct ovrmnd_outcome *facts = &call.attempt.outcome.facts;
    assert_true(before <= facts->started_ns);
    assert_true(facts->started_ns < facts->first_byte_ns);
    assert_true(facts->first_byte_ns <= facts->finished_ns);
    assert_true(facts->finished_ns <= clock_now(&client->clock));
    call_fini(&call);
}

static bool sent(const struct call *call, const char *text)
{
    struct buffer body = call->attempt.outcome.body;
    return memmem(body.data, body.length, text, strlen(text)) != NULL;
}

static void headers_go_out_as_they_are(void **state)
{
    char bearer[] = "Authorization: Bearer x", type[] = "Content-Type: application/json";
    char empty[] = "X-Empty:", spaced[] = "X-One: a  b";
    char *credentials[] = {bearer}, *headers[] = {type, empty, spaced};
    struct call call;
    call_init(&call, *state, "/echo");
    call.shape->credentials = credentials;
    call.shape->credential_count = 1;
    call.shape->headers = headers;
    call.shape->header_count = 3;
    buffer_append(&call.request.headers, "X-Own: 1\0X-Bare: ", 18);
    call_set_method(&call, "PATCH", false);
    call_set_body(&call, "[1]");
    call_run(&call, *state);
    assert_true(sent(&call, "PATCH /echo HTTP/1.1\r\n"));
    assert_true(sent(&call, "\r\nAuthorization: Bearer x\r\n"));
    assert_true(sent(&call, "\r\nContent-Type: application/json\r\n"));
    assert_true(sent(&call, "\r\nX-Empty:\r\n"));
    assert_true(sent(&call, "\r\nX-One: a  b\r\n"));
    assert_true(sent(&call, "\r\nX-Own: 1\r\n"));
    assert_true(sent(&call, "\r\nX-Bare:\r\n"));
    assert_true(sent(&call, "\r\nUser-Agent: ovrmnd/test\r\n"));
    assert_true(sent(&call, "\r\nAccept-Encoding: "));
    assert_true(sent(&call, "\r\nContent-Length: 3\r\n"));
    assert_false(sent(&call, "Expect"));
    assert_int_equal(call.attempt.outcome.facts.bytes_out, 3);
    call_fini(&call);
}

/* How often `text` stands in the request that /echo sent back. */
static unsigned times_sent(const struct call *call, const char *text)
{
    struct buffer body = call->attempt.outcome.body;
    const char *at = body.data, *end = body.data + body.length;
    unsigned times = 0;
    while ((at = memmem(at, (size_t)(end - at), text, strlen(text)))) {
        at += strlen(text);
        times++;
    }
    return times;
}

static void a_line_of_the_request_or_its_shape_replaces_ours(void **state)
{
    char agent[] = "user-agent: mine", coding[] = "Accept-Encoding:";
    char *headers[] = {agent, coding};
    for (size_t i = 0; i < 2; i++) {
        struct call call;
        call_init(&call, *state, "/echo");
        if (i == 0) {
            call.shape->headers = headers;
            call.shape->header_count = 2;
        } else {
            buffer_append(&call.request.headers, "user-agent: mine\0Accept-Encoding:", 34);
        }
        call_run(&call, *state);
        assert_true(sent(&call, "\r\nuser-agent: mine\r\n"));
        assert_true(sent(&call, "\r\nAccept-Encoding:\r\n"));
        assert_int_equal(times_sent(&call, "Accept-Encoding"), 1);
        assert_false(sent(&call, "ovrmnd/test"));
        call_fini(&call);
    }
}

static void what_libcurl_can_decode_is_asked_for_once(void **state)
{
    struct call call;
    call_init(&call, *state, "/echo");
    buffer_append(&call.request.headers, "X-Own: 1", 9);
    call_run(&call, *state);
    assert_true(sent(&call, "\r\nAccept-Encoding: gzip"));
    assert_int_equal(times_sent(&call, "Accept-Encoding"), 1);
    assert_int_equal(times_sent(&call, "User-Agent"), 1);
    assert_true(sent(&call, "\r\nX-Own: 1\r\n"));
    call_fini(&call);
}

static void a_body_without_a_type_gets_none(void **state)
{
    static const bool safe[] = {true, false};
    for (size_t i = 0; i < 2; i++) {
        struct call call;
        call_init(&call, *state, "/echo");
        call_set_method(&call, "POST", safe[i]);
        call_set_body(&call, "body");
        for (size_t j = 0; j < 2000; j++) /* beyond where libcurl would ask for 100-continue */
            buffer_append_text(&call.request.body, "0123456789abcdef0123456789abcdef");
        call_run(&call, *state);
        assert_true(sent(&call, "POST /echo"));
        assert_false(sent(&call, "Content-Type"));
        assert_false(sent(&call, "Expect"));
        assert_int_equal(call.attempt.outcome.facts.bytes_out, 64004);
        call_fini(&call);
    }
}

static void a_slot_forgets_the_request_before(void **state)
{
    static const struct {
        const char *method, *body, *wanted, *unwanted;
        bool safe;
    } steps[] = {
        {"POST", "one", "Content-Length: 3", NULL, false},
        {"GET", NULL, "GET /echo", "Content-Length", true},
        {"PUT", "four", "Content-Length: 4", NULL, true},
        {"DELETE", NULL, "DELETE /echo", "Content-Length", true},
        {"POST", NULL, "Content-Length: 0", NULL, false},
        {"OPTIONS", NULL, "OPTIONS /echo", "Content-Length", true},
        {"GET", "query", "\r\n\r\nquery", NULL, true},
        {"POST", "", "Content-Length: 0", NULL, true},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct call call;
        call_init(&call, *state, "/echo");
        call_set_method(&call, steps[i].method, steps[i].safe);
        if (steps[i].body)
            call_set_body(&call, steps[i].body);
        call_run(&call, *state);
        assert_true(sent(&call, steps[i].method));
        assert_true(sent(&call, steps[i].wanted));
        assert_false(steps[i].unwanted && sent(&call, steps[i].unwanted));
        call_fini(&call);
    }
}

static void connections_are_reused(void **state)
{
    struct client *client = *state;
    for (int i = 0; i < 20; i++)
        expect(client, "/json", 200, 0, BODY_JSON, "{\"n\": 9007199254740993}");
    assert_int_equal(hostile_connections(client->server), 1);
}

static void many_in_parallel_come_back_once_each(void **state)
{
    struct client *client = *state;
    enum { WIDTH = 30, ROUNDS = 5 };
    struct call *calls = memory_new(WIDTH, sizeof *calls);
    struct request_shape shape = {.method = "GET", .idempotent = true};
    for (int i = 0; i < WIDTH; i++) {
        char path[32];
        snprintf(path, sizeof path, "/echo/%d/", i);
        call_init(&calls[i], client, path);
        calls[i].request.shape = &shape;
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < WIDTH; i++)
            call_start(&calls[i], client);
        for (int i = 0; i < WIDTH; i++) {
            struct call *call = (struct call *)((char *)client_await(client) -
                                                offsetof(struct call, attempt));
            char path[40];
            snprintf(path, sizeof path, "GET /echo/%d/ ", (int)(call - calls));
            assert_true(sent(call, path));
            buffer_reset(&call->attempt.outcome.body);
        }
        assert_null(client->transport->next(client->transport));
    }
    assert_true(hostile_connections(client->server) <= WIDTH);
    for (int i = 0; i < WIDTH; i++)
        call_fini(&calls[i]);
    free(calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(a_json_body_is_checked_and_kept_as_it_is),
        TEST(what_does_not_say_json_is_text),
        TEST(no_body_is_no_failure),
        TEST(broken_json_fails_a_success_and_says_where),
        TEST(broken_json_of_an_error_response_is_text),
        TEST(compressed_bodies_arrive_whole_and_count_as_on_the_wire),
        TEST(the_limit_counts_decompressed_bytes),
        TEST(a_head_has_no_body_whatever_its_length_says),
        TEST(retry_after_becomes_a_time_on_the_engines_clock),
        TEST(what_is_left_of_a_quota_is_told),
        TEST(times_are_in_order),
        TEST(headers_go_out_as_they_are),
        TEST(a_line_of_the_request_or_its_shape_replaces_ours),
        TEST(what_libcurl_can_decode_is_asked_for_once),
        TEST(a_body_without_a_type_gets_none),
        TEST(a_slot_forgets_the_request_before),
        TEST(connections_are_reused),
        TEST(many_in_parallel_come_back_once_each),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
