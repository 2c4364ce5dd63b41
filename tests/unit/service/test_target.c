/* SPDX-License-Identifier: MIT */
#include "unit/service/folder.h"

/* What a call gets of its service: everything it needs, with variables filled in. */

#define HEAD "serviceName: api\nbaseUrl: https://x.test/v1/\n"
#define GET  "endpoints:\n- name: get\n  method: GET\n  path: /x\n"

static struct target target_of(const char *yaml, const char *env)
{
    write_file(".ovrmnd/api.yaml", yaml);
    write_file(".env", env);
    return found("api.get");
}

static struct error error_of(const char *yaml, const char *env)
{
    write_file(".ovrmnd/api.yaml", yaml);
    write_file(".env", env);
    return not_found("api.get");
}

static void a_plain_endpoint_has_no_extras(void **state)
{
    (void)state;
    struct target t = target_of(HEAD GET, "");
    assert_string_equal(t.service, "api");
    assert_string_equal(t.endpoint, "get");
    assert_null(t.alias);
    assert_string_equal(t.where, ".ovrmnd/api.yaml:4:3");
    assert_string_equal(t.base_url, "https://x.test/v1/");
    assert_string_equal(t.method, "GET");
    assert_string_equal(t.path, "/x");
    assert_int_equal(t.header_count + t.default_param_count + t.alias_arg_count, 0);
    assert_null(t.auth_header);
    assert_null(t.auth_value);
    assert_false(t.idempotent_set);
    assert_null(t.idempotency_header);
    assert_int_equal(t.timeout_ns + t.connect_timeout_ns, 0);
    assert_int_equal(t.transform.count, 0);
    service_target_free(&t);
}

static void variables_are_filled_in_where_they_may_stand(void **state)
{
    (void)state;
    struct target t = target_of("serviceName: api\nbaseUrl: ${T_BASE}\n"
                                "authentication: {type: bearer, token: 'a${T_TOKEN}'}\n" GET
                                "  headers: {X-A: 'v-${T_A}'}\n"
                                "  defaultParams: {p: {q: ['${T_A}']}, n: 9007199254740993}\n",
                                "T_BASE=http://h\nT_TOKEN=tok\nT_A=one\n");
    assert_string_equal(t.base_url, "http://h");
    assert_string_equal(t.auth_header, "Authorization");
    assert_string_equal(t.auth_value, "Bearer atok");
    assert_string_equal(t.headers[0].key, "X-A");
    assert_string_equal(t.headers[0].value, "v-one");
    assert_string_equal(t.headers[0].where, ".ovrmnd/api.yaml:8:18");
    assert_string_equal(t.default_params[0].key, "p");
    assert_string_equal(t.default_params[0].value, "{\"q\":[\"one\"]}");
    assert_string_equal(t.default_params[1].value, "9007199254740993");
    assert_string_equal(t.default_params[1].where, ".ovrmnd/api.yaml:9:42");
    service_target_free(&t);
}

static void a_ttl_takes_fractions_of_a_second(void **state)
{
    (void)state;
    struct target none = target_of(HEAD GET, "");
    struct target half = target_of(HEAD GET "  cacheTTL: 0.5\n", "");
    struct target ever = target_of(HEAD GET "  cacheTTL: 1e300\n", "");
    assert_int_equal(none.cache_ttl_ns, 0);
    assert_int_equal(half.cache_ttl_ns, 500000000);
    assert_true(ever.cache_ttl_ns > UINT64_C(3000000000) * 1000000000);
    assert_true(ever.cache_ttl_ns < INT64_MAX);
    service_target_free(&none);
    service_target_free(&half);
    service_target_free(&ever);
}

static void an_alias_brings_its_arguments(void **state)
{
    (void)state;
    write_file(".ovrmnd/api.yaml", HEAD GET "aliases:\n- name: me\n  endpoint: get\n"
                                            "  args: {id: 1.0, who: '${T_WHO}', not: null}\n");
    write_file(".env", "T_WHO=me");
    struct target t = found("api.me");
    assert_string_equal(t.endpoint, "get");
    assert_string_equal(t.alias, "me");
    assert_int_equal(t.alias_arg_count, 3);
    assert_string_equal(t.alias_args[0].value, "1.0");
    assert_string_equal(t.alias_args[1].value, "\"me\"");
    assert_string_equal(t.alias_args[1].where, ".ovrmnd/api.yaml:10:24");
    assert_string_equal(t.alias_args[2].value, "null");
    service_target_free(&t);
}

static void an_alias_comes_before_an_endpoint_of_its_name(void **state)
{
    (void)state;
    struct target t = target_of(HEAD GET "- {name: put, method: PUT, path: /y}\n"
                                         "aliases: [{name: get, endpoint: put}]\n",
                                "");
    assert_string_equal(t.endpoint, "put");
    assert_string_equal(t.method, "PUT");
    service_target_free(&t);
}

static void only_what_the_call_uses_must_be_set(void **state)
{
    (void)state;
    struct target t = target_of(HEAD GET "- {name: b, method: GET, path: '${T_UNSET}'}\n"
                                         "aliases: [{name: c, endpoint: get,"
                                         " args: {a: '${T_UNSET}'}}]\n",
                                "");
    service_target_free(&t);
}

static void an_unset_variable_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *place;
    } examples[] = {
        {"serviceName: api\nbaseUrl: ${T_UNSET}\n" GET, "2:10"},
        {HEAD "authentication: {type: bearer, token: '${T_UNSET}'}\n" GET, "3:39"},
        {HEAD "endpoints: [{name: get, method: GET, path: '/${T_UNSET}'}]\n", "3:44"},
        {HEAD GET "  headers: {X-A: '${T_UNSET}'}\n", "7:18"},
        {HEAD GET "  defaultParams: {a: [1, '${T_UNSET}']}\n", "7:26"},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct error err = error_of(examples[i].yaml, "");
        char wanted[200];
        snprintf(wanted, sizeof wanted,
                 "Environment variable T_UNSET is not defined (used at .ovrmnd/api.yaml:%s)",
                 examples[i].place);
        assert_string_equal(err.message, wanted);
        assert_string_equal(err.help, "set it or add it to .env");
        assert_int_equal(err.code, ERROR_ENV_VAR_NOT_FOUND);
    }
}

static void what_variables_bring_is_checked_too(void **state)
{
    (void)state;
    struct error err = error_of("serviceName: api\nbaseUrl: '${T_A}'\n" GET, "T_A=ftp://x");
    assert_string_equal(err.message,
                        ".ovrmnd/api.yaml:2:10: 'baseUrl' is '${T_A}' once its variables are "
                        "filled in; expected an http or https URL without '?' or '#'");
    err = error_of(HEAD "authentication: {type: bearer, token: '${T_A}'}\n" GET, "T_A=");
    assert_string_equal(err.message,
                        ".ovrmnd/api.yaml:3:39: 'token' is empty once its variables are filled "
                        "in; expected the token that the API gave you");
    err = error_of(HEAD GET "  headers: {X-A: '${T_A}'}\n", "T_A=\"a\\r\\nb\"");
    assert_string_equal(err.message,
                        ".ovrmnd/api.yaml:7:18: header 'X-A' has a line break once its "
                        "variables are filled in; expected text on one line");
    err = error_of(HEAD "authentication: {type: apikey, token: '${T_A}'}\n" GET, "T_A='a\nb'");
    assert_int_equal(err.code, ERROR_CONFIG_INVALID);
}

static void a_key_goes_into_its_header(void **state)
{
    (void)state;
    struct target t = target_of(HEAD "authentication: {type: apikey, token: abcd}\n" GET, "");
    assert_string_equal(t.auth_header, "X-API-Key");
    assert_string_equal(t.auth_value, "abcd");
    service_target_free(&t);
    t = target_of(HEAD "authentication: {type: apikey, token: abcd, header: X-K}\n" GET, "");
    assert_string_equal(t.auth_header, "X-K");
    service_target_free(&t);
    t = target_of(HEAD "authentication: {type: bearer, token: abcd, header: X-K}\n" GET, "");
    assert_string_equal(t.auth_header, "Authorization");
    service_target_free(&t);
}

static void tokens_and_variables_are_secrets_in_the_log(void **state)
{
    (void)state;
    struct target t = target_of(HEAD "authentication: {type: bearer, token: plain-token}\n" GET
                                     "  headers: {X-A: 'v-${T_A}'}\n",
                                "T_A=from-env");
    char line[] = "plain-token from-env";
    log_redact(line);
    assert_null(strstr(line, "plain-token"));
    assert_null(strstr(line, "from-env"));
    service_target_free(&t);
}

static void timeouts_and_idempotency_are_read(void **state)
{
    (void)state;
    struct target t = target_of(HEAD GET "  timeout: 1.5s\n  connectTimeout: 200ms\n"
                                         "  idempotent: false\n  idempotencyKey: true\n"
                                         "  transform: {fields: [id]}\n",
                                "");
    assert_int_equal(t.timeout_ns, 1500000000);
    assert_int_equal(t.connect_timeout_ns, 200000000);
    assert_true(t.idempotent_set);
    assert_false(t.idempotent);
    assert_string_equal(t.idempotency_header, "Idempotency-Key");
    assert_int_equal(t.transform.count, 1);
    assert_true(t.transform.items[0].has_fields);
    assert_int_equal(t.transform.items[0].field_count, 1);
    assert_string_equal(t.transform.items[0].fields[0], "id");
    assert_int_equal(t.transform.items[0].rename_count, 0);
    service_target_free(&t);
    t = target_of(HEAD GET "  idempotent: true\n  idempotencyKey: X-Once\n", "");
    assert_true(t.idempotent);
    assert_string_equal(t.idempotency_header, "X-Once");
    service_target_free(&t);
    t = target_of(HEAD GET "  idempotencyKey: false\n", "");
    assert_null(t.idempotency_header);
    service_target_free(&t);
}

static void a_target_outlives_its_set(void **state)
{
    (void)state;
    struct target t = target_of(HEAD GET "  headers: {X-A: b}\nexecution: {retry: fixed}\n",
                                "");
    assert_string_equal(t.headers[0].where, ".ovrmnd/api.yaml:7:18");
    assert_string_equal(t.service_settings.retry->name, "fixed");
    service_target_free(&t);
    assert_null(t.headers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(a_plain_endpoint_has_no_extras),
        folder_test(variables_are_filled_in_where_they_may_stand),
        folder_test(a_ttl_takes_fractions_of_a_second),
        folder_test(an_alias_brings_its_arguments),
        folder_test(an_alias_comes_before_an_endpoint_of_its_name),
        folder_test(only_what_the_call_uses_must_be_set),
        folder_test(an_unset_variable_is_told_with_its_place),
        folder_test(what_variables_bring_is_checked_too),
        folder_test(a_key_goes_into_its_header),
        folder_test(tokens_and_variables_are_secrets_in_the_log),
        folder_test(timeouts_and_idempotency_are_read),
        folder_test(a_target_outlives_its_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
