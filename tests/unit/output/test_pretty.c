/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "output/pretty.h"
#include "unit/output/check.h"

#include <locale.h>
#include <stdio.h>

static void assert_pretty(const char *json, const char *wanted)
{
    struct buffer out = {0};
    struct json_fault fault;
    assert_int_equal(json_check(slice_of(json), NULL, &fault), 0);
    pretty_value(slice_of(json), 0, &out);
    assert_string_equal(buffer_text(&out), wanted);
    buffer_free(&out);
}

static void scalars_stay_as_written_and_strings_lose_their_quotes(void **state)
{
    (void)state;
    assert_pretty("9007199254740993", "9007199254740993\n");
    assert_pretty("1.0e+400", "1.0e+400\n");
    assert_pretty("null", "null\n");
    assert_pretty("\"one\\ntwo\\u00e9\"", "one\ntwo\xc3\xa9\n");
    assert_pretty("\"ends\\n\"", "ends\n");
    assert_pretty("\"\"", "\n");
    assert_pretty("\"half \\ud800\"", "half \\ud800\n");
}

static void objects_nest_by_two_spaces(void **state)
{
    (void)state;
    assert_pretty("{\"a\":1,\"b\":{\"c\":\"x\\ny\",\"d\":[ ],\"e\":{}},\"f\":[1,[2,\"z\"]]}",
                  "a: 1\n"
                  "b:\n"
                  "  c: x\n"
                  "    y\n"
                  "  d: []\n"
                  "  e: {}\n"
                  "f:\n"
                  "  1. 1\n"
                  "  2.\n"
                  "     1. 2\n"
                  "     2. z\n");
    assert_pretty("[]", "[]\n");
    assert_pretty("{}", "{}\n");
}

static void arrays_of_objects_are_tables_over_all_their_keys(void **state)
{
    (void)state;
    assert_pretty("[{\"id\":1,\"name\":\"a\"},{\"name\":\"long\",\"x\":[1, 2],\"id\":10}]",
                  "id │ name │ x\n"
                  "───┼──────┼──────\n"
                  "1  │ a    │ \n"
                  "10 │ long │ [1,2]\n");
}

static void nulls_in_a_table_crash_nothing(void **state)
{
    (void)state;
    assert_pretty("[null,{\"a\":null,\"b\":{\"c\":null}},{}]", "a    │ b\n"
                                                               "─────┼───────────\n"
                                                               "null │ \n"
                                                               "null │ {\"c\":null}\n"
                                                               "     │ \n");
    assert_pretty("[null,null]", "1. null\n2. null\n");
    assert_pretty("[{},{}]", "1. {}\n2. {}\n");
    assert_pretty("[{\"a\":1},2]", "1.\n   a: 1\n2. 2\n");
}

static void wide_characters_keep_the_columns_straight(void **state)
{
    (void)state;
    assert_pretty("[{\"k\":\"日本\",\"v\":1},{\"k\":\"abc\",\"v\":2}]", "k    │ v\n"
                                                                        "─────┼──\n"
                                                                        "日本 │ 1\n"
                                                                        "abc  │ 2\n");
}

static void a_table_too_wide_to_read_is_numbered(void **state)
{
    (void)state;
    char json[200], wanted[200], text[91];
    memset(text, 'x', 90);
    text[90] = '\0';
    snprintf(json, sizeof json, "[{\"a\":\"%s\"}]", text);
    snprintf(wanted, sizeof wanted, "1.\n   a: %s\n", text);
    assert_pretty(json, wanted);
}

static void a_server_cannot_steer_the_terminal(void **state)
{
    (void)state;
    assert_pretty("{\"\\u001b]0;x\\u0007\":\"\\u001b[2J\\u009b31m\\u007f\\u202e\"}",
                  "\\u001b]0;x\\u0007: \\u001b[2J\\u009b31m\\u007f\\u202e\n");
    assert_pretty("[{\"a\":\"\\u001b[2J\\n\"}]", "a\n───────────────\n\\u001b[2J\\u000a\n");
    /* A raw C1 character inside a nested value of a table. */
    assert_pretty("[{\"a\":[\"\xc2\x9b\"]}]", "a\n──────────\n[\"\\u009b\"]\n");
    struct buffer out = {0};
    pretty_text(slice_of("a\r\nb\x1b[31m\x9b\n"), 2, &out);
    assert_string_equal(buffer_text(&out), "  a\n  b\xef\xbf\xbd\n");
    buffer_free(&out);
}

static void deep_nesting_costs_no_more_than_its_text(void **state)
{
    (void)state;
    struct buffer json = {0}, out = {0};
    for (int i = 0; i < JSON_MAX_DEPTH; i++)
        buffer_append_char(&json, '[');
    for (int i = 0; i < JSON_MAX_DEPTH; i++)
        buffer_append_text(&json, i ? "]" : "7]");
    struct json_fault fault;
    assert_int_equal(json_check(buffer_slice(&json), NULL, &fault), 0);
    pretty_value(buffer_slice(&json), 0, &out);
    assert_true(out.length < 4 * (size_t)JSON_MAX_DEPTH);
    buffer_free(&json);
    buffer_free(&out);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_stay_as_written_and_strings_lose_their_quotes),
        cmocka_unit_test(objects_nest_by_two_spaces),
        cmocka_unit_test(arrays_of_objects_are_tables_over_all_their_keys),
        cmocka_unit_test(nulls_in_a_table_crash_nothing),
        cmocka_unit_test(wide_characters_keep_the_columns_straight),
        cmocka_unit_test(a_table_too_wide_to_read_is_numbered),
        cmocka_unit_test(a_server_cannot_steer_the_terminal),
        cmocka_unit_test(deep_nesting_costs_no_more_than_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
