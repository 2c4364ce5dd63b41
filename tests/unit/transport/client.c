/* SPDX-License-Identifier: MIT */
#include "unit/transport/client.h"

#include "base/units.h"
#include "transport/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

void client_open(struct client *client, hostile_handler *handler)
{
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    unsetenv("ALL_PROXY");
    struct error err = {0};
    client->shape_count = 0;
    client->server = hostile_start(handler);
    client->clock = clock_real();
    client->transport = http_open(
        &(struct http_options){.clock = &client->clock, .user_agent = "ovrmnd/test"}, &err);
    assert_non_null(client->transport);
}

/* The client goes first, so that stalled connections of the server end. */
void client_close(struct client *client)
{
    http_close(client->transport);
    hostile_stop(client->server);
}

void call_init(struct call *call, struct client *client, const char *path)
{
    *call = (struct call){0};
    assert_true(client->shape_count < sizeof client->shapes / sizeof *client->shapes);
    call->shape = &client->shapes[client->shape_count++];
    *call->shape = (struct request_shape){0};
    call->shape->method = "GET";
    call->shape->idempotent = true;
    call->shape->timeout_ns = 8 * NS_PER_S;
    call->request.shape = call->shape;
    call->attempt.request = &call->request;
    if (*path == '/')
        buffer_append_format(&call->request.url, "http://127.0.0.1:%u",
                             hostile_port(client->server));
    buffer_append_text(&call->request.url, path);
}

void call_fini(struct call *call)
{
    buffer_free(&call->request.url);
    buffer_free(&call->request.headers);
    buffer_free(&call->request.body);
    buffer_free(&call->attempt.outcome.body);
}

void call_set_method(struct call *call, const char *method, bool idempotent)
{
    call->shape->method = method;
    call->shape->idempotent = idempotent;
}

void call_set_body(struct call *call, const char *body)
{
    buffer_reset(&call->request.body);
    buffer_append_text(&call->request.body, body);
    call->request.has_body = true;
}

struct attempt *client_await(struct client *client)
{
    uint64_t until = clock_now(&client->clock) + 10 * NS_PER_S;
    struct error err = {0};
    for (;;) {
        struct attempt *attempt = client->transport->next(client->transport);
        if (attempt)
            return attempt;
        assert_true(clock_now(&client->clock) < until);
        assert_int_equal(client->transport->wait(client->transport, until, NULL, 0, &err), 0);
    }
}

void call_start(struct call *call, struct client *client)
{
    call->attempt.outcome.facts.started_ns = clock_now(&client->clock);
    client->transport->start(client->transport, &call->attempt);
}

void call_run(struct call *call, struct client *client)
{
    call_start(call, client);
    assert_ptr_equal(client_await(client), &call->attempt);
    assert_null(client->transport->next(client->transport));
    assert_null(call->attempt.slot);
}
