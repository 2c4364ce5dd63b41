/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "service/environment.h"
#include "service/yaml.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
// clang-format on

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct example {
    const char *yaml;
    const char *wanted; /* JSON, or the error's message */
};

static void check_json(const struct example *example)
{
    struct document document;
    struct error err = {0};
    struct buffer json = {0};
    if (service_document_parse("f.yaml", slice_of(example->yaml), &document, &err) < 0)
        fail_msg("%s: %s", example->yaml, err.message);
    service_environment_json(NULL, document.root, &json, &err);
    assert_string_equal(buffer_text(&json), example->wanted);
    buffer_free(&json);
    service_document_free(&document);
}

static void check_error(const struct example *example)
{
    struct document document;
    struct error err = {0};
    if (service_document_parse("f.yaml", slice_of(example->yaml), &document, &err) == 0)
        fail_msg("%s: is accepted", example->yaml);
    assert_string_equal(err.message, example->wanted);
    assert_int_equal(err.code, ERROR_YAML_PARSE_ERROR);
    assert_null(document.nodes);
}

static void scalars_are_read_as_js_yaml_does(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"[yes, no, on, off, y]", "[\"yes\",\"no\",\"on\",\"off\",\"y\"]"},
        {"[true, True, TRUE, false, False, FALSE]", "[true,true,true,false,false,false]"},
        {"[~, null, Null, NULL, nULL]", "[null,null,null,null,\"nULL\"]"},
        {"a:", "{\"a\":null}"},
        {"[010, 0o17, 0x1F, 0b101, 1_000, +7, -0x10]", "[10,15,31,5,1000,7,-16]"},
        {"[1:30, 2024-01-02, 1_, _1, 0x, 0xG, 0o8, 1e, 1.2.3, -, +, ., ._]",
         "[\"1:30\",\"2024-01-02\",\"1_\",\"_1\",\"0x\",\"0xG\",\"0o8\",\"1e\",\"1.2.3\",\"-\","
         "\"+\",\".\",\"._\"]"},
        {"[.5, 1., +1.5, 00.50, 1_0.2_5e+3, -.5]", "[0.5,1,1.5,0.50,10.25e+3,-0.5]"},
        {"[\"1\", '2', !!str 3]", "[\"1\",\"2\",\"3\"]"},
        {"a: |\n  1\n", "{\"a\":\"1\\n\"}"},
        {"[0xFFFFFFFFFFFFFFFF]", "[18446744073709551615]"},
    };
    for (size_t i = 0; i < COUNT(examples); i++)
        check_json(&examples[i]);
}

static void a_number_that_is_json_keeps_its_token(void **state)
{
    (void)state;
    check_json(
        &(struct example){"[9007199254740993, 1.0, 1e400, -0, 1E+5, 123456789012345678901]",
                          "[9007199254740993,1.0,1e400,-0,1E+5,123456789012345678901]"});
}

static void an_alias_stands_for_its_anchor(void **state)
{
    (void)state;
    check_json(&(struct example){"a: &x {b: [1]}\nc: *x\nd: [*x, *x]",
                                 "{\"a\":{\"b\":[1]},\"c\":{\"b\":[1]},"
                                 "\"d\":[{\"b\":[1]},{\"b\":[1]}]}"});
}

static void a_merge_adds_what_the_map_has_not(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}",
         "{\"a\":{\"x\":1,\"y\":2},\"b\":{\"y\":3,\"x\":1}}"},
        {"b: {<<: [{x: 1}, {x: 2, y: 2}], z: 0}", "{\"b\":{\"z\":0,\"x\":1,\"y\":2}}"},
        {"{'<<': 1}", "{\"<<\":1}"},
    };
    for (size_t i = 0; i < COUNT(examples); i++)
        check_json(&examples[i]);
}

static void nodes_and_keys_know_where_they_stand(void **state)
{
    (void)state;
    struct document document;
    const char *yaml = "\xEF\xBB\xBF# first\nk\xC3\xA4se: {b: c}\nlist:\n  - x\n";
    assert_int_equal(service_document_parse("f.yaml", slice_of(yaml), &document, NULL), 0);
    const struct node *inner = service_node_get(document.root, "k\xC3\xA4se");
    assert_int_equal(inner->line, 2);
    assert_int_equal(inner->column, 7);
    assert_int_equal(inner->members[0].column, 8);
    assert_int_equal(inner->members[0].value->column, 11);
    const struct node *list = service_node_get(document.root, "list");
    char *where = service_node_where(list->members[0].value);
    assert_string_equal(where, "f.yaml:4:5");
    free(where);
    service_document_free(&document);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"a: 1\nb: 2\na: 3", "f.yaml:3:1: key 'a' is given twice; a map has each key once"},
        {"{a: 1, 'a': 2}", "f.yaml:1:8: key 'a' is given twice; a map has each key once"},
        {"a: 1\n---\nb: 2", "f.yaml:2:1: a second document begins here; a file holds one"},
        {"a: !!binary aGk=", "f.yaml:1:4: this tag is unknown; service files need no tags, and "
                             "a text that begins with '!' needs quotes"},
        {"a: !python/object x", "f.yaml:1:4: this tag is unknown; service files need no tags, "
                                "and a text that begins with '!' needs quotes"},
        {"a: !!int abc", "f.yaml:1:4: 'abc' is not what its tag '!!int' says"},
        {"a: !!map [1]", "f.yaml:1:4: a list is not what its tag says"},
        {"a: *x",
         "f.yaml:1:4: this alias stands for nothing; a text that begins with '*' needs quotes"},
        {"a: &x [1, *x]", "f.yaml:1:11: alias '*x' stands inside what it stands for"},
        {"a:\n\tb: 1", "f.yaml:2:1: a tab cannot indent YAML; indent with spaces"},
        {"a:\n  b: 1\n  \tc: 2\n", "f.yaml:3:3: a tab cannot indent YAML; indent with spaces"},
        {"a: .inf", "f.yaml:1:4: JSON has no number '.inf'; quote it to send it as text"},
        {"a: 0x10000000000000000",
         "f.yaml:1:4: JSON has no number '0x10000000000000000'; quote it to send it as text"},
        {"[a]: 1", "f.yaml:1:1: a list or map cannot be a key"},
        {"\"a\\0b\": 1", "f.yaml:1:1: a key cannot hold a NUL character"},
        {"<<: 5",
         "f.yaml:1:1: '<<' merges maps: it takes an alias of a map, or a list of such"},
        {"a: b: c", "f.yaml:1:5: mapping values are not allowed in this context"},
        {"a: 'b", "f.yaml:1:6: found unexpected end of stream, while scanning a quoted scalar "
                  "that began at line 1"},
        {"a: [1, 2", "f.yaml:2:1: did not find expected ',' or ']', while parsing a flow "
                     "sequence that began at line 1"},
        {"a: \xFF",
         "f.yaml:1:4: this is not text (invalid leading UTF-8 octet); a YAML file must "
         "be UTF-8"},
    };
    for (size_t i = 0; i < COUNT(examples); i++)
        check_error(&examples[i]);
}

static void an_empty_file_has_no_root(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "# nothing\n", "\n\n"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct document document;
        assert_int_equal(service_document_parse("f", slice_of(texts[i]), &document, NULL), 0);
        assert_null(document.root);
        service_document_free(&document);
    }
}

static void nesting_stops_at_100_levels(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 100; i++)
        buffer_append_char(&text, '[');
    for (int i = 0; i < 100; i++)
        buffer_append_char(&text, ']');
    struct document document;
    struct error err;
    assert_int_equal(service_document_parse("f", buffer_slice(&text), &document, &err), 0);
    service_document_free(&document);
    buffer_reset(&text);
    for (int i = 0; i < 5000; i++)
        buffer_append_char(&text, '[');
    assert_int_equal(service_document_parse("f", buffer_slice(&text), &document, &err), -1);
    assert_string_equal(err.message, "f:1:101: this is nested deeper than 100 levels");
    buffer_free(&text);
}

static void an_alias_cannot_nest_deeper_than_text_can(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, "a0: &a0 [[[1]]]\n");
    for (int i = 1; i < 40; i++)
        buffer_append_format(&text, "a%d: &a%d [[[*a%d]]]\n", i, i, i - 1);
    struct document document;
    struct error err = {0};
    assert_int_equal(service_document_parse("f", buffer_slice(&text), &document, &err), -1);
    assert_string_equal(err.message, "f:34:14: this is nested deeper than 100 levels");
    buffer_free(&text);
}

static void aliases_cannot_multiply_beyond_the_limit(void **state)
{
    (void)state;
    static const char bomb[] = "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
                               "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                               "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                               "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                               "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
    struct document document;
    struct error err = {0};
    assert_int_equal(service_document_parse("f", slice_of(bomb), &document, &err), -1);
    assert_non_null(strstr(err.message, "f:5:"));
    assert_non_null(strstr(err.message, "more than 100000 values"));
}

static void merges_count_even_where_they_add_nothing(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, "a: &a {k: 0");
    for (int i = 0; i < 1000; i++)
        buffer_append_format(&text, ", k%d: 0", i);
    buffer_append_text(&text, "}\nb:\n");
    for (int i = 0; i < 100; i++)
        buffer_append_text(&text, "  <<: *a\n");
    struct document document;
    struct error err = {0};
    assert_int_equal(service_document_parse("f", buffer_slice(&text), &document, &err), -1);
    assert_non_null(strstr(err.message, "more than 100000 values"));
    buffer_free(&text);
}

static void a_long_text_weighs_as_many_values(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, "a: &a ");
    for (int i = 0; i < 500000; i++)
        buffer_append_char(&text, 'x');
    buffer_append_text(&text, "\nb: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n");
    struct document document;
    struct error err = {0};
    assert_int_equal(service_document_parse("f", buffer_slice(&text), &document, &err), -1);
    assert_non_null(strstr(err.message, "more than 100000 values"));
    buffer_free(&text);
}

static void a_large_map_is_checked_fast(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 45000; i++)
        buffer_append_format(&text, "k%d:\n", i);
    buffer_append_text(&text, "k7: again\n");
    struct document document;
    struct error err = {0};
    assert_int_equal(service_document_parse("f", buffer_slice(&text), &document, &err), -1);
    assert_string_equal(err.message,
                        "f:45001:1: key 'k7' is given twice; a map has each key once");
    buffer_free(&text);
}

static void a_file_above_1_mib_is_refused(void **state)
{
    (void)state;
    size_t length = YAML_MAX_BYTES + 1;
    char *text = memory_new(length, 1);
    memset(text, '#', length);
    struct document document;
    struct error err = {0};
    assert_int_equal(service_document_parse("f", (struct slice){text, length}, &document, &err),
                     -1);
    assert_string_equal(err.message, "f: the file is larger than 1 MiB");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_read_as_js_yaml_does),
        cmocka_unit_test(a_number_that_is_json_keeps_its_token),
        cmocka_unit_test(an_alias_stands_for_its_anchor),
        cmocka_unit_test(a_merge_adds_what_the_map_has_not),
        cmocka_unit_test(nodes_and_keys_know_where_they_stand),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(an_empty_file_has_no_root),
        cmocka_unit_test(nesting_stops_at_100_levels),
        cmocka_unit_test(an_alias_cannot_nest_deeper_than_text_can),
        cmocka_unit_test(aliases_cannot_multiply_beyond_the_limit),
        cmocka_unit_test(merges_count_even_where_they_add_nothing),
        cmocka_unit_test(a_long_text_weighs_as_many_values),
        cmocka_unit_test(a_large_map_is_checked_fast),
        cmocka_unit_test(a_file_above_1_mib_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
