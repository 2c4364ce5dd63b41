/* SPDX-License-Identifier: MIT */
#include "plugin/spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct spec parse(const char *text)
{
    struct spec spec;
    struct error err = {0};
    if (spec_parse(text, "--scheduler", &spec, &err))
        fail_msg("%s: %s", text, err.message);
    return spec;
}

static void assert_refused(const char *text, const char *message)
{
    struct spec spec;
    struct error err = {0};
    assert_int_equal(spec_parse(text, "--scheduler", &spec, &err), -1);
    assert_int_equal(err.code, ERROR_PLUGIN_ERROR);
    assert_string_equal(err.message, message);
}

static void a_name_alone_has_no_options(void **state)
{
    (void)state;
    struct spec spec = parse("token-bucket");
    assert_string_equal(spec.name, "token-bucket");
    assert_string_equal(spec.where, "--scheduler");
    assert_int_equal(spec.count, 0);
    spec_free(&spec);
    assert_null(spec.name);
}

static void options_keep_their_order(void **state)
{
    (void)state;
    struct spec spec = parse("token-bucket:rate=600/m,burst=20");
    assert_int_equal(spec.count, 2);
    assert_string_equal(spec.options[0].name, "rate");
    assert_string_equal(spec.options[0].value, "600/m");
    assert_string_equal(spec.options[1].name, "burst");
    assert_string_equal(spec.options[1].value, "20");
    assert_string_equal(spec.options[1].where, "--scheduler");
    spec_free(&spec);
}

static void a_backslash_escapes_a_comma_or_itself_and_nothing_else(void **state)
{
    (void)state;
    struct spec spec = parse("bar:format=a\\,b\\nc\\\\,width=4");
    assert_int_equal(spec.count, 2);
    assert_string_equal(spec.options[0].value, "a,b\\nc\\");
    assert_string_equal(spec.options[1].value, "4");
    spec_free(&spec);
}

static void a_value_may_hold_colons_and_equals_signs_and_be_empty(void **state)
{
    (void)state;
    struct spec spec = parse("bar:format={a:b}=c,end=");
    assert_string_equal(spec.options[0].value, "{a:b}=c");
    assert_string_equal(spec.options[1].value, "");
    spec_free(&spec);
}

static void a_name_is_never_a_path(void **state)
{
    (void)state;
    assert_refused("../x", "--scheduler: a plugin name has only a-z, 0-9 and -, not '../x'");
    assert_refused("/tmp/x.so:a=b",
                   "--scheduler: a plugin name has only a-z, 0-9 and -, not '/tmp/x.so'");
    assert_refused("", "--scheduler: a plugin name has only a-z, 0-9 and -, not ''");
    assert_refused("Pool", "--scheduler: a plugin name has only a-z, 0-9 and -, not 'Pool'");
}

static void empty_parts_are_errors(void **state)
{
    (void)state;
    static const char message[] = "--scheduler: pool: an option is missing before or after a "
                                  "comma or colon; the form is pool:name=value,name=value";
    assert_refused("pool:", message);
    assert_refused("pool:a=b,", message);
    assert_refused("pool:,a=b", message);
    assert_refused("pool:a=b,,c=d", message);
}

static void an_option_without_name_or_value_is_an_error(void **state)
{
    (void)state;
    assert_refused("pool:10", "--scheduler: pool: an option is written name=value, not '10'");
    assert_refused("pool:=10", "--scheduler: pool: an option is written name=value, not '=10'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_alone_has_no_options),
        cmocka_unit_test(options_keep_their_order),
        cmocka_unit_test(a_backslash_escapes_a_comma_or_itself_and_nothing_else),
        cmocka_unit_test(a_value_may_hold_colons_and_equals_signs_and_be_empty),
        cmocka_unit_test(a_name_is_never_a_path),
        cmocka_unit_test(empty_parts_are_errors),
        cmocka_unit_test(an_option_without_name_or_value_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
