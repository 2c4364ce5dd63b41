/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "service/environment.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
// clang-format on

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char warned[4096];

static void note_warning(void *context, const char *line)
{
    (void)context;
    snprintf(warned, sizeof warned, "%s", line);
}

static struct environment environment_of(const char *text)
{
    struct environment environment = {0};
    warned[0] = '\0';
    log_set_writer(note_warning, NULL);
    service_environment_parse(&environment, ".env", slice_of(text));
    log_set_writer(NULL, NULL);
    return environment;
}

static void a_line_sets_a_variable(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value;
    } examples[] = {
        {"T_A=b", "b"},
        {"  T_A = b  \r\n", "b"},
        {"export T_A=b", "b"},
        {"T_A=", ""},
        {"T_A=b # comment", "b"},
        {"T_A=#", ""},
        {"T_A=b#c", "b#c"},
        {"T_A='b # c' # d", "b # c"},
        {"T_A=\"b\\nc\\td\"", "b\nc\\td"},
        {"T_A='b\\nc'", "b\\nc"},
        {"T_A='b\nc'\nT_B=d", "b\nc"},
        {"T_A='b\nc' # d\nT_B='d'", "b\nc"},
        {"T_A=\"C:\\dir\\\"\nT_B=\"x\"\nT_C=1", "C:\\dir\\"},
        {"T_A=\"C:\\a\\\"\r\nT_B=\"C:\\b\\\"\r\n", "C:\\a\\"},
        {"T_A=\"b\\\"c\nd\" # e", "b\\\"c\nd"},
        {"T_A=$HOME${X}", "$HOME${X}"},
        {"T_A=b=c", "b=c"},
        {"T_A=b\nT_A=c", "c"},
        {"# T_A=x\n\nT_A=b", "b"},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct environment environment = environment_of(examples[i].text);
        const char *value = service_environment_get(&environment, "T_A");
        if (!value)
            fail_msg("%s: sets nothing", examples[i].text);
        assert_string_equal(value, examples[i].value);
        assert_string_equal(warned, "");
        service_environment_free(&environment);
    }
}

static void a_line_that_says_nothing_is_warned_of(void **state)
{
    (void)state;
    struct environment environment = environment_of("A=1\nwhat is this\nT_B=2");
    assert_string_equal(warned, "ovrmnd: .env:2: this is not NAME=value; the line is ignored");
    assert_string_equal(service_environment_get(&environment, "T_B"), "2");
    service_environment_free(&environment);
}

static void lines_are_counted_through_quoted_text(void **state)
{
    (void)state;
    struct environment environment = environment_of("A='x\ny\nz'\nbad");
    assert_non_null(strstr(warned, ".env:4:"));
    service_environment_free(&environment);
}

static void an_open_quote_takes_its_line_alone(void **state)
{
    (void)state;
    struct environment environment = environment_of("T_A='x\nT_B=y");
    assert_non_null(strstr(warned, ".env:1: a quote is opened and never closed"));
    assert_string_equal(service_environment_get(&environment, "T_A"), "'x");
    assert_string_equal(service_environment_get(&environment, "T_B"), "y");
    service_environment_free(&environment);
}

static void a_value_takes_no_other_variable_in(void **state)
{
    (void)state;
    struct environment environment = environment_of(
        "T_A=\"C:\\dir\\\"\nT_B=\"x\"\nT_C=\"open\nT_D=\"y\"\n");
    assert_non_null(strstr(warned, ".env:3: a quote is opened and never closed"));
    assert_string_equal(service_environment_get(&environment, "T_A"), "C:\\dir\\");
    assert_string_equal(service_environment_get(&environment, "T_B"), "x");
    assert_string_equal(service_environment_get(&environment, "T_C"), "\"open");
    assert_string_equal(service_environment_get(&environment, "T_D"), "y");
    service_environment_free(&environment);
}

static void the_process_environment_comes_first(void **state)
{
    (void)state;
    struct environment environment = environment_of("T_A=file\nT_B=file");
    setenv("T_A", "", 1);
    assert_string_equal(service_environment_get(&environment, "T_A"), "");
    assert_string_equal(service_environment_get(&environment, "T_B"), "file");
    assert_null(service_environment_get(&environment, "T_NONE"));
    unsetenv("T_A");
    service_environment_free(&environment);
}

static const struct node place = {.file = "a.yaml", .line = 5, .column = 10};

static void check_replaced(const char *text, const char *wanted)
{
    struct environment environment = environment_of("T_A=one\nT_B=${T_A}\nT_E=");
    struct buffer out = {0};
    struct error err = {0};
    assert_int_equal(
        service_environment_replace(&environment, slice_of(text), &place, &out, &err), 0);
    assert_string_equal(buffer_text(&out), wanted);
    buffer_free(&out);
    service_environment_free(&environment);
    log_forget_secrets();
}

static void names_in_braces_are_replaced_once(void **state)
{
    (void)state;
    check_replaced("${T_A}", "one");
    check_replaced("x${T_A}${T_A}y", "xoneoney");
    check_replaced("${T_B}", "${T_A}");
    check_replaced("[${T_E}]", "[]");
}

static void other_dollars_stand(void **state)
{
    (void)state;
    check_replaced("$T_A ${} ${ T_A} ${T-A} ${1A} ${T_A $",
                   "$T_A ${} ${ T_A} ${T-A} ${1A} ${T_A $");
}

static void an_unset_variable_is_told_with_its_place(void **state)
{
    (void)state;
    struct environment environment = {0};
    struct buffer out = {0};
    struct error err = {0};
    assert_int_equal(service_environment_replace(&environment, slice_of("a${API_TOKEN_NO}"),
                                                 &place, &out, &err),
                     -1);
    assert_int_equal(err.code, ERROR_ENV_VAR_NOT_FOUND);
    assert_string_equal(err.message,
                        "Environment variable API_TOKEN_NO is not defined (used at "
                        "a.yaml:5:10)");
    assert_string_equal(err.help, "set it or add it to .env");
    buffer_free(&out);
}

static void values_become_secrets(void **state)
{
    (void)state;
    struct environment environment = environment_of("T_A=hunter22");
    struct buffer out = {0};
    service_environment_replace(&environment, slice_of("${T_A}"), &place, &out, NULL);
    char line[] = "the word is hunter22";
    log_redact(line);
    assert_null(strstr(line, "hunter22"));
    log_forget_secrets();
    buffer_free(&out);
    service_environment_free(&environment);
}

static bool is_hidden(const char *value)
{
    char text[64];
    struct environment environment = {0};
    struct buffer out = {0};
    snprintf(text, sizeof text, "T_A=%s", value);
    environment = environment_of(text);
    service_environment_replace(&environment, slice_of("${T_A}"), &place, &out, NULL);
    snprintf(text, sizeof text, "%s", value);
    log_redact(text);
    log_forget_secrets();
    buffer_free(&out);
    service_environment_free(&environment);
    return strcmp(text, value) != 0;
}

static void where_a_server_is_is_no_secret_but_what_follows_may_be(void **state)
{
    (void)state;
    assert_false(is_hidden("https://api.example.com"));
    assert_false(is_hidden("http://127.0.0.1:8080/"));
    assert_true(is_hidden("https://hooks.example.com/T0123/B456"));
    assert_true(is_hidden("https://api.example.com?key=hunter22"));
    assert_true(is_hidden("https://me:hunter22@api.example.com"));
    assert_true(is_hidden("https://"));
}

static void texts_deep_in_json_are_replaced_but_not_keys(void **state)
{
    (void)state;
    struct environment environment = environment_of("T_A=a\"b");
    struct document document;
    struct buffer json = {0};
    assert_int_equal(
        service_document_parse("f", slice_of("{'${T_A}': ['${T_A}', 1.0]}"), &document, NULL),
        0);
    assert_int_equal(service_environment_json(&environment, document.root, &json, NULL), 0);
    assert_string_equal(buffer_text(&json), "{\"${T_A}\":[\"a\\\"b\",1.0]}");
    buffer_free(&json);
    service_document_free(&document);
    service_environment_free(&environment);
    log_forget_secrets();
}

static void what_grows_too_large_fails(void **state)
{
    (void)state;
    struct environment environment = environment_of("T_A=0123456789");
    struct buffer out = {.limit = 15};
    struct error err = {0};
    assert_int_equal(
        service_environment_replace(&environment, slice_of("${T_A}${T_A}"), &place, &out, &err),
        -1);
    assert_string_equal(err.message,
                        "a.yaml:5:10: the text grows too large once ${T_A} is filled in");
    buffer_free(&out);
    service_environment_free(&environment);
    log_forget_secrets();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_sets_a_variable),
        cmocka_unit_test(a_line_that_says_nothing_is_warned_of),
        cmocka_unit_test(lines_are_counted_through_quoted_text),
        cmocka_unit_test(an_open_quote_takes_its_line_alone),
        cmocka_unit_test(a_value_takes_no_other_variable_in),
        cmocka_unit_test(the_process_environment_comes_first),
        cmocka_unit_test(names_in_braces_are_replaced_once),
        cmocka_unit_test(other_dollars_stand),
        cmocka_unit_test(an_unset_variable_is_told_with_its_place),
        cmocka_unit_test(values_become_secrets),
        cmocka_unit_test(where_a_server_is_is_no_secret_but_what_follows_may_be),
        cmocka_unit_test(texts_deep_in_json_are_replaced_but_not_keys),
        cmocka_unit_test(what_grows_too_large_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
