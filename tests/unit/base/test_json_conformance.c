/* SPDX-License-Identifier: MIT */

#include "base/json.h"
#include "unit/base/json_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* The same text must be judged the same whole and a byte at a time. */
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
    for (size_t i = 0; i < JSON_CASES; i++) {
        const struct json_case *c = &json_cases[i];
        struct json_fault fault = {"", 0};
        struct slice value;
        if (!c->json)
            continue;
        if (json_check(c->text, &value, &fault) != 0 || check_bytewise(c->text, &fault) != 0)
            fail_msg("%s was rejected: %s: %s at %zu", c->name, c->text.data, fault.what,
                     fault.offset);
        assert_non_null(memchr("{[\"-0123456789tfn", value.data[0], 17));
    }
}

static void what_is_not_json_is_rejected(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < JSON_CASES; i++) {
        const struct json_case *c = &json_cases[i];
        struct json_fault fault = {NULL, 0}, bytewise;
        if (c->json)
            continue;
        if (json_check(c->text, NULL, &fault) == 0 || check_bytewise(c->text, &bytewise) == 0)
            fail_msg("%s was accepted: %s", c->name, c->text.data);
        assert_non_null(fault.what);
        assert_true(fault.offset <= c->text.length);
    }
}

/* n_structure_100000_opening_arrays, n_structure_open_array_object,
 * i_structure_500_nested_arrays. */
static void nesting_is_judged_as_all_else(void **unused)
{
    (void)unused;
    struct buffer text = {0};
    struct json_fault fault;
    for (int i = 0; i < 100000; i++)
        buffer_append_char(&text, '[');
    assert_int_equal(json_check(buffer_slice(&text), NULL, &fault), -1);
    buffer_reset(&text);
    for (int i = 0; i < 50000; i++)
        buffer_append_text(&text, "[{\"\":");
    buffer_append_char(&text, '\n');
    assert_int_equal(json_check(buffer_slice(&text), NULL, &fault), -1);
    buffer_reset(&text);
    for (int i = 0; i < 1000; i++)
        buffer_append_char(&text, i < 500 ? '[' : ']');
    assert_int_equal(json_check(buffer_slice(&text), NULL, &fault), 0);
    buffer_free(&text);
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
        cmocka_unit_test(nesting_is_judged_as_all_else),
        cmocka_unit_test(nesting_has_a_limit_and_no_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
