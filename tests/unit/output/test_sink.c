/* SPDX-License-Identifier: MIT */
#include "output/sink.h"
#include "unit/output/check.h"
#include "unit/output/result_of.h"

#include <stdio.h>

/* A writer that keeps all that it gets. */
static struct writer *kept(void)
{
    struct error err = {0};
    struct writer *w = writer_file("/dev/null", &err);
    assert_non_null(w);
    return w;
}

static const struct error not_found = {.code = ERROR_API_REQUEST_FAILED,
                                       .message = "HTTP 404: Not Found"};
static const struct error never_sent = {.code = ERROR_INPUT_INVALID,
                                        .message = "a \"quote\" and a \n feed"};

struct batch {
    struct writer *writer;
    struct sink *sink;
    char text[4096];
};

static struct batch begin(enum output_format format, uint64_t total)
{
    struct writer *w = kept();
    return (struct batch){.writer = w, .sink = output_sink_new(format, w, total)};
}

static void write_result(struct batch *b, struct result r)
{
    struct error err = {0};
    assert_int_equal(b->sink->write(b->sink, &r, &err), 0);
}

static const char *taken(struct batch *b)
{
    snprintf(b->text, sizeof b->text, "%s", buffer_text(&b->writer->out));
    return b->text;
}

static void end(struct batch *b)
{
    output_sink_free(b->sink);
    writer_free(b->writer);
}

static void json_is_what_stringify_would_give(void **state)
{
    (void)state;
    struct batch b = begin(OUTPUT_JSON, 0);
    write_result(&b, success_of(0, BODY_JSON,
                                "{\"id\":9007199254740993,\"x\":[1.0,1e400],"
                                "\"e\":{},\"id\":2}"));
    write_result(&b, success_of(1, BODY_NONE, NULL));
    write_result(&b, success_of(2, BODY_TEXT, "plain\ttext"));
    write_result(&b, failure_of(3, 404, BODY_JSON, "{\"a\":1}", &not_found));
    write_result(&b, failure_of(4, 0, BODY_NONE, NULL, &never_sent));
    assert_string_equal(taken(&b), "[\n"
                                   "  {\n"
                                   "    \"success\": true,\n"
                                   "    \"data\": {\n"
                                   "      \"id\": 9007199254740993,\n"
                                   "      \"x\": [\n"
                                   "        1.0,\n"
                                   "        1e400\n"
                                   "      ],\n"
                                   "      \"e\": {},\n"
                                   "      \"id\": 2\n"
                                   "    }\n"
                                   "  },\n"
                                   "  {\n"
                                   "    \"success\": true,\n"
                                   "    \"data\": null\n"
                                   "  },\n"
                                   "  {\n"
                                   "    \"success\": true,\n"
                                   "    \"data\": \"plain\\ttext\"\n"
                                   "  },\n"
                                   "  {\n"
                                   "    \"success\": false,\n"
                                   "    \"error\": {\n"
                                   "      \"code\": \"API_REQUEST_FAILED\",\n"
                                   "      \"message\": \"HTTP 404: Not Found\",\n"
                                   "      \"details\": {\n"
                                   "        \"a\": 1\n"
                                   "      }\n"
                                   "    }\n"
                                   "  },\n"
                                   "  {\n"
                                   "    \"success\": false,\n"
                                   "    \"error\": {\n"
                                   "      \"code\": \"INPUT_INVALID\",\n"
                                   "      \"message\": \"a \\\"quote\\\" and a \\n feed\"\n"
                                   "    }\n"
                                   "  }");
    end(&b);
}

static void ndjson_is_one_compact_line_a_result(void **state)
{
    (void)state;
    struct batch b = begin(OUTPUT_NDJSON, 0);
    write_result(&b, success_of(7, BODY_JSON, "{\"a\" : [1,\n 2.50]}"));
    struct result failed = failure_of(8, 404, BODY_TEXT, "no", &not_found);
    failed.attempts = 3;
    write_result(&b, failed);
    struct result unsent = failure_of(18446744073709551615u, 0, BODY_NONE, NULL, &not_found);
    unsent.attempts = 0;
    unsent.duration_ns = 0;
    unsent.request_id = "";
    write_result(&b, unsent);
    assert_string_equal(
        taken(&b),
        "{\"index\":7,\"success\":true,\"status\":200,\"attempts\":1,\"duration_ms\":12.3,"
        "\"request_id\":\"b-0.1\",\"data\":{\"a\":[1,2.50]}}\n"
        "{\"index\":8,\"success\":false,\"status\":404,\"attempts\":3,\"duration_ms\":12.3,"
        "\"request_id\":\"b-0.1\",\"error\":{\"code\":\"API_REQUEST_FAILED\","
        "\"message\":\"HTTP 404: Not Found\",\"details\":\"no\"}}\n"
        "{\"index\":18446744073709551615,\"success\":false,\"status\":null,\"attempts\":0,"
        "\"duration_ms\":0,\"error\":{\"code\":\"API_REQUEST_FAILED\","
        "\"message\":\"HTTP 404: Not Found\"}}\n");
    end(&b);
}

static void durations_have_three_decimals_at_most(void **state)
{
    (void)state;
    static const struct {
        uint64_t ns;
        const char *text;
    } cases[] = {
        {0, ":0,"},           {499, ":0,"},          {500, ":0.001,"},
        {1000, ":0.001,"},    {10000, ":0.01,"},     {1000000, ":1,"},
        {1234567, ":1.235,"}, {999999500, ":1000,"}, {UINT64_MAX, ":18446744073709.552,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch b = begin(OUTPUT_NDJSON, 0);
        struct result r = success_of(0, BODY_NONE, NULL);
        char wanted[64];
        r.duration_ns = cases[i].ns;
        write_result(&b, r);
        snprintf(wanted, sizeof wanted, "\"duration_ms\"%s", cases[i].text);
        if (!strstr(taken(&b), wanted))
            fail_msg("%s is not in %s", wanted, b.text);
        end(&b);
    }
}

/* Everything that reaches a reader, the closing text included. */
static void read_batch(enum output_format format, unsigned results, char *text, size_t size)
{
    FILE *file = tmpfile();
    struct error err = {0};
    struct writer *w = writer_stdout_as(fileno(file), NULL, &err);
    struct sink *sink = output_sink_new(format, w, results);
    for (unsigned i = 0; i < results; i++) {
        struct result r = i % 2 ? failure_of(i, 404, BODY_NONE, NULL, &not_found)
                                : success_of(i, BODY_JSON, "1");
        assert_int_equal(sink->write(sink, &r, &err), 0);
    }
    assert_int_equal(sink->finish(sink, &err), 0);
    assert_false(sink->pending(sink));
    assert_false(sink->full(sink));
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    output_sink_free(sink);
    writer_free(w);
    fclose(file);
}

static void a_batch_is_closed_whatever_it_held(void **state)
{
    (void)state;
    char text[2048];
    read_batch(OUTPUT_JSON, 0, text, sizeof text);
    assert_string_equal(text, "[]\n");
    read_batch(OUTPUT_JSON, 1, text, sizeof text);
    assert_string_equal(text, "[\n  {\n    \"success\": true,\n    \"data\": 1\n  }\n]\n");
    read_batch(OUTPUT_NDJSON, 0, text, sizeof text);
    assert_string_equal(text, "");
    read_batch(OUTPUT_PRETTY, 0, text, sizeof text);
    assert_string_equal(text, "\nSummary: 0 succeeded, 0 failed\n");
    read_batch(OUTPUT_PRETTY, 2, text, sizeof text);
    assert_string_equal(text, "\n=== Request 1/2 ===\n✓ Success\n1\n"
                              "\n=== Request 2/2 ===\n✗ Failed\n"
                              "[API_REQUEST_FAILED] HTTP 404: Not Found\n"
                              "\nSummary: 1 succeeded, 1 failed\n");
}

static void pretty_shows_no_total_that_it_does_not_know(void **state)
{
    (void)state;
    struct batch b = begin(OUTPUT_PRETTY, 0);
    write_result(&b, failure_of(6, 404, BODY_JSON, "{\"why\":\"gone\"}", &not_found));
    assert_string_equal(taken(&b), "\n=== Request 7 ===\n✗ Failed\n"
                                   "[API_REQUEST_FAILED] HTTP 404: Not Found\n  why: gone\n");
    end(&b);
}

static void assert_single(enum output_format format, struct result r, const char *wanted)
{
    struct error err = {0};
    struct writer *w = kept();
    assert_int_equal(output_single(format, w, &r, &err), 0);
    assert_string_equal(buffer_text(&w->out), wanted);
    writer_free(w);
}

static void a_single_success_is_its_data_alone(void **state)
{
    (void)state;
    struct result json = success_of(0, BODY_JSON, "{\"a\":[1]}");
    struct result text = success_of(0, BODY_TEXT, "two\nlines");
    struct result none = success_of(0, BODY_NONE, NULL);
    assert_single(OUTPUT_JSON, json, "{\n  \"a\": [\n    1\n  ]\n}\n");
    assert_single(OUTPUT_NDJSON, json, "{\"a\":[1]}\n");
    assert_single(OUTPUT_PRETTY, json, "a:\n  1. 1\n");
    assert_single(OUTPUT_JSON, text, "\"two\\nlines\"\n");
    assert_single(OUTPUT_NDJSON, text, "\"two\\nlines\"\n");
    assert_single(OUTPUT_PRETTY, text, "two\nlines\n");
    assert_single(OUTPUT_JSON, none, "null\n");
    assert_single(OUTPUT_NDJSON, none, "null\n");
    assert_single(OUTPUT_PRETTY, none, "null\n");
}

static void a_single_failure_is_an_error_object(void **state)
{
    (void)state;
    struct result r = failure_of(0, 404, BODY_JSON, "{\"why\":\"gone\"}", &not_found);
    assert_single(OUTPUT_JSON, r,
                  "{\n  \"error\": {\n    \"code\": \"API_REQUEST_FAILED\",\n"
                  "    \"message\": \"HTTP 404: Not Found\",\n"
                  "    \"details\": {\n      \"why\": \"gone\"\n    }\n  }\n}\n");
    assert_single(OUTPUT_NDJSON, r,
                  "{\"error\":{\"code\":\"API_REQUEST_FAILED\",\"message\":\"HTTP 404: Not "
                  "Found\",\"details\":{\"why\":\"gone\"}}}\n");
    assert_single(OUTPUT_PRETTY, r, "✗ HTTP 404: Not Found\n  why: gone\n");
    r.body_kind = BODY_NONE;
    assert_single(OUTPUT_PRETTY, r, "✗ HTTP 404: Not Found\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_what_stringify_would_give),
        cmocka_unit_test(ndjson_is_one_compact_line_a_result),
        cmocka_unit_test(durations_have_three_decimals_at_most),
        cmocka_unit_test(a_batch_is_closed_whatever_it_held),
        cmocka_unit_test(pretty_shows_no_total_that_it_does_not_know),
        cmocka_unit_test(a_single_success_is_its_data_alone),
        cmocka_unit_test(a_single_failure_is_an_error_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
