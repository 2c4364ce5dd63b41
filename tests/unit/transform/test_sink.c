/* SPDX-License-Identifier: MIT */

/* The sink hands on all but the data of successes untouched. */

#include "base/memory.h"
#include "transform/transform.h"
#include "unit/output/result_of.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct {
    struct sink port;
    char *body;
    struct result result;
    bool is_full, is_pending;
    unsigned flushed, finished;
} inner;

static int inner_write(struct sink *sink, const struct result *result, struct error *err)
{
    (void)sink;
    (void)err;
    free(inner.body);
    inner.body = memory_copy_n(result->body.data, result->body.length);
    inner.result = *result;
    return inner.is_full ? -1 : 0;
}

static int inner_flush(struct sink *sink, struct error *err)
{
    (void)err;
    sink->fd = 7;
    inner.flushed++;
    return 0;
}

static bool inner_full(const struct sink *sink)
{
    (void)sink;
    return inner.is_full;
}

static bool inner_pending(const struct sink *sink)
{
    (void)sink;
    return inner.is_pending;
}

static int inner_finish(struct sink *sink, struct error *err)
{
    (void)sink;
    (void)err;
    inner.finished++;
    return 0;
}

static struct transform *transform;
static struct sink *sink;

static int open_sink(void **state)
{
    (void)state;
    char field[] = "id", *fields[] = {field};
    struct transform_step step = {.has_fields = true, .fields = fields, .field_count = 1};
    struct error err;
    inner.port = (struct sink){inner_write,   inner_flush,  inner_full,
                               inner_pending, inner_finish, 3};
    transform = transform_new(&(struct transform_steps){&step, 1}, &err);
    sink = transform_sink_new(transform, &inner.port);
    return 0;
}

static int close_sink(void **state)
{
    (void)state;
    transform_sink_free(sink);
    transform_free(transform);
    free(inner.body);
    memset(&inner, 0, sizeof inner);
    return 0;
}

static void write_one(struct result result, const char *expected)
{
    struct error err;
    assert_int_equal(sink->write(sink, &result, &err), 0);
    assert_string_equal(inner.body, expected);
    assert_int_equal(inner.result.index, result.index);
    assert_int_equal(inner.result.body_kind, result.body_kind);
}

static void only_the_json_of_successes_is_transformed(void **state)
{
    (void)state;
    struct error error = {0};
    const char *json = "{\"id\":1.0,\"x\":2}";
    write_one(success_of(1, BODY_JSON, json), "{\"id\":1.0}");
    write_one(success_of(2, BODY_TEXT, json), json);
    write_one(failure_of(3, 500, BODY_JSON, json, &error), json);
    write_one(success_of(4, BODY_JSON, "{\"id\":4}"), "{\"id\":4}");
}

static void all_else_is_the_inner_one(void **state)
{
    (void)state;
    struct error err;
    assert_int_equal(sink->fd, 3);
    assert_int_equal(sink->flush(sink, &err), 0);
    assert_int_equal(sink->fd, 7);
    assert_int_equal(sink->finish(sink, &err), 0);
    assert_int_equal(inner.flushed * 10 + inner.finished, 11);
    assert_false(sink->full(sink) || sink->pending(sink));
    inner.is_full = inner.is_pending = true;
    assert_true(sink->full(sink) && sink->pending(sink));
    struct result result = success_of(1, BODY_JSON, "{}");
    assert_int_equal(sink->write(sink, &result, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_the_json_of_successes_is_transformed, open_sink,
                                        close_sink),
        cmocka_unit_test_setup_teardown(all_else_is_the_inner_one, open_sink, close_sink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
