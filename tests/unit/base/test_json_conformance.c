/* SPDX-License-Identifier: MIT */

/* RFC 8259 case by case, in the manner of JSONTestSuite (N. Seriot, "Parsing JSON is a
 * Minefield"). Each text is also fed a byte at a time, which must give the same answer. */

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* sizeof keeps the NUL bytes inside. */
#define T(text)                                                                                \
    {                                                                                          \
        text, sizeof(text) - 1                                                                 \
    }

static const struct slice accepted[] = {
    T("[[]   ]"),
    T("[\"\"]"),
    T("[]"),
    T("[\"a\"]"),
    T("[false]"),
    T("[null, 1, \"1\", {}]"),
    T("[null]"),
    T("[1\n]"),
    T(" [1]"),
    T("[1,null,null,null,2]"),
    T("[2] "),
    T("[123e65]"),
    T("[0e+1]"),
    T("[0e1]"),
    T("[ 4]"),
    T("[-0.000000000000000000000000000000000000000000000001]"),
    T("[20e1]"),
    T("[-0]"),
    T("[-123]"),
    T("[-1]"),
    T("[-0]"),
    T("[1E22]"),
    T("[1E-2]"),
    T("[1E+2]"),
    T("[123e45]"),
    T("[123.456e78]"),
    T("[1e-2]"),
    T("[1e+2]"),
    T("[123]"),
    T("[123.456789]"),
    T("{\"asd\":\"sdf\", \"dfg\":\"fgh\"}"),
    T("{\"asd\":\"sdf\"}"),
    T("{\"a\":\"b\",\"a\":\"c\"}"),
    T("{\"a\":\"b\",\"a\":\"b\"}"),
    T("{}"),
    T("{\"\":0}"),
    T("{\"foo\\u0000bar\": 42}"),
    T("{ \"min\": -1.0e+28, \"max\": 1.0e+28 }"),
    T("{\"x\":[{\"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}], \"id\": \"x\"}"),
    T("{\"a\":[]}"),
    T("{\"title\":\"\\u041f\\u043e\\u043b\\u0442\\u043e\\u0440\\u0430\" }"),
    T("{\n\"a\": \"b\"\n}"),
    T("[\"\\u0060\\u012a\\u12AB\"]"),
    T("[\"\\uD801\\udc37\"]"),
    T("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
    T("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
    T("[\"\\\\u0000\"]"),
    T("[\"\\\"\"]"),
    T("[\"a/*b*/c/*d//e\"]"),
    T("[\"\\\\a\"]"),
    T("[\"\\\\n\"]"),
    T("[\"\\u0012\"]"),
    T("[\"\\uFFFF\"]"),
    T("[\"asd\"]"),
    T("[ \"asd\"]"),
    T("[\"\\uDBFF\\uDFFF\"]"),
    T("[\"new\\u00A0line\"]"),
    T("[\"\xf4\x8f\xbf\xbf\"]"),
    T("[\"\xef\xbf\xbf\"]"),
    T("[\"\\u0000\"]"),
    T("[\"\\u002c\"]"),
    T("[\"\xcf\x80\"]"),
    T("[\"\xf0\x9b\xbf\xbf\"]"),
    T("[\"asd \"]"),
    T("\" \""),
    T("[\"\\uD834\\uDd1e\"]"),
    T("[\"\\u0821\"]"),
    T("[\"\\u0123\"]"),
    T("[\"\xe2\x80\xa8\"]"),
    T("[\"\xe2\x80\xa9\"]"),
    T("[\"\\u0061\\u30af\\u30EA\\u30b9\"]"),
    T("[\"new\\u000Aline\"]"),
    T("[\"\x7f\"]"),
    T("[\"\\uA66D\"]"),
    T("[\"\\u005C\"]"),
    T("[\"\xe2\x8d\x82\xe3\x88\xb4\xe2\x8d\x82\"]"),
    T("[\"\\u200B\"]"),
    T("[\"\\u2064\"]"),
    T("[\"\\uFDD0\"]"),
    T("[\"\\uFFFE\"]"),
    T("[\"\\u0022\"]"),
    T("[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]"),
    T("[\"a\x7f"
      "a\"]"),
    T("false"),
    T("42"),
    T("-0.1"),
    T("null"),
    T("\"asd\""),
    T("true"),
    T("\"\""),
    T("[\"a\"]\n"),
    T("[true]"),
    T(" [] "),
    T("\t\r\n [] \t\r\n"),
    T("0"),
    T("-0"),
    T("1e400"),
    T("12345678901234567890123456789"),
    T("1.0"),
    T("[0.5e-7,-0E0]"),
    /* Lone surrogates are text: no UTF-8, but escapes. */
    T("[\"\\uDADA\"]"),
    T("[\"\\uD888\\u1234\"]"),
    T("[\"\\uD800\\n\"]"),
    T("[\"\\uDd1ea\"]"),
    T("[\"\\uD800\\uD800\\n\"]"),
    T("[\"\\ud800abc\"]"),
    T("[\"\\uDd1e\\uD834\"]"),
    T("[\"\\uDFAA\"]"),
    /* The borders of UTF-8. */
    T("\"\xc2\x80\""),
    T("\"\xdf\xbf\""),
    T("\"\xe0\xa0\x80\""),
    T("\"\xed\x9f\xbf\""),
    T("\"\xee\x80\x80\""),
    T("\"\xf0\x90\x80\x80\""),
};

static const struct slice rejected[] = {
    T("[1 true]"),
    T("[a\xe5]"),
    T("[\"\": 1]"),
    T("[\"\"],"),
    T("[,1]"),
    T("[1,,2]"),
    T("[\"x\",,]"),
    T("[\"x\"]]"),
    T("[\"\",]"),
    T("[\"x\""),
    T("[x"),
    T("[3[4]]"),
    T("[\xff]"),
    T("[1:2]"),
    T("[,]"),
    T("[-]"),
    T("[   , \"\"]"),
    T("[\"a\",\n4\n,1,"),
    T("[1,]"),
    T("[1,,]"),
    T("[\"\va\"\\f]"),
    T("[*]"),
    T("[\"\""),
    T("[1,"),
    T("[1,\n1\n,1"),
    T("[{}"),
    T("[fals]"),
    T("[nul]"),
    T("[tru]"),
    T("123\0"),
    T("[++1234]"),
    T("[+1]"),
    T("[+Inf]"),
    T("[-01]"),
    T("[-1.0.]"),
    T("[-2.]"),
    T("[-NaN]"),
    T("[.-1]"),
    T("[.2e-3]"),
    T("[0.1.2]"),
    T("[0.3e+]"),
    T("[0.3e]"),
    T("[0.e1]"),
    T("[0E+]"),
    T("[0E]"),
    T("[0e+]"),
    T("[0e]"),
    T("[1.0e+]"),
    T("[1.0e-]"),
    T("[1.0e]"),
    T("[1 000.0]"),
    T("[1eE2]"),
    T("[2.e+3]"),
    T("[2.e-3]"),
    T("[2.e3]"),
    T("[9.e+]"),
    T("[1+2]"),
    T("[0x1]"),
    T("[0x42]"),
    T("[Infinity]"),
    T("[Inf]"),
    T("[0e+-1]"),
    T("[-123.123foo]"),
    T("[123\xe5]"),
    T("[1e1\xe5]"),
    T("[0\xe5]"),
    T("[-Infinity]"),
    T("[-foo]"),
    T("[- 1]"),
    T("[-012]"),
    T("[-.123]"),
    T("[-1x]"),
    T("[1ea]"),
    T("[1e\xe5]"),
    T("[1.]"),
    T("[.123]"),
    T("[1.2a-3]"),
    T("[1.8011670033376514H-308]"),
    T("[012]"),
    T("[\xef\xbc\x91]"),
    T("[NaN]"),
    T("[\"x\", truth]"),
    T("{[: \"x\"}\n"),
    T("{\"x\", null}"),
    T("{\"x\"::\"b\"}"),
    T("{\xf0\x9f\x87\xa8\xf0\x9f\x87\xad}"),
    T("{\"a\":\"a\" 123}"),
    T("{key: 'value'}"),
    T("{\"\xb9\":\"0\",}"),
    T("{\"a\" b}"),
    T("{:\"b\"}"),
    T("{\"a\" \"b\"}"),
    T("{\"a\":"),
    T("{\"a\""),
    T("{1:1}"),
    T("{9999E9999:1}"),
    T("{null:null,null:null}"),
    T("{\"id\":0,,,,,}"),
    T("{'a':0}"),
    T("{\"id\":0,}"),
    T("{\"a\":\"b\"}/**/"),
    T("{\"a\":\"b\"}/**//"),
    T("{\"a\":\"b\"}//"),
    T("{\"a\":\"b\"}/"),
    T("{\"a\":\"b\",,\"c\":\"d\"}"),
    T("{a: \"b\"}"),
    T("{\"a\":\"a"),
    T("{ \"foo\" : \"bar\", \"a\" }"),
    T("{\"a\":\"b\"}#"),
    T(" "),
    T(""),
    T("[\"\\uD800\\\"]"),
    T("[\"\\uD800\\u\"]"),
    T("[\"\\uD800\\u1\"]"),
    T("[\"\\uD800\\u1x\"]"),
    T("[\xc3\xa9]"),
    T("[\"\\\0\"]"),
    T("[\"\\x00\"]"),
    T("[\"\\\\\\\"]"),
    T("[\"\\\t\"]"),
    T("[\"\\\xf0\x9f\x8c\x80\"]"),
    T("[\"\\\"]"),
    T("[\"\\u00A\"]"),
    T("[\"\\uD834\\uDd\"]"),
    T("[\"\\uD800\\uD800\\x\"]"),
    T("[\"\\u\xe5\"]"),
    T("[\"\\a\"]"),
    T("[\"\\uqqqq\"]"),
    T("[\"\\\xe5\"]"),
    T("[\\u0020\"asd\"]"),
    T("[\\n]"),
    T("\""),
    T("['single quote']"),
    T("abc"),
    T("[\"\\"),
    T("[\"a\0a\"]"),
    T("[\"new\nline\"]"),
    T("[\"\t\"]"),
    T("[\"\x1f\"]"),
    T("\"\\UA66D\""),
    T("\"\"x"),
    T("<.>"),
    T("[<null>]"),
    T("[1]x"),
    T("[1]]"),
    T("[\"asd]"),
    T("a\xc3\xa5"),
    T("[True]"),
    T("1]"),
    T("{\"x\": true,"),
    T("[][]"),
    T("]"),
    T("\xef\xbb{}"),
    T("\xe5"),
    T("["),
    T("2@"),
    T("{}}"),
    T("{\"\":"),
    T("{\"a\":/*comment*/\"b\"}"),
    T("{\"a\": true} \"x\""),
    T("['"),
    T("[,"),
    T("[{"),
    T("[\"a"),
    T("[\"a\""),
    T("{"),
    T("{]"),
    T("{,"),
    T("{["),
    T("{\"a"),
    T("{'a'"),
    T("[\"\\{[\"\\{[\"\\{[\"\\{"),
    T("*"),
    T("{\"a\":\"b\"}#{}"),
    T("[\\u000A\"\"]"),
    T("[1"),
    T("[ false, nul"),
    T("[ true, fals"),
    T("[ false, tru"),
    T("{\"asd\":\"asd\""),
    T("\xc3\xa5"),
    T("\xe2\x81\xa0[]"),
    T("[\f]"),
    T("[\v]"),
    T("[\xc2\xa0]"),
    T("\0[]"),
    T("[]\0"),
    T("\xef\xbb\xbf"),
    T("\xef\xbb\xbf[]"),
    T("\xff\xfe[\0\"\0\xe9\0\"\0]\0"),
    T("-"),
    T("1e"),
    T("1."),
    T("tru"),
    T("nulll"),
    T("+1"),
    T("00"),
    T("{\"a\":1]"),
    T("[1}"),
    /* No UTF-8: overlong, surrogates, too large, broken off, out of nowhere. */
    T("[\"\xc0\xaf\"]"),
    T("[\"\xc1\xbf\"]"),
    T("[\"\xe0\x80\xaf\"]"),
    T("[\"\xe0\x9f\xbf\"]"),
    T("[\"\xf0\x80\x80\xaf\"]"),
    T("[\"\xf0\x8f\xbf\xbf\"]"),
    T("[\"\xfc\x80\x80\x80\x80\x80\"]"),
    T("[\"\xfc\x83\xbf\xbf\xbf\xbf\"]"),
    T("[\"\xed\xa0\x80\"]"),
    T("[\"\xed\xbf\xbf\"]"),
    T("[\"\xf4\x90\x80\x80\"]"),
    T("[\"\xf4\xbf\xbf\xbf\"]"),
    T("[\"\xf5\x80\x80\x80\"]"),
    T("[\"\xe6\x97\xa5\xd1\x88\xfa\"]"),
    T("[\"\x81\"]"),
    T("[\"\xe9\"]"),
    T("[\"\xff\"]"),
    T("[\"\xe0\xff\"]"),
    T("[\"\xe2\x82\"]"),
    T("[\"\xc3\"]"),
    T("{\"\xc3(\":1}"),
    T("\"\xe2\x82"),
};

static int check_bytewise(struct slice text, struct json_fault *fault)
{
    struct json_scanner s = {0};
    enum json_progress p = JSON_MORE;
    size_t used, i = 0;
    for (; i < text.length && p == JSON_MORE; i += used) {
        p = json_scanner_feed(&s, text.data + i, 1, &used);
        if (p == JSON_DONE && used == 0)
            break;
    }
    if (p == JSON_MORE)
        p = json_scanner_end(&s);
    *fault = s.fault;
    for (; p == JSON_DONE && i < text.length; i++)
        if (!text.data[i] || !strchr(" \t\r\n", text.data[i]))
            return -1;
    return p == JSON_DONE ? 0 : -1;
}

static void what_is_json_is_accepted(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        struct json_fault fault = {"", 0};
        struct slice value;
        if (json_check(accepted[i], &value, &fault) != 0 ||
            check_bytewise(accepted[i], &fault) != 0)
            fail_msg("rejected: %s: %s at %zu", accepted[i].data, fault.what, fault.offset);
        assert_non_null(memchr("{[\"-0123456789tfn", value.data[0], 17));
    }
}

static void what_is_not_json_is_rejected(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        struct json_fault fault = {NULL, 0}, bytewise;
        if (json_check(rejected[i], NULL, &fault) == 0 ||
            check_bytewise(rejected[i], &bytewise) == 0)
            fail_msg("accepted: number %zu, %s", i, rejected[i].data);
        assert_non_null(fault.what);
        assert_true(fault.offset <= rejected[i].length);
    }
}

static void nesting_has_a_limit_and_no_stack(void **unused)
{
    (void)unused;
    size_t depth = 1000000;
    char *text = malloc(2 * depth);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    struct json_fault fault;
    assert_int_equal(json_check((struct slice){text, 2 * depth}, NULL, &fault), -1);
    assert_string_equal(fault.what, "nested deeper than 1000 levels");
    assert_int_equal(fault.offset, JSON_MAX_DEPTH);
    struct slice most = {text + depth - JSON_MAX_DEPTH, 2 * JSON_MAX_DEPTH};
    assert_int_equal(json_check(most, NULL, &fault), 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_accepted),
        cmocka_unit_test(what_is_not_json_is_rejected),
        cmocka_unit_test(nesting_has_a_limit_and_no_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
