/* SPDX-License-Identifier: MIT */

/* What transforms do, as a table. A transform is written as its file would say it, in short:
 * steps between '|', fields by spaces, renames as from>to; "-" is a step without fields, "()"
 * one with an empty list. Notes say where the original did otherwise. */

#include "base/json_path.h"
#include "base/memory.h"
#include "transform/transform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- from shorthand ---- */

static void read_word(struct transform_step *step, const char *word)
{
    const char *arrow = strchr(word, '>');
    if (strcmp(word, "-") == 0)
        return;
    if (strcmp(word, "()") == 0) {
        step->has_fields = true;
    } else if (arrow) {
        step->renames = memory_grow(step->renames, step->rename_count + 1,
                                    sizeof *step->renames);
        step->renames[step->rename_count++] = (struct transform_rename){
            memory_copy_n(word, (size_t)(arrow - word)), memory_copy(arrow + 1)};
    } else {
        step->has_fields = true;
        step->fields = memory_grow(step->fields, step->field_count + 1, sizeof *step->fields);
        step->fields[step->field_count++] = memory_copy(word);
    }
}

static struct transform_steps steps_of(const char *shorthand)
{
    struct transform_steps steps = {0};
    char *text = memory_copy(shorthand), *next = text, *part;
    while ((part = strsep(&next, "|"))) {
        char *word;
        steps.items = memory_grow(steps.items, steps.count + 1, sizeof *steps.items);
        steps.items[steps.count] = (struct transform_step){0};
        while ((word = strsep(&part, " ")))
            if (*word)
                read_word(&steps.items[steps.count], word);
        steps.count++;
    }
    free(text);
    return steps;
}

static struct transform *transform_of(const char *shorthand, struct error *err)
{
    struct transform_steps steps = steps_of(shorthand);
    struct transform *t = transform_new(&steps, err);
    transform_steps_free(&steps);
    return t;
}

/* ---- the table ---- */

struct example {
    const char *transform, *json, *expected;
};

static void check_all(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct example *e = &examples[i];
        struct error err;
        struct buffer out = {0};
        struct transform *t = transform_of(e->transform, &err);
        if (!t)
            fail_msg("%s: %s", e->transform, err.message);
        for (int again = 0; again < 2; again++) { /* what one result leaves harms no other */
            struct json_fault fault;
            buffer_reset(&out);
            assert_int_equal(transform_apply(t, slice_of(e->json), &out), 0);
            if (json_check(buffer_slice(&out), NULL, &fault) ||
                strcmp(buffer_text(&out), e->expected) != 0)
                fail_msg("%s of %s: %s, expected %s", e->transform, e->json, buffer_text(&out),
                         e->expected);
        }
        buffer_free(&out);
        transform_free(t);
    }
}
#define CHECK(...)                                                                             \
    check_all((const struct example[]){__VA_ARGS__},                                           \
              sizeof((const struct example[]){__VA_ARGS__}) / sizeof(struct example))

static void named_members_are_kept_in_the_order_of_the_fields(void **state)
{
    (void)state;
    CHECK({"id name", "{\"name\":\"a\",\"x\":0,\"id\":1}", "{\"id\":1,\"name\":\"a\"}"},
          {"id missing", "{\"id\":null}", "{\"id\":null}"},
          {"address.city", "{\"address\":{\"city\":\"R\",\"zip\":1}}",
           "{\"address\":{\"city\":\"R\"}}"},
          {"p.n id p.a", "{\"id\":1,\"p\":{\"a\":2,\"n\":3,\"b\":4}}",
           "{\"p\":{\"n\":3,\"a\":2},\"id\":1}"},
          {"id missing.field id.x", "{\"id\":1}", "{\"id\":1}"},
          {"a.b", "{\"a\":{\"c\":1}}", "{}"},
          {"a a.b", "{\"a\":{\"c\":1}}", "{\"a\":{\"c\":1}}"},
          {"a.b a", "{\"a\":{\"c\":1}}", "{\"a\":{\"c\":1}}"}, {"()", "{\"a\":1}", "{}"},
          {"()", "[{\"a\":1},2]", "[{},2]"}, {"data.*.x", "{\"data\":\"text\"}", "{}"});
}

static void scalars_pass(void **state)
{
    (void)state;
    CHECK({"id name", "null", "null"}, {"id", "\"string\"", "\"string\""}, {"id", "123", "123"},
          {"id", "true", "true"}, {"[*].id", "1.0", "1.0"}, {"a>b", "1.0", "1.0"},
          {"[*].a>[*].b", "null", "null"});
}

static void each_element_of_an_array_at_the_top_is_its_own_response(void **state)
{
    (void)state;
    CHECK({"id", "[{\"id\":1,\"x\":2},null,3,{}]", "[{\"id\":1},null,3,{}]"},
          {"[*].id [*].name", "[{\"id\":1,\"x\":2},{\"name\":\"b\"}]",
           "[{\"id\":1},{\"name\":\"b\"}]"},
          {"[*].id name", "[{\"id\":1,\"name\":\"a\"}]", "[{\"name\":\"a\"}]"},
          {"[*].id", "{\"id\":1}", "{}"}, {"id", "[[{\"id\":1,\"x\":2}]]", "[[{\"id\":1}]]"},
          {"[*].id", "[[{\"id\":1,\"x\":2}]]", "[[{\"id\":1}]]"},
          {"[*][*].id", "[[{\"id\":1,\"x\":2}],{\"id\":3},4]", "[[{\"id\":1}],{},4]"},
          {"[*]", "[{\"id\": 1},2]", "[{\"id\": 1},2]"}, {"[*]", "{\"id\":1}", "{}"});
}

/* The original kept items[0].id as {"items[0]":{"id":1}}, tags[1] not at all; its tests want
 * what is here. */
static void an_element_keeps_its_place_as_its_name(void **state)
{
    (void)state;
    CHECK(
        {"items.0.id", "{\"items\":[{\"id\":1},{\"id\":2}]}", "{\"items\":{\"0\":{\"id\":1}}}"},
        {"items[0].id", "{\"items\":[{\"id\":1},{\"id\":2}]}",
         "{\"items\":{\"0\":{\"id\":1}}}"},
        {"items[0].name items[1].price",
         "{\"items\":[{\"name\":\"F\",\"price\":10},{\"name\":\"S\",\"price\":20},{}]}",
         "{\"items\":{\"0\":{\"name\":\"F\"},\"1\":{\"price\":20}}}"},
        {"tags[1]", "{\"tags\":[\"a\",\"b\"]}", "{\"tags\":{\"1\":\"b\"}}"},
        {"tags[2]", "{\"tags\":[\"a\",\"b\"]}", "{}"},
        {"tags.01", "{\"tags\":[\"a\",\"b\"]}", "{}"},
        {"tags.0", "{\"tags\":{\"0\":1.0}}", "{\"tags\":{\"0\":1.0}}"},
        {"tags.length tags[0]", "{\"tags\":[\"a\",\"b\"]}",
         "{\"tags\":{\"length\":2,\"0\":\"a\"}}"},
        {"a.length", "{\"a\":\"text\"}", "{}"},
        {"a.length", "{\"a\":{\"length\":7}}", "{\"a\":{\"length\":7}}"});
}

/* The original left all of these out. */
static void one_path_into_each_element_makes_a_list_of_values(void **state)
{
    (void)state;
    CHECK({"items[*].id total", "{\"items\":[{\"id\":1},{\"id\":2},{\"id\":3}],\"total\":60}",
           "{\"items\":[1,2,3],\"total\":60}"},
          {"items[*].id", "{\"items\":[{\"id\":1},{},5,{\"id\":null}]}",
           "{\"items\":[1,null,null,null]}"},
          {"items[*].id", "{\"items\":{\"id\":1}}", "{}"},
          {"items[*].id", "{\"items\":[]}", "{\"items\":[]}"},
          {"products[*]", "{\"products\":[{\"id\":1},{\"id\": 2}],\"m\":1}",
           "{\"products\":[{\"id\":1},{\"id\": 2}]}"},
          {"products[*]", "{\"products\":1}", "{}"},
          {"products.edges[*].node.title",
           "{\"products\":{\"edges\":[{\"node\":{\"id\":1,\"title\":\"A\"}},"
           "{\"node\":{\"title\":\"B\"}}],\"pageInfo\":{}}}",
           "{\"products\":{\"edges\":[\"A\",\"B\"]}}"},
          {"o[*].l[*].s", "{\"o\":[{\"l\":[{\"s\":1},{\"s\":2}]},{\"l\":[]}]}",
           "{\"o\":[[1,2],[]]}"},
          {"m[*][*]", "{\"m\":[[1, 2],3]}", "{\"m\":[[1,2],null]}"});
}

/* The original's tests want the first path alone. */
static void several_paths_into_each_element_meet_in_one_object(void **state)
{
    (void)state;
    CHECK({"products[*].id products[*].name meta.total",
           "{\"products\":[{\"id\":1,\"name\":\"P\",\"x\":0},{\"id\":2},{},null,7],"
           "\"meta\":{\"total\":2,\"page\":1}}",
           "{\"products\":[{\"id\":1,\"name\":\"P\"},{\"id\":2},{},null,null],"
           "\"meta\":{\"total\":2}}"},
          {"e[*].n.a e[*].n.b", "{\"e\":[{\"n\":{\"a\":1,\"b\":2,\"c\":3}}]}",
           "{\"e\":[{\"n\":{\"a\":1,\"b\":2}}]}"},
          {"o[*].l[*].s o[*].i", "{\"o\":[{\"i\":1,\"l\":[{\"s\":1.0},{\"s\":2}]}]}",
           "{\"o\":[{\"l\":[1.0,2],\"i\":1}]}"},
          {"p[*] p[*].x", "{\"p\":[{\"x\":1,\"y\":2}]}", "{\"p\":[{\"x\":1,\"y\":2}]}"},
          {"p[*].x p[*].x", "{\"p\":[{\"x\":1,\"y\":2}]}", "{\"p\":[1]}"});
}

static void a_renamed_key_goes_to_the_end_or_replaces(void **state)
{
    (void)state;
    CHECK({"- a>c", "{\"a\":1,\"b\":2}", "{\"b\":2,\"c\":1}"},
          {"- a>b", "{\"b\":2,\"x\":0,\"a\":1}", "{\"b\":1,\"x\":0}"},
          {"- a>a", "{\"a\":1, \"b\":2}", "{\"a\":1, \"b\":2}"},
          {"- x>y", "{\"a\":1, \"b\":2}", "{\"a\":1, \"b\":2}"},
          {"- a>b b>c", "{\"a\":1,\"z\":0}", "{\"z\":0,\"c\":1}"},
          {"- a>b", "[{\"a\":1},{\"x\": 2},3]", "[{\"b\":1},{\"x\": 2},3]"},
          {"- a>b", "[[{\"a\":1}]]", "[[{\"b\":1}]]"},
          {"- user.first_name>user.firstName", "{\"user\":{\"first_name\":\"J\",\"id\":1}}",
           "{\"user\":{\"id\":1,\"firstName\":\"J\"}}"},
          {"- company.name>companyName", "{\"company\":{\"name\":\"R\"}}",
           "{\"company\":{},\"companyName\":\"R\"}"},
          {"- a>b.c.d", "{\"a\":1}", "{\"b\":{\"c\":{\"d\":1}}}"},
          {"- a>b.c", "{\"a\":1,\"b\":{\"x\":2}}", "{\"b\":{\"x\":2,\"c\":1}}"},
          {"- a>b.c", "{\"a\":1,\"b\":\"old\"}", "{\"b\":{\"c\":1}}"},
          {"- a>a.b", "{\"a\":{\"x\":1},\"z\":0}", "{\"z\":0,\"a\":{\"b\":{\"x\":1}}}"},
          {"- a.b>a", "{\"a\":{\"b\":{\"c\":1},\"x\":2},\"z\":0}", "{\"a\":{\"c\":1},\"z\":0}"},
          {"- a.b>a.c.d", "{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"c\":{\"d\":1}}}"});
}

/* The original left these as they were, or copied instead of moving. */
static void elements_are_renamed_in_place(void **state)
{
    (void)state;
    CHECK({"- items[*].product_id>items[*].productId total>sum",
           "{\"items\":[{\"product_id\":1,\"quantity\":2},{\"quantity\":1}],\"total\":250.0}",
           "{\"items\":[{\"quantity\":2,\"productId\":1},{\"quantity\":1}],\"sum\":250.0}"},
          {"- items[*].a>items[*].b", "{\"items\":[{\"x\": 1}]}", "{\"items\":[{\"x\": 1}]}"},
          {"- items[*].a>items[*].b", "{\"items\":{\"a\":1}}", "{\"items\":{\"a\":1}}"},
          {"- items[*].c.n>items[*].cn", "{\"items\":[{\"c\":{\"n\":1}},{\"c\":2},3]}",
           "{\"items\":[{\"c\":{},\"cn\":1},{\"c\":2},3]}"},
          {"- [*].a>[*].b", "[{\"a\":1},2]", "[{\"b\":1},2]"},
          {"- [*].a>[*].b c>d", "[{\"a\":1,\"c\":2}]", "[{\"c\":2,\"b\":1}]"},
          {"- [*].a>[*].b c>d", "{\"a\":1,\"c\":2}", "{\"a\":1,\"d\":2}"},
          {"- [*].a>[*].b", "[[{\"a\":1}]]", "[[{\"b\":1}]]"},
          {"- [*].l[*].a>[*].l[*].b", "[{\"l\":[{\"a\":1}]}]", "[{\"l\":[{\"b\":1}]}]"},
          {"- items[0].id>firstId", "{\"items\":[{\"id\":1},{\"id\":2}]}",
           "{\"items\":[{},{\"id\":2}],\"firstId\":1}"},
          {"- items[0].id>items[1].x", "{\"items\":[{\"id\":1},{}]}",
           "{\"items\":[{},{\"x\":1}]}"},
          {"- items[0]>first items[1]>second", "{\"items\":[1.0,2.0]}",
           "{\"items\":[null,null],\"first\":1.0,\"second\":2.0}"},
          {"- a>items[0]", "{\"a\":1,\"items\":[2]}", "{\"items\":[1]}"},
          {"- items[0]>items[0].x", "{\"items\":[1,2]}", "{\"items\":[{\"x\":1},2]}"},
          {"- items[0].x>items[0]", "{\"items\":[{\"x\":1},2]}", "{\"items\":[1,2]}"});
}

static void what_has_no_place_to_go_stays(void **state)
{
    (void)state;
    CHECK({"- a>items[1]", "{\"a\":1, \"items\":[2]}", "{\"a\":1, \"items\":[2]}"},
          {"- a>items.name", "{\"a\":1, \"items\":[2]}", "{\"a\":1, \"items\":[2]}"},
          {"- items.length>n", "{\"items\":[2, 3]}", "{\"items\":[2, 3]}"});
}

static void steps_follow_one_another(void **state)
{
    (void)state;
    CHECK({"-", "{ \"a\" : [ 1 ] }", "{ \"a\" : [ 1 ] }"},
          {"user_id profile.full_name user_id>userId profile.full_name>profile.name",
           "{\"user_id\":123,\"profile\":{\"full_name\":\"J\",\"x\":1},\"password\":\"p\"}",
           "{\"profile\":{\"name\":\"J\"},\"userId\":123}"},
          {"theme notifications.email notifications.email>emailNotifications",
           "{\"theme\":\"d\",\"notifications\":{\"email\":true,\"push\":false}}",
           "{\"theme\":\"d\",\"notifications\":{},\"emailNotifications\":true}"},
          {"results[*].user_id results[*].full_name total_count"
           "|- results>users total_count>total users[*].user_id>users[*].id"
           " users[*].full_name>users[*].name",
           "{\"results\":[{\"user_id\":1,\"full_name\":\"J\",\"x\":0}],\"total_count\":1}",
           "{\"users\":[{\"id\":1,\"name\":\"J\"}],\"total\":1}"},
          {"a|b", "{\"a\":1,\"b\":2}", "{}"},
          {"- a>b|b", "{\"a\":1.50,\"c\":2}", "{\"b\":1.50}"});
}

static void text_is_copied_and_keys_compare_by_what_they_say(void **state)
{
    (void)state;
    CHECK({"a b c.d", "{\"c\":{\"d\":-0.0e+0},\"b\":[12345678901234567890, 1e400],\"a\":1.0}",
           "{\"a\":1.0,\"b\":[12345678901234567890, 1e400],\"c\":{\"d\":-0.0e+0}}"},
          {"abc", "{\"\\u0061bc\":\"\\u0041\\/\",\"abd\":1}", "{\"\\u0061bc\":\"\\u0041\\/\"}"},
          {"a\\n", "{\"a\\n\":1,\"a\\\\n\":2}", "{\"a\\\\n\":2}"},
          {"- \\>b\"", "{\"\\\\\":1}", "{\"b\\\"\":1}"},
          {"- abc>x", "{\"\\u0061bc\":1,\"y\":\"\\udead\"}", "{\"y\":\"\\udead\",\"x\":1}"},
          {"\xC3\xA9", "{\"\\u00e9\":1,\"\\ud83d\":2}", "{\"\\u00e9\":1}"});
}

static void of_a_key_that_stands_twice_the_last_counts(void **state)
{
    (void)state;
    CHECK(
        {"a", "{\"a\":1,\"b\":0,\"a\":2}", "{\"a\":2}"},
        {"b", "{\"a\":1,\"b\":{\"x\":1,\"x\":2},\"a\":2}", "{\"b\":{\"x\":1,\"x\":2}}"},
        {"- a>c", "{\"a\":1,\"b\":0,\"\\u0061\":2}", "{\"b\":0,\"c\":2}"},
        {"- a>b", "{\"b\":0,\"a\":1,\"b\":3}", "{\"b\":1}"},
        {"- a.x>y", "{\"a\":{\"x\":1},\"a\":{\"x\":2}}", "{\"a\":{\"x\":1},\"a\":{},\"y\":2}"});
}

/* ---- what the table cannot say ---- */

static void a_rename_never_nests_deeper_than_json_may(void **state)
{
    (void)state;
    struct error err;
    struct transform *t = transform_of("- a>b.c", &err);
    for (size_t nested = JSON_MAX_DEPTH - 3; nested < JSON_MAX_DEPTH; nested++) {
        struct buffer json = {0}, out = {0};
        struct json_fault fault;
        buffer_append_text(&json, "{\"a\":");
        for (size_t i = 0; i < nested; i++)
            buffer_append_char(&json, '[');
        for (size_t i = 0; i < nested; i++)
            buffer_append_char(&json, ']');
        buffer_append_char(&json, '}');
        assert_int_equal(json_check(buffer_slice(&json), NULL, &fault), 0);
        assert_int_equal(transform_apply(t, buffer_slice(&json), &out), 0);
        assert_int_equal(json_check(buffer_slice(&out), NULL, &fault), 0);
        assert_int_equal(slice_equal(buffer_slice(&json), buffer_slice(&out)),
                         nested + 2 > JSON_MAX_DEPTH);
        buffer_free(&json);
        buffer_free(&out);
    }
    transform_free(t);
}

static void a_path_that_cannot_be_right_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"a..b",
                                        ".a",
                                        "a.",
                                        "a[",
                                        "a[0",
                                        "a]",
                                        "a[]",
                                        "a[x]",
                                        "a[-1]",
                                        "a[01]",
                                        "a[0]b",
                                        "a.[0]",
                                        "- a[*].b>c",
                                        "- a>[*].b",
                                        "- a[*].b>c[*].b",
                                        "- a[*].b>a[*]",
                                        "- a[*]>b",
                                        "- a>b."};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = {0};
        if (transform_of(wrong[i], &err))
            fail_msg("%s is taken", wrong[i]);
        assert_int_equal(err.code, ERROR_CONFIG_INVALID);
    }
}

static void a_path_has_at_most_a_hundred_steps(void **state)
{
    (void)state;
    for (int steps = JSON_PATH_MAX_STEPS; steps <= JSON_PATH_MAX_STEPS + 1; steps++) {
        struct buffer path = {0};
        struct error err;
        for (int i = 0; i < steps; i++)
            buffer_append_text(&path, i ? ".a" : "a");
        struct transform *t = transform_of(buffer_text(&path), &err);
        assert_int_equal(t != NULL, steps == JSON_PATH_MAX_STEPS);
        transform_free(t);
        buffer_free(&path);
    }
}

static void beyond_the_limit_nothing_is_appended(void **state)
{
    (void)state;
    struct error err;
    struct transform *t = transform_of("a", &err);
    struct buffer out = {.limit = 4};
    assert_int_equal(transform_apply(t, slice_of("{\"a\":1}"), &out), -1);
    assert_int_equal(out.length, 0);
    buffer_free(&out);
    transform_free(t);
}

/* ---- many renames ---- */

/* A small, repeatable draw. */
static unsigned drawn(unsigned *state, unsigned below)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 16) % below;
}

/* Few names, so that they meet: as sources, as targets, twice in an object, with escapes. */
static void put_name(unsigned *state, bool escapes, struct buffer *out)
{
    static const char *const names[] = {"a", "b", "c", "d", "\xc3\xa9", "aa"};
    static const char *const escaped[] = {"\\u0061", "b",       "\\u0063",
                                          "d",       "\\u00e9", "a\\u0061"};
    unsigned at = drawn(state, 6);
    buffer_append_text(out, escapes && drawn(state, 3) == 0 ? escaped[at] : names[at]);
}

static void put_object(unsigned *state, struct buffer *out)
{
    unsigned members = drawn(state, 9);
    buffer_append_text(out, "{ ");
    for (unsigned i = 0; i < members; i++) {
        buffer_append_text(out, i ? ", \"" : "\"");
        if (drawn(state, 20) == 0)
            buffer_append_text(out, "\\ud800");
        put_name(state, true, out);
        buffer_append_format(out, "\" : %u", i);
    }
    buffer_append_text(out, " }");
}

static void put_value(unsigned *state, struct buffer *out)
{
    switch (drawn(state, 5)) {
    case 0:
        buffer_append_text(out, "[ 1, ");
        put_object(state, out);
        buffer_append_text(out, ", [");
        put_object(state, out);
        buffer_append_text(out, "] ]");
        break;
    case 1:
        buffer_append_text(out, "{\"p\": [");
        put_object(state, out);
        buffer_append_text(out, ",");
        put_object(state, out);
        buffer_append_text(out, "], \"p\": ");
        put_object(state, out);
        buffer_append_text(out, "}");
        break;
    case 2:
        buffer_append_text(out, "{\"x\": 1, \"p\" :[");
        put_object(state, out);
        buffer_append_text(out, " , 7 ,");
        put_object(state, out);
        buffer_append_text(out, "]}");
        break;
    default:
        put_object(state, out);
    }
}

/* Renames under one of some prefixes, and the same with a step for each, so that each is done
 * by itself. */
static void put_renames(unsigned *state, struct buffer *together, struct buffer *apart)
{
    static const char *const prefixes[] = {"", "", "p.", "[*].", "p[*].", "p[0]."};
    const char *prefix = prefixes[drawn(state, 6)];
    unsigned renames = 16 + drawn(state, 10);
    for (unsigned i = 0; i < renames; i++) {
        struct buffer rename = {0};
        buffer_append_text(&rename, prefix);
        put_name(state, false, &rename);
        buffer_append_text(&rename, ">");
        buffer_append_text(&rename, prefix);
        put_name(state, false, &rename);
        buffer_append_format(together, " %s", buffer_text(&rename));
        buffer_append_format(apart, "%s%s", i ? "|" : "", buffer_text(&rename));
        buffer_free(&rename);
    }
}

static void apply(const char *shorthand, struct slice json, struct buffer *out)
{
    struct error err;
    struct transform *t = transform_of(shorthand, &err);
    assert_non_null(t);
    assert_int_equal(transform_apply(t, json, out), 0);
    transform_free(t);
}

static void many_renames_give_what_one_after_the_other_gives(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (int i = 0; i < 3000; i++) {
        struct buffer json = {0}, together = {0}, apart = {0}, one = {0}, other = {0};
        put_value(&seed, &json);
        put_renames(&seed, &together, &apart);
        apply(buffer_text(&together), buffer_slice(&json), &one);
        apply(buffer_text(&apart), buffer_slice(&json), &other);
        if (strcmp(buffer_text(&one), buffer_text(&other)) != 0)
            fail_msg("%s\n%s\n%s\nnot %s", buffer_text(&together), buffer_text(&json),
                     buffer_text(&one), buffer_text(&other));
        buffer_free(&json);
        buffer_free(&together);
        buffer_free(&apart);
        buffer_free(&one);
        buffer_free(&other);
    }
}

static void tens_of_thousands_of_renames_take_no_minutes(void **state)
{
    (void)state;
    enum { KEYS = 40000 };
    struct buffer json = {0}, want = {0}, out = {0};
    struct error err;
    struct transform_step step = {.renames = memory_new(KEYS, sizeof *step.renames)};
    for (int i = 0; i < KEYS; i++) {
        buffer_append_format(&json, "%c\"k%d\":%d", i ? ',' : '{', i, i);
        buffer_append_format(&want, "%c\"n%d\":%d", i ? ',' : '{', i, i);
        step.renames[step.rename_count++] = (struct transform_rename){memory_format("k%d", i),
                                                                      memory_format("n%d", i)};
    }
    buffer_append_char(&json, '}');
    buffer_append_char(&want, '}');
    struct transform_steps steps = {.items = memory_new(1, sizeof step), .count = 1};
    steps.items[0] = step;
    struct transform *t = transform_new(&steps, &err);
    for (int round = 0; round < 2; round++) {
        buffer_reset(&out);
        assert_int_equal(transform_apply(t, buffer_slice(&json), &out), 0);
        assert_true(slice_equal(buffer_slice(&out), buffer_slice(&want)));
    }
    transform_free(t);
    transform_steps_free(&steps);
    buffer_free(&json);
    buffer_free(&want);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_renames_give_what_one_after_the_other_gives),
        cmocka_unit_test(tens_of_thousands_of_renames_take_no_minutes),
        cmocka_unit_test(named_members_are_kept_in_the_order_of_the_fields),
        cmocka_unit_test(scalars_pass),
        cmocka_unit_test(each_element_of_an_array_at_the_top_is_its_own_response),
        cmocka_unit_test(an_element_keeps_its_place_as_its_name),
        cmocka_unit_test(one_path_into_each_element_makes_a_list_of_values),
        cmocka_unit_test(several_paths_into_each_element_meet_in_one_object),
        cmocka_unit_test(a_renamed_key_goes_to_the_end_or_replaces),
        cmocka_unit_test(elements_are_renamed_in_place),
        cmocka_unit_test(what_has_no_place_to_go_stays),
        cmocka_unit_test(steps_follow_one_another),
        cmocka_unit_test(text_is_copied_and_keys_compare_by_what_they_say),
        cmocka_unit_test(of_a_key_that_stands_twice_the_last_counts),
        cmocka_unit_test(a_rename_never_nests_deeper_than_json_may),
        cmocka_unit_test(a_path_that_cannot_be_right_is_refused),
        cmocka_unit_test(a_path_has_at_most_a_hundred_steps),
        cmocka_unit_test(beyond_the_limit_nothing_is_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
