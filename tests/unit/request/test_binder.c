/* SPDX-License-Identifier: MIT */

/* Where parameters go: path, query, body; and that values arrive as they were written. */

#include "request/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The structs own their strings; here nothing is freed. */
#define TEXT(literal) ((char *)(literal))
#define PAIR(key, value)                                                                       \
    {                                                                                          \
        TEXT(key), TEXT(value), TEXT("api.yaml:1:1")                                           \
    }

/* One endpoint, one item, and what became of them. */
struct bound {
    struct target target;
    struct request_options options;
    struct request request;
    struct error error;
    int status;
    struct binder *binder;
};

static struct bound *bound(const char *method, const char *path)
{
    struct bound *b = calloc(1, sizeof *b);
    b->target.method = (char *)method;
    b->target.path = (char *)path;
    b->target.base_url = TEXT("http://api.test/v1");
    b->target.where = TEXT("api.yaml:5:5");
    return b;
}

static void bind(struct bound *b, const char *item_json)
{
    struct item item = {0};
    buffer_append_text(&item.json, item_json);
    b->binder = request_binder_new(&b->target, &b->options, &b->error);
    assert_non_null(b->binder);
    b->status = b->binder->bind(b->binder, &item, &b->request, &b->error);
    buffer_free(&item.json);
}

static void drop(struct bound *b)
{
    request_binder_free(b->binder);
    buffer_free(&b->request.url);
    buffer_free(&b->request.headers);
    buffer_free(&b->request.body);
    free(b);
}

static void assert_url(const char *method, const char *path, const char *item, const char *url)
{
    struct bound *b = bound(method, path);
    bind(b, item);
    assert_int_equal(b->status, 0);
    assert_string_equal(buffer_text(&b->request.url), url);
    drop(b);
}

static void assert_body(const char *path, const char *item, const char *body)
{
    struct bound *b = bound("POST", path);
    bind(b, item);
    assert_int_equal(b->status, 0);
    assert_true(b->request.has_body);
    assert_string_equal(buffer_text(&b->request.body), body);
    drop(b);
}

static void assert_refused(const char *path, const char *item, enum error_code code,
                           const char *words)
{
    struct bound *b = bound("GET", path);
    bind(b, item);
    assert_int_equal(b->status, -1);
    assert_int_equal(b->error.code, code);
    assert_non_null(strstr(b->error.message, words));
    drop(b);
}

/* ---- path ---- */

static void a_path_takes_its_names_from_the_item(void **state)
{
    (void)state;
    assert_url("GET", "/users/{id}", "{\"id\":7}", "http://api.test/v1/users/7");
    assert_url("GET", "users/{id}", "{\"id\":\"7\"}", "http://api.test/v1/users/7");
    assert_url("GET", "/u/{a}-{b}/{a}", "{\"a\":1,\"b\":true}",
               "http://api.test/v1/u/1-true/1");
}

static void a_path_value_is_encoded_as_a_browser_does(void **state)
{
    (void)state;
    assert_url("GET", "/u/{id}", "{\"id\":\"a/b c?d#e%\"}",
               "http://api.test/v1/u/a%2Fb%20c%3Fd%23e%25");
    assert_url("GET", "/u/{id}", "{\"id\":\"-_.!~*'()\"}", "http://api.test/v1/u/-_.!~*'()");
    assert_url("GET", "/u/{id}", "{\"id\":\"\\u00e9\"}", "http://api.test/v1/u/%C3%A9");
    assert_url("GET", "/u/{id}", "{\"id\":[1,\"b\"]}", "http://api.test/v1/u/1%2Cb");
}

static void a_number_in_a_path_is_spelt_as_it_was(void **state)
{
    (void)state;
    assert_url("GET", "/u/{id}", "{\"id\":9007199254740993}",
               "http://api.test/v1/u/9007199254740993");
    assert_url("GET", "/u/{id}", "{\"id\":1.0}", "http://api.test/v1/u/1.0");
}

static void a_missing_or_null_path_value_is_an_error_that_names_it(void **state)
{
    (void)state;
    assert_refused("/u/{id}", "{}", ERROR_PARAM_REQUIRED, "path parameter: id");
    assert_refused("/u/{id}", "{\"id\":null}", ERROR_PARAM_REQUIRED, "path parameter: id");
}

static void a_value_that_would_change_the_path_is_refused(void **state)
{
    (void)state;
    assert_refused("/u/{id}", "{\"id\":\"..\"}", ERROR_PARAM_INVALID, "'..'");
    assert_refused("/u/{id}/x", "{\"id\":\".\"}", ERROR_PARAM_INVALID, "'.'");
    assert_refused("/u/{a}{b}", "{\"a\":\".\",\"b\":\".\"}", ERROR_PARAM_INVALID, "'..'");
    assert_refused("/u/{id}", "{\"id\":\"\"}", ERROR_PARAM_INVALID, "'id' is empty");
    assert_refused("/u/{id}", "{\"id\":{}}", ERROR_PARAM_INVALID, "'id' must be text");
    assert_refused("/u/{id}", "{\"id\":\"\\ud800\"}", ERROR_PARAM_INVALID, "surrogate");
}

static void a_template_that_is_none_is_refused_with_its_place(void **state)
{
    (void)state;
    struct bound *b = bound("GET", "/users/{id");
    assert_null(request_binder_new(&b->target, &b->options, &b->error));
    assert_non_null(strstr(b->error.message, "api.yaml:5:5"));
    drop(b);
}

/* ---- query ---- */

static void what_the_path_does_not_take_goes_into_the_query_of_a_get(void **state)
{
    (void)state;
    assert_url("GET", "/u/{id}", "{\"id\":1,\"q\":\"a b~&=\",\"n\":1.0,\"t\":true}",
               "http://api.test/v1/u/1?q=a+b%7E%26%3D&n=1.0&t=true");
    assert_url("DELETE", "/u", "{\"_limit\":5}", "http://api.test/v1/u?_limit=5");
}

static void an_array_repeats_its_key_and_null_is_left_out(void **state)
{
    (void)state;
    assert_url("GET", "/u", "{\"a\":[1,\"x\"],\"b\":null,\"c\":[]}",
               "http://api.test/v1/u?a=1&a=x");
    assert_url("GET", "/u", "{\"o\":{ \"k\" : 1 }}",
               "http://api.test/v1/u?o=%7B%22k%22%3A1%7D");
}

static void a_parameter_replaces_the_one_in_the_path_s_own_query(void **state)
{
    (void)state;
    assert_url("GET", "/u?limit=10&all", "{\"limit\":5}", "http://api.test/v1/u?all&limit=5");
    assert_url("GET", "/u?state={s}#top", "{\"s\":\"a b\"}",
               "http://api.test/v1/u?state=a%20b");
}

static void of_a_repeated_key_the_last_one_counts_in_a_url(void **state)
{
    (void)state;
    assert_url("GET", "/u/{id}", "{\"id\":1,\"q\":1,\"id\":2,\"q\":2}",
               "http://api.test/v1/u/2?q=2");
}

/* ---- body ---- */

static void a_body_holds_the_item_s_own_text(void **state)
{
    (void)state;
    const char *item = "{\"z\":9007199254740993,\"a\":1.0,\"big\":1e400,\"a\":\"\\u00e9\\/\","
                       "\"n\":null,\"o\":{\"x\":[ -0 ]}}";
    assert_body("/u", item, item);
}

static void path_values_are_not_in_the_body(void **state)
{
    (void)state;
    assert_body("/u/{id}", "{\"id\":7,\"name\":\"x\"}", "{\"name\":\"x\"}");
    assert_body("/u/{id}", "{\"i\\u0064\":7,\"name\":\"x\"}", "{\"name\":\"x\"}");
}

static void no_parameters_make_no_body(void **state)
{
    (void)state;
    struct bound *b = bound("POST", "/u/{id}");
    bind(b, "{\"id\":1}");
    assert_int_equal(b->status, 0);
    assert_false(b->request.has_body);
    drop(b);
}

/* ---- who wins ---- */

static void the_item_wins_over_the_alias_and_the_command_line_over_both(void **state)
{
    (void)state;
    struct service_pair args[] = {PAIR("a", "1"), PAIR("b", "1"), PAIR("c", "1")};
    struct request_parameter given[] = {{"c", "\"3\"", PLACE_BY_RULE}};
    struct bound *b = bound("GET", "/u");
    b->target.alias_args = args;
    b->target.alias_arg_count = 3;
    b->options.given = given;
    b->options.given_count = 1;
    bind(b, "{\"b\":2,\"c\":2}");
    assert_string_equal(buffer_text(&b->request.url), "http://api.test/v1/u?a=1&b=2&c=3");
    drop(b);
}

static void defaults_fill_in_what_nobody_gave_but_never_a_path(void **state)
{
    (void)state;
    struct service_pair defaults[] = {PAIR("limit", "10"), PAIR("tags", "[1,2]"),
                                      PAIR("none", "null"), PAIR("id", "5")};
    struct bound *b = bound("GET", "/u");
    b->target.default_params = defaults;
    b->target.default_param_count = 3;
    bind(b, "{\"limit\":3}");
    assert_string_equal(buffer_text(&b->request.url),
                        "http://api.test/v1/u?limit=3&tags=1%2C2&none=null");
    drop(b);
    b = bound("GET", "/u/{id}");
    b->target.default_params = defaults;
    b->target.default_param_count = 4;
    bind(b, "{}");
    assert_int_equal(b->error.code, ERROR_PARAM_REQUIRED);
    drop(b);
}

static void assert_null_gives_way(const char *method, const char *item, const char *url,
                                  const char *body)
{
    struct service_pair args[] = {PAIR("id", "7"), PAIR("lang", "\"en\"")};
    struct service_pair defaults[] = {PAIR("size", "5")};
    struct bound *b = bound(method, "/u/{id}");
    b->target.alias_args = args;
    b->target.alias_arg_count = 2;
    b->target.default_params = defaults;
    b->target.default_param_count = 1;
    bind(b, item);
    assert_int_equal(b->status, 0);
    assert_string_equal(buffer_text(&b->request.url), url);
    assert_string_equal(buffer_text(&b->request.body), body);
    drop(b);
}

static void null_in_an_item_is_nothing_in_a_url_and_a_value_in_a_body(void **state)
{
    (void)state;
    const char *item = "{\"id\":null,\"lang\":null,\"size\":null}";
    assert_null_gives_way("GET", item, "http://api.test/v1/u/7?lang=en&size=5", "");
    assert_null_gives_way("POST", item, "http://api.test/v1/u/7",
                          "{\"lang\":null,\"size\":null}");
}

static void null_on_the_command_line_leaves_a_parameter_out(void **state)
{
    (void)state;
    struct request_parameter given[] = {{"size", "null", PLACE_BY_RULE}};
    struct service_pair defaults[] = {PAIR("size", "5")};
    struct bound *b = bound("GET", "/u");
    b->target.default_params = defaults;
    b->target.default_param_count = 1;
    b->options.given = given;
    b->options.given_count = 1;
    bind(b, "{}");
    assert_string_equal(buffer_text(&b->request.url), "http://api.test/v1/u");
    drop(b);
}

static void a_path_hint_needs_its_name_in_the_path(void **state)
{
    (void)state;
    struct request_parameter given[] = {{"no", "\"1\"", PLACE_PATH}};
    struct bound *b = bound("GET", "/u/{id}");
    b->options.given = given;
    b->options.given_count = 1;
    assert_null(request_binder_new(&b->target, &b->options, &b->error));
    assert_int_equal(b->error.code, ERROR_PARAM_INVALID);
    assert_non_null(strstr(b->error.message, "no {no} in the path /u/{id}"));
    drop(b);
}

static void what_cannot_stand_in_a_url_is_encoded_but_not_names(void **state)
{
    (void)state;
    assert_url("GET", "/a b/\xc3\xa9?q=x y", "{}", "http://api.test/v1/a%20b/%C3%A9?q=x%20y");
    assert_url("GET", "/{a b}", "{\"a b\":1}", "http://api.test/v1/1");
}

/* ---- the shape ---- */

static const struct request_shape *shape_of(struct bound *b)
{
    bind(b, "{}");
    return request_binder_shape(b->binder);
}

/* An item of `members`, of which the keys repeat after `keys`, and the URL that it makes. */
static void of_many(struct bound *b, size_t members, size_t keys)
{
    struct item item = {0};
    struct buffer url = {0};
    for (size_t i = 0; i < members; i++)
        buffer_append_format(&item.json, "%c\"k%zu\":%zu", i ? ',' : '{', i % keys, i);
    buffer_append_text(&item.json, "}");
    buffer_append_text(&url, "http://api.test/v1/x");
    for (size_t i = members > keys ? members - keys : 0, first = i; i < members; i++)
        buffer_append_format(&url, "%ck%zu=%zu", i == first ? '?' : '&', i % keys, i);
    assert_int_equal(b->binder->bind(b->binder, &item, &b->request, &b->error), 0);
    assert_string_equal(buffer_text(&b->request.url), buffer_text(&url));
    buffer_free(&item.json);
    buffer_free(&url);
}

static void of_a_repeated_key_the_last_one_counts_however_many_there_are(void **state)
{
    (void)state;
    struct bound *b = bound("GET", "/x");
    b->binder = request_binder_new(&b->target, &b->options, &b->error);
    for (size_t members = 1; members < 60; members++)
        for (size_t keys = 1; keys <= members; keys++)
            of_many(b, members, keys);
    of_many(b, 30000, 30000); /* minutes, if each were compared with each */
    of_many(b, 30000, 20000);
    of_many(b, 3, 2);
    drop(b);
}

static void a_method_tells_whether_sending_twice_does_harm(void **state)
{
    (void)state;
    const struct {
        const char *method;
        bool idempotent;
    } cases[] = {
        {"GET", true}, {"PUT", true}, {"DELETE", true}, {"POST", false}, {"PATCH", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bound *b = bound(cases[i].method, "/u");
        assert_int_equal(shape_of(b)->idempotent, cases[i].idempotent);
        drop(b);
    }
    struct bound *b = bound("POST", "/u");
    b->target.idempotent_set = b->target.idempotent = true;
    assert_true(shape_of(b)->idempotent);
    drop(b);
}

static void the_service_s_authentication_wins_over_the_same_header(void **state)
{
    (void)state;
    struct service_pair headers[] = {PAIR("authorization", "mine"), PAIR("X-A", "1")};
    struct bound *b = bound("GET", "/u");
    b->target.headers = headers;
    b->target.header_count = 2;
    b->target.auth_header = TEXT("Authorization");
    b->target.auth_value = TEXT("Bearer t");
    const struct request_shape *s = shape_of(b);
    assert_int_equal(s->header_count, 1);
    assert_string_equal(s->headers[0], "X-A: 1");
    assert_int_equal(s->credential_count, 1);
    assert_string_equal(s->credentials[0], "Authorization: Bearer t");
    drop(b);
}

static void a_header_that_carries_a_secret_stays_with_its_origin(void **state)
{
    (void)state;
    struct service_pair headers[] = {PAIR("Cookie", "a=b"), PAIR("X-Api-Key", "k")};
    struct bound *b = bound("GET", "/u");
    b->target.headers = headers;
    b->target.header_count = 2;
    assert_int_equal(shape_of(b)->credential_count, 2);
    drop(b);
}

static void a_body_is_json_unless_the_endpoint_says_what_it_is(void **state)
{
    (void)state;
    struct service_pair header = PAIR("content-type", "application/vnd.api+json");
    struct bound *b = bound("POST", "/u");
    bind(b, "{\"a\":1}");
    assert_string_equal(buffer_text(&b->request.headers), "Content-Type: application/json");
    drop(b);
    b = bound("POST", "/u");
    b->target.headers = &header;
    b->target.header_count = 1;
    bind(b, "{\"a\":1}");
    assert_int_equal(b->request.headers.length, 0);
    drop(b);
}

static void a_request_without_a_body_has_no_type(void **state)
{
    (void)state;
    struct bound *b = bound("POST", "/u");
    bind(b, "{}");
    assert_int_equal(b->request.headers.length, 0);
    drop(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_takes_its_names_from_the_item),
        cmocka_unit_test(a_path_value_is_encoded_as_a_browser_does),
        cmocka_unit_test(a_number_in_a_path_is_spelt_as_it_was),
        cmocka_unit_test(a_missing_or_null_path_value_is_an_error_that_names_it),
        cmocka_unit_test(a_value_that_would_change_the_path_is_refused),
        cmocka_unit_test(a_template_that_is_none_is_refused_with_its_place),
        cmocka_unit_test(what_the_path_does_not_take_goes_into_the_query_of_a_get),
        cmocka_unit_test(an_array_repeats_its_key_and_null_is_left_out),
        cmocka_unit_test(a_parameter_replaces_the_one_in_the_path_s_own_query),
        cmocka_unit_test(of_a_repeated_key_the_last_one_counts_in_a_url),
        cmocka_unit_test(of_a_repeated_key_the_last_one_counts_however_many_there_are),
        cmocka_unit_test(a_body_holds_the_item_s_own_text),
        cmocka_unit_test(path_values_are_not_in_the_body),
        cmocka_unit_test(no_parameters_make_no_body),
        cmocka_unit_test(the_item_wins_over_the_alias_and_the_command_line_over_both),
        cmocka_unit_test(defaults_fill_in_what_nobody_gave_but_never_a_path),
        cmocka_unit_test(null_in_an_item_is_nothing_in_a_url_and_a_value_in_a_body),
        cmocka_unit_test(null_on_the_command_line_leaves_a_parameter_out),
        cmocka_unit_test(a_path_hint_needs_its_name_in_the_path),
        cmocka_unit_test(what_cannot_stand_in_a_url_is_encoded_but_not_names),
        cmocka_unit_test(a_method_tells_whether_sending_twice_does_harm),
        cmocka_unit_test(the_service_s_authentication_wins_over_the_same_header),
        cmocka_unit_test(a_header_that_carries_a_secret_stays_with_its_origin),
        cmocka_unit_test(a_body_is_json_unless_the_endpoint_says_what_it_is),
        cmocka_unit_test(a_request_without_a_body_has_no_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
