/* SPDX-License-Identifier: MIT */

/* GraphQL documents: what the grammar takes is taken, what it does not is refused in place. */

#include "service/graphql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void documents_of_the_grammar_are_read(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{ a }",
        "query { a b, c }",
        "query Q { a { b { c } } }",
        "query Q($id: ID!) { item(id: $id) { id } }",
        "query Q($a: [Int!]! = [1, 2], $b: In = {x: 1, y: [null, true]}) { f(a: $a, b: $b) }",
        "mutation M($input: In!) { create(input: $input) { id } }",
        "subscription S { ticks }",
        "query Q { alias: field @include(if: true) { x } }",
        "query Q($x: Boolean = false) @live { ...F @skip(if: $x) ... on T { a } ... { b } }\n"
        "fragment F on T @d(a: \"s\") { c }",
        "# a comment { \n{ a(s: \"\\\"}\", t: \"\"\"block } \\\"\"\" \" \"\"\", e: ENUM, n: "
        "-1.5e3) }",
        "\xEF\xBB\xBF{ a }",
        "query Q($on: Int) { on(fragment: $on) type query }",
        "{ a }\nquery B { c }",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct graphql_document document;
        struct error err = {0};
        if (graphql_read(slice_of(good[i]), &document, &err))
            fail_msg("%s: %s", good[i], err.message);
        graphql_free(&document);
    }
}

static void what_is_wrong_is_named_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"", "line 1, column 1: expected an operation"},
        {"fragment F on T { a }", "line 1, column 22: expected an operation"},
        {"queri Q { a }", "line 1, column 1: expected 'query', 'mutation', 'fragment' or '{'"},
        {"query Q {\n  a {\n  }\n}", "line 3, column 3: expected at least one field between"},
        {"query Q { a ", "line 1, column 13: expected a field, '...' or '}'"},
        {"query Q { a }}", "line 1, column 14: expected 'query'"},
        {"query Q($id ID) { a }", "line 1, column 13: expected ':' and the variable's type"},
        {"query Q($id: ) { a }", "line 1, column 14: expected a type"},
        {"query Q($a: Int $a: Int) { f(x: $a) }", "line 1, column 18: expected each variable"},
        {"query Q { f(x: $a) }", "line 1, column 17: expected a variable that the operation"},
        {"{ f(x: ) }", "line 1, column 8: expected a value"},
        {"{ f(x: [1 }", "line 1, column 11: expected a value"},
        {"{ f(x: \"open) }", "line 1, column 8: expected the end of the string"},
        {"{ f(x: \"\"\"open\" }", "line 1, column 8: expected the end of the string"},
        {"fragment F { a }", "line 1, column 12: expected 'on'"},
        {"{ a ... }", "line 1, column 9: expected '{'"},
        {"{ a? }", "line 1, column 4: expected a field"},
        {"query Q { \xC3\xBC }", "line 1, column 11: expected a field"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct graphql_document document;
        struct error err = {0};
        if (!graphql_read(slice_of(bad[i].text), &document, &err))
            fail_msg("taken: %s", bad[i].text);
        if (strncmp(err.message, bad[i].message, strlen(bad[i].message)) != 0)
            fail_msg("%s: %s", bad[i].text, err.message);
    }
}

static void the_first_operation_is_the_one_that_counts(void **state)
{
    (void)state;
    struct graphql_document d;
    assert_int_equal(graphql_read(slice_of("mutation First($a: ID!, $b: Int! = 1, $c: [X!]) "
                                           "{ f(a: $a, c: $c) } query Second { b }"),
                                  &d, NULL),
                     0);
    assert_int_equal(d.kind, GRAPHQL_MUTATION);
    assert_true(slice_equal(d.name, slice_of("First")));
    assert_int_equal(d.variable_count, 3);
    assert_true(d.variables[0].required && d.variables[0].used);
    assert_true(!d.variables[1].required && !d.variables[1].used); /* it has a default */
    assert_true(!d.variables[2].required && d.variables[2].used);
    graphql_free(&d);
}

static void nesting_without_end_is_refused(void **state)
{
    (void)state;
    char text[4001];
    struct graphql_document d;
    struct error err = {0};
    memset(text, '{', sizeof text - 1);
    for (size_t i = 1; i < sizeof text - 1; i += 2)
        text[i] = 'a';
    text[sizeof text - 1] = '\0';
    assert_int_equal(graphql_read(slice_of(text), &d, &err), -1);
    assert_non_null(strstr(err.message, "less nesting"));
}

/* Whatever is cut off, and wherever, it is refused and never read beyond. */
static void variables_without_end_are_refused(void **state)
{
    (void)state;
    struct buffer text = {0};
    struct graphql_document document;
    struct error err;
    buffer_append_text(&text, "query Q(");
    for (unsigned i = 0; i <= 1000; i++)
        buffer_append_format(&text, "$v%u: I ", i);
    buffer_append_text(&text, ") { a }");
    assert_int_equal(graphql_read(buffer_slice(&text), &document, &err), -1);
    assert_non_null(strstr(err.message, "expected at most 1000 variables"));
    buffer_free(&text);
}

static void a_number_ends_before_a_nul(void **state)
{
    (void)state;
    static const char text[] = "{ a(b: 1\0) }";
    struct graphql_document document;
    struct error err;
    assert_int_equal(graphql_read((struct slice){text, sizeof text - 1}, &document, &err), -1);
    assert_string_equal(err.message, "line 1, column 9: expected an argument's name or ')'");
}

static void a_document_that_is_cut_is_refused(void **state)
{
    (void)state;
    static const char whole[] = "query Q($a: [Int!]! = [1]) @d(x: \"y\") { f(a: $a) { ... on T "
                                "{ b } } }";
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        struct graphql_document d;
        struct error err;
        assert_int_equal(graphql_read((struct slice){whole, length}, &d, &err), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_of_the_grammar_are_read),
        cmocka_unit_test(what_is_wrong_is_named_where_it_stands),
        cmocka_unit_test(the_first_operation_is_the_one_that_counts),
        cmocka_unit_test(nesting_without_end_is_refused),
        cmocka_unit_test(variables_without_end_are_refused),
        cmocka_unit_test(a_number_ends_before_a_nul),
        cmocka_unit_test(a_document_that_is_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
