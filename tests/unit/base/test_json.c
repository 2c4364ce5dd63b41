/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- scanning ---- */

static void a_fault_says_what_was_expected_and_where(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *what;
        size_t offset;
    } cases[] = {
        {"", "expected a value", 0},
        {"  ", "expected a value", 2},
        {"[1 2]", "expected ',' or ']'", 3},
        {"[1}", "expected ',' or ']'", 2},
        {"{\"a\":1 2}", "expected ',' or '}'", 7},
        {"{\"a\" 1}", "expected ':' after the key", 5},
        {"{a:1}", "expected a key in quotes or '}'", 1},
        {"{\"a\":1,}", "expected a key in quotes", 7},
        {"[,]", "expected a value or ']'", 1},
        {"[1,]", "expected a value", 3},
        {"\"a\nb\"", "a control character must be escaped", 2},
        {"\"ab\xE2\x82\"", "not UTF-8", 3},
        {"\"\\x\"", "expected one of \"\\/bfnrtu after the backslash", 2},
        {"\"\\u12g4\"", "expected four hexadecimal digits after \\u", 5},
        {"\"abc", "the text ends inside a string", 4},
        {"{\"a\":1", "the text ends inside an object", 6},
        {"[1", "the text ends inside an array", 2},
        {"012", "a number must not start with 0", 1},
        {"1.x", "expected a digit", 2},
        {"-", "expected a digit", 1},
        {"trux", "expected true", 3},
        {"nul", "expected null", 3},
        {"1 2", "expected the end after the value", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_fault fault = {0};
        assert_int_equal(json_check(slice_of(cases[i].text), NULL, &fault), -1);
        assert_string_equal(fault.what, cases[i].what);
        assert_int_equal(fault.offset, cases[i].offset);
    }
}

static void a_number_ends_only_at_the_byte_after_it(void **unused)
{
    (void)unused;
    struct json_scanner s = {0};
    size_t used;
    assert_int_equal(json_scanner_feed(&s, "12", 2, &used), JSON_MORE);
    assert_int_equal(used, 2);
    assert_int_equal(json_scanner_feed(&s, "3,", 2, &used), JSON_DONE);
    assert_int_equal(used, 1);
    s = (struct json_scanner){0};
    assert_int_equal(json_scanner_feed(&s, "12", 2, &used), JSON_MORE);
    assert_int_equal(json_scanner_end(&s), JSON_DONE);
}

static void other_values_end_at_their_last_byte(void **unused)
{
    (void)unused;
    static const char *const values[] = {"{\"a\":[]}", "[]", "\"x\"", "true", "null"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct json_scanner s = {0};
        size_t used, length = strlen(values[i]);
        struct buffer text = {0};
        buffer_append_format(&text, " %s  x", values[i]);
        assert_int_equal(json_scanner_feed(&s, text.data, text.length, &used), JSON_DONE);
        assert_int_equal(used, length + 1);
        buffer_free(&text);
    }
}

static void an_ended_scanner_takes_no_more(void **unused)
{
    (void)unused;
    struct json_scanner s = {0};
    size_t used;
    assert_int_equal(json_scanner_feed(&s, "[]", 2, &used), JSON_DONE);
    assert_int_equal(json_scanner_feed(&s, "]", 1, &used), JSON_DONE);
    assert_int_equal(used, 0);
    s = (struct json_scanner){0};
    assert_int_equal(json_scanner_feed(&s, "[x", 2, &used), JSON_WRONG);
    assert_int_equal(used, 1);
    assert_int_equal(json_scanner_feed(&s, "1]", 2, &used), JSON_WRONG);
    assert_int_equal(s.fault.offset, 1);
    assert_int_equal(json_scanner_end(&s), JSON_WRONG);
}

static void check_gives_the_value_without_white_space(void **unused)
{
    (void)unused;
    struct slice value;
    struct json_fault fault;
    assert_int_equal(json_check(slice_of(" \r\n\t{ \"a\" : 1 } \n"), &value, &fault), 0);
    assert_true(slice_equal(value, slice_of("{ \"a\" : 1 }")));
    assert_int_equal(json_check(slice_of(" 12 "), &value, &fault), 0);
    assert_true(slice_equal(value, slice_of("12")));
}

static void columns_count_characters(void **unused)
{
    (void)unused;
    size_t line, column;
    struct slice text = slice_of("{\n  \"\xC3\xA9\xE2\x82\xAC\": x}");
    json_locate(text, 0, &line, &column);
    assert_int_equal(line, 1);
    assert_int_equal(column, 1);
    json_locate(text, text.length - 2, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 9);
}

/* ---- looking ---- */

static void types_are_told_by_the_first_byte(void **unused)
{
    (void)unused;
    assert_int_equal(json_type(slice_of("{}")), JSON_OBJECT);
    assert_int_equal(json_type(slice_of("[]")), JSON_ARRAY);
    assert_int_equal(json_type(slice_of("\"\"")), JSON_STRING);
    assert_int_equal(json_type(slice_of("-1")), JSON_NUMBER);
    assert_int_equal(json_type(slice_of("true")), JSON_TRUE);
    assert_int_equal(json_type(slice_of("false")), JSON_FALSE);
    assert_int_equal(json_type(slice_of("null")), JSON_NULL);
}

static void the_cursor_gives_raw_members_in_order(void **unused)
{
    (void)unused;
    static const char *const want[][2] = {
        {"\"b\"", "1.0"},        {"\"a}\\\"\"", "\"]\\\\\""}, {"\"b\"", "[1,{\"x\":\"]\"}]"},
        {"\"\"", "{ \"k\" :1}"}, {"\"z\"", "null"},
    };
    struct json_cursor cursor = json_members(
        slice_of("{ \"b\" :1.0,\"a}\\\"\":\"]\\\\\" ,\n\"b\":[1,{\"x\":\"]\"}],\"\":{ \"k\" "
                 ":1},\"z\":null }"));
    struct slice key, value;
    for (size_t i = 0; i < 5; i++) {
        assert_true(json_next(&cursor, &key, &value));
        assert_true(slice_equal(key, slice_of(want[i][0])));
        assert_true(slice_equal(value, slice_of(want[i][1])));
    }
    assert_false(json_next(&cursor, &key, &value));
    assert_false(json_next(&cursor, &key, &value));
}

static void the_cursor_walks_arrays_and_empties(void **unused)
{
    (void)unused;
    struct slice value;
    struct json_cursor cursor = json_members(slice_of("[ 1 , [ ] ,\"x\" ]"));
    static const char *const want[] = {"1", "[ ]", "\"x\""};
    for (size_t i = 0; i < 3; i++) {
        assert_true(json_next(&cursor, NULL, &value));
        assert_true(slice_equal(value, slice_of(want[i])));
    }
    assert_false(json_next(&cursor, NULL, &value));
    cursor = json_members(slice_of("[ \n ]"));
    assert_false(json_next(&cursor, NULL, &value));
    cursor = json_members(slice_of("{}"));
    assert_false(json_next(&cursor, NULL, &value));
}

static void find_takes_the_last_of_duplicates(void **unused)
{
    (void)unused;
    struct slice value;
    struct slice object = slice_of("{\"id\":1,\"x\":{\"id\":9},\"\\u0069d\":2}");
    assert_true(json_find(object, "id", &value));
    assert_true(slice_equal(value, slice_of("2")));
    assert_false(json_find(object, "i", &value));
    assert_false(json_find(object, "idx", &value));
}

static void keys_compare_decoded(void **unused)
{
    (void)unused;
    assert_true(json_key_is(slice_of("\"a\\u00e9\\n\""), slice_of("a\xC3\xA9\n")));
    assert_true(json_key_is(slice_of("\"\\ud83d\\ude00\""), slice_of("\xF0\x9F\x98\x80")));
    assert_true(json_key_is(slice_of("\"\""), slice_of("")));
    assert_false(json_key_is(slice_of("\"ab\""), slice_of("a")));
    assert_false(json_key_is(slice_of("\"a\""), slice_of("ab")));
    assert_false(json_key_is(slice_of("\"\\ud83d\""), slice_of("\xED\xA0\xBD")));
}

static void decode(const char *raw, int rc, struct slice want)
{
    struct buffer out = {0};
    buffer_append_text(&out, "<");
    assert_int_equal(json_string_decode(slice_of(raw), &out), rc);
    assert_true(slice_equal((struct slice){out.data + 1, out.length - 1}, want));
    buffer_free(&out);
}

static void strings_decode_to_utf8(void **unused)
{
    (void)unused;
    decode("\"\"", 0, slice_of(""));
    decode("\"plain\"", 0, slice_of("plain"));
    decode("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", 0, slice_of("\"\\/\b\f\n\r\t"));
    decode("\"\\u0041\\u00E9\\u20ac\\uD83D\\uDE00\"", 0,
           slice_of("A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
    decode("\"a\\u0000b\"", 0, (struct slice){"a\0b", 3});
    decode("\"\\uDBFF\\uDFFF\"", 0, slice_of("\xF4\x8F\xBF\xBF"));
}

static void a_lone_surrogate_has_no_utf8(void **unused)
{
    (void)unused;
    decode("\"abc\\ud800\"", -1, slice_of(""));
    decode("\"\\ud800x\"", -1, slice_of(""));
    decode("\"\\ud800\\n\"", -1, slice_of(""));
    decode("\"\\ud800\\u0041\"", -1, slice_of(""));
    decode("\"\\udc00\\ud800\"", -1, slice_of(""));
}

/* ---- writing ---- */

static void encode(struct slice text, const char *want)
{
    struct buffer out = {0};
    assert_int_equal(json_string_encode(text, &out), 0);
    assert_string_equal(buffer_text(&out), want);
    struct json_fault fault;
    assert_int_equal(json_check(buffer_slice(&out), NULL, &fault), 0);
    buffer_free(&out);
}

static void strings_encode_with_the_fewest_escapes(void **unused)
{
    (void)unused;
    encode(slice_of(""), "\"\"");
    encode(slice_of("a/b\x7F\xC3\xA9"), "\"a/b\x7F\xC3\xA9\"");
    encode(slice_of("\"\\\b\f\n\r\t\x01\x1F"), "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\"");
    encode((struct slice){"a\0b", 3}, "\"a\\u0000b\"");
}

static void what_is_not_utf8_is_replaced(void **unused)
{
    (void)unused;
#define R "\xEF\xBF\xBD"
    encode(slice_of("a\xFFz"), "\"a" R "z\"");
    encode(slice_of("\xE2\x82"), "\"" R "\"");
    encode(slice_of("\xE2\x82z"), "\"" R "z\"");
    encode(slice_of("\xC0\xAF"), "\"" R R "\"");
    encode(slice_of("\xED\xA0\x80"), "\"" R R R "\"");
    encode(slice_of("\xE2\xE2\x82\xAC"), "\"" R "\xE2\x82\xAC\"");
}

static void layout(const char *text, unsigned level, const char *want)
{
    struct buffer out = {0};
    assert_int_equal(json_indent(slice_of(text), level, &out), 0);
    assert_string_equal(buffer_text(&out), want);
    buffer_free(&out);
}

static void indent_lays_out_as_stringify_does(void **unused)
{
    (void)unused;
    layout("{\"a\":[1,{},[ ],{\"b\":null}],\"c\":\"x\"}", 0,
           "{\n  \"a\": [\n    1,\n    {},\n    [],\n    {\n      \"b\": null\n    }\n  ],\n"
           "  \"c\": \"x\"\n}");
    layout("{ }", 0, "{}");
    layout("[\n]", 3, "[]");
    layout("1.0", 0, "1.0");
    layout("[[],[1]]", 0, "[\n  [],\n  [\n    1\n  ]\n]");
}

static void indent_starts_at_a_level(void **unused)
{
    (void)unused;
    layout("{\"a\":[1]}", 2, "{\n      \"a\": [\n        1\n      ]\n    }");
}

static void tokens_pass_untouched(void **unused)
{
    (void)unused;
    const char *text = "[1.0,1E+2,9007199254740993,1e400,\"\\u0041 , : [\\/\",-0,\"  {  \"]";
    struct buffer laid = {0}, back = {0};
    assert_int_equal(json_indent(slice_of(text), 0, &laid), 0);
    assert_int_equal(json_minify(buffer_slice(&laid), &back), 0);
    assert_string_equal(buffer_text(&back), text);
    buffer_free(&laid);
    buffer_free(&back);
}

static void minify_drops_white_space_outside_strings(void **unused)
{
    (void)unused;
    struct buffer out = {0};
    assert_int_equal(json_minify(slice_of("{ \"a b\" :\t[ 1 ,\r\n\" x \" ] }"), &out), 0);
    assert_string_equal(buffer_text(&out), "{\"a b\":[1,\" x \"]}");
    buffer_free(&out);
}

static void a_full_buffer_is_left_as_it_was(void **unused)
{
    (void)unused;
    struct slice value = slice_of("{\"a\": [1, 2, \"\\n\"]}");
    for (size_t limit = 1; limit < 12; limit++) {
        struct buffer out = {.limit = limit};
        buffer_append_char(&out, '<');
        assert_int_equal(json_minify(value, &out), -1);
        assert_int_equal(json_indent(value, 0, &out), -1);
        assert_int_equal(json_string_encode(slice_of("0123456\n89"), &out), -1);
        assert_int_equal(json_string_decode(slice_of("\"0123456\\u0041\\n89x\""), &out), -1);
        assert_string_equal(buffer_text(&out), "<");
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_says_what_was_expected_and_where),
        cmocka_unit_test(a_number_ends_only_at_the_byte_after_it),
        cmocka_unit_test(other_values_end_at_their_last_byte),
        cmocka_unit_test(an_ended_scanner_takes_no_more),
        cmocka_unit_test(check_gives_the_value_without_white_space),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(types_are_told_by_the_first_byte),
        cmocka_unit_test(the_cursor_gives_raw_members_in_order),
        cmocka_unit_test(the_cursor_walks_arrays_and_empties),
        cmocka_unit_test(find_takes_the_last_of_duplicates),
        cmocka_unit_test(keys_compare_decoded),
        cmocka_unit_test(strings_decode_to_utf8),
        cmocka_unit_test(a_lone_surrogate_has_no_utf8),
        cmocka_unit_test(strings_encode_with_the_fewest_escapes),
        cmocka_unit_test(what_is_not_utf8_is_replaced),
        cmocka_unit_test(indent_lays_out_as_stringify_does),
        cmocka_unit_test(indent_starts_at_a_level),
        cmocka_unit_test(tokens_pass_untouched),
        cmocka_unit_test(minify_drops_white_space_outside_strings),
        cmocka_unit_test(a_full_buffer_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
