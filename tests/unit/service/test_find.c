/* SPDX-License-Identifier: MIT */
#include "unit/service/folder.h"

/* Folders, files and names: which service a target finds, and what is said when it finds none.
 */

#define SERVICE(name, host)                                                                    \
    "serviceName: " name "\nbaseUrl: https://" host "\n"                                       \
    "endpoints:\n- {name: get, method: GET, path: /x}\n- {name: put, method: PUT, path: /x}\n"

static void check_base(const char *name, const char *base_url)
{
    struct target target = found(name);
    assert_string_equal(target.base_url, base_url);
    service_target_free(&target);
}

static void check_error(const char *name, enum error_code code, const char *message)
{
    struct error err = not_found(name);
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, code);
}

static void the_local_service_replaces_the_global_one(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", SERVICE("api", "local"));
    write_file("home/.ovrmnd/b.yml", SERVICE("api", "global"));
    write_file("home/.ovrmnd/.c.yaml", SERVICE("other", "other"));
    check_base("api.get", "https://local");
    check_base("other.get", "https://other");
    struct service_set *set = load();
    assert_int_equal(service_set_count(set), 2);
    for (size_t i = 0; i < service_set_file_count(set); i++)
        assert_int_equal(service_set_problem_count(set, i), 0);
    service_set_free(set);
}

static void only_yaml_files_of_the_folder_itself_are_read(void **state)
{
    (void)state;
    mkdir(".ovrmnd/sub.yaml", 0700);
    write_file(".ovrmnd/sub.yaml/x.yaml", "broken: [");
    write_file(".ovrmnd/a.YAML", "broken: [");
    write_file(".ovrmnd/a.yaml.bak", "broken: [");
    write_file(".ovrmnd/a.json", "broken: [");
    struct service_set *set = load();
    assert_int_equal(service_set_file_count(set), 0);
    service_set_free(set);
}

static void in_the_home_folder_files_are_read_once(void **state)
{
    (void)state;
    setenv("HOME", ".", 1);
    write_file(".ovrmnd/a.yaml", SERVICE("api", "x"));
    struct service_set *set = load();
    assert_int_equal(service_set_file_count(set), 1);
    service_set_free(set);
    check_base("api.get", "https://x");
}

static void a_named_folder_is_read_alone(void **state)
{
    (void)state;
    mkdir("conf", 0700);
    write_file("conf/a.yaml", SERVICE("conf", "conf"));
    write_file(".ovrmnd/a.yaml", SERVICE("api", "x"));
    struct error err = {0};
    struct target target;
    struct service_set *set = service_set_load("conf/", &err);
    assert_non_null(set);
    assert_int_equal(service_set_count(set), 1);
    assert_string_equal(service_set_info(set, 0).file, "conf/a.yaml");
    assert_int_equal(service_set_find(set, "api.get", &target, &err), -1);
    assert_string_equal(err.message, "Service 'api' not found in conf; known are conf");
    service_set_free(set);
}

static void a_named_folder_must_be_there(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(service_set_load("no-such", &err));
    assert_int_equal(err.code, ERROR_FILE_NOT_FOUND);
    assert_string_equal(err.message, "the folder of service files 'no-such' cannot be read: No "
                                     "such file or directory");
}

static void no_folders_at_all_are_no_error(void **state)
{
    (void)state;
    rmdir(".ovrmnd");
    unsetenv("HOME");
    check_error("api.get", ERROR_SERVICE_NOT_FOUND,
                "Service 'api' not found in .ovrmnd or ~/.ovrmnd; no services are declared "
                "there");
    assert_int_equal(logged.count, 0);
}

static void a_target_has_a_service_and_a_name(void **state)
{
    (void)state;
    static const char *const targets[] = {"api", "", ".", "api.", ".get"};
    for (size_t i = 0; i < COUNT(targets); i++) {
        char wanted[200];
        snprintf(wanted, sizeof wanted,
                 "Invalid target format '%s'. Use format: service.endpoint or service.alias",
                 targets[i]);
        check_error(targets[i], ERROR_PARAM_INVALID, wanted);
    }
}

static void names_with_dots_can_be_called(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", SERVICE("api.v1", "dotted"));
    write_file(".ovrmnd/b.yaml", "serviceName: b\nbaseUrl: https://b\n"
                                 "endpoints: [{name: users.get, method: GET, path: /}, "
                                 "{name: all., method: GET, path: /}]\n");
    check_base("api.v1.get", "https://dotted");
    check_base("b.users.get", "https://b");
    check_base("b.all.", "https://b");
    check_error("api.v1.gett", ERROR_ENDPOINT_NOT_FOUND,
                "endpoint or alias 'gett' not found in service 'api.v1'; did you mean 'get'?");
}

static void an_unknown_name_gets_the_nearest_or_those_known(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml",
               SERVICE("users", "x") "aliases: [{name: me, endpoint: get}]\n");
    check_error("user.get", ERROR_SERVICE_NOT_FOUND,
                "Service 'user' not found in .ovrmnd or ~/.ovrmnd; did you mean 'users'?");
    check_error("github.get", ERROR_SERVICE_NOT_FOUND,
                "Service 'github' not found in .ovrmnd or ~/.ovrmnd; known are users");
    check_error("users.gt", ERROR_ENDPOINT_NOT_FOUND,
                "endpoint or alias 'gt' not found in service 'users'; did you mean 'get'?");
    check_error("users.remove", ERROR_ENDPOINT_NOT_FOUND,
                "endpoint or alias 'remove' not found in service 'users'; known are me, get, "
                "put");
    check_error("Users.get", ERROR_SERVICE_NOT_FOUND,
                "Service 'Users' not found in .ovrmnd or ~/.ovrmnd; did you mean 'users'?");
}

static void at_most_eight_names_are_listed(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        char path[64], text[256];
        snprintf(path, sizeof path, ".ovrmnd/s%d.yaml", i);
        snprintf(text, sizeof text, SERVICE("s%d", "x"), i);
        write_file(path, text);
    }
    check_error("github.get", ERROR_SERVICE_NOT_FOUND,
                "Service 'github' not found in .ovrmnd or ~/.ovrmnd; known are s0, s1, s2, s3, "
                "s4, s5, s6, s7 and 2 more");
}

static void a_broken_file_blocks_its_own_service_alone(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", SERVICE("good", "good"));
    write_file(".ovrmnd/b.yaml", "serviceName: bad\nbaseUrl: ftp://x\n");
    check_base("good.get", "https://good");
    assert_int_equal(logged.count, 0);
    check_error("bad.get", ERROR_CONFIG_INVALID,
                ".ovrmnd/b.yaml:2:10: 'baseUrl' must be an http or https URL without '?' or "
                "'#', or text that "
                "begins with ${NAME}, not 'ftp://x'");
    check_error("github.get", ERROR_SERVICE_NOT_FOUND,
                "Service 'github' not found in .ovrmnd or ~/.ovrmnd; known are good");
}

static void a_file_that_is_not_yaml_is_warned_of(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", SERVICE("good", "good"));
    write_file(".ovrmnd/b.yaml", "a: [\n");
    check_base("good.get", "https://good");
    assert_int_equal(logged.count, 1);
    assert_string_equal(logged.line,
                        "ovrmnd: .ovrmnd/b.yaml:2:1: did not find expected node content, while "
                        "parsing a flow node that began at line 2; the services in that file "
                        "are left out");
    check_error("unknown.get", ERROR_YAML_PARSE_ERROR,
                ".ovrmnd/b.yaml:2:1: did not find expected node content, while parsing a flow "
                "node that began at line 2");
}

static void a_file_that_is_not_yaml_still_tells_its_name(void **state)
{
    (void)state;
    write_file(".ovrmnd/b.yaml", "# serviceName: x\nserviceName: 'bad' # y\na: [\n");
    write_file("home/.ovrmnd/b.yaml", SERVICE("bad", "global"));
    struct error err = not_found("bad.get");
    assert_int_equal(err.code, ERROR_YAML_PARSE_ERROR);
    err = not_found("other.get");
    assert_int_equal(err.code, ERROR_SERVICE_NOT_FOUND);
}

static void a_broken_local_file_does_not_uncover_the_global_service(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", "serviceName: api\n");
    write_file("home/.ovrmnd/a.yaml", SERVICE("api", "global"));
    struct error err = not_found("api.get");
    assert_int_equal(err.code, ERROR_CONFIG_INVALID);
    assert_non_null(strstr(err.message, ".ovrmnd/a.yaml:1:1: "));
}

static void a_broken_global_file_does_not_hide_the_local_service(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", SERVICE("api", "local"));
    write_file("home/.ovrmnd/a.yaml", "serviceName: api\n");
    check_base("api.get", "https://local");
}

static void two_files_of_one_folder_cannot_declare_one_service(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", SERVICE("api", "a"));
    write_file(".ovrmnd/b.yaml", SERVICE("api", "b"));
    check_error("api.get", ERROR_CONFIG_INVALID,
                ".ovrmnd/b.yaml:1:14: service 'api' is declared in .ovrmnd/a.yaml already; "
                "expected one file a service");
}

static void what_is_no_plain_file_is_not_waited_for(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(".ovrmnd/pipe.yaml", 0600), 0);
    assert_int_equal(symlink("/dev/zero", ".ovrmnd/zero.yaml"), 0);
    check_error("api.get", ERROR_CONFIG_INVALID, ".ovrmnd/pipe.yaml: is not a plain file");
}

static void an_oversized_file_is_refused(void **state)
{
    (void)state;
    write_file(".ovrmnd/a.yaml", "serviceName: api\n");
    assert_int_equal(truncate(".ovrmnd/a.yaml", (1 << 20) + 1), 0);
    check_error("api.get", ERROR_CONFIG_INVALID,
                ".ovrmnd/a.yaml: the file is larger than 1024 KiB, the most that is read");
}

static void the_kind_of_service_is_inferred(void **state)
{
    (void)state;
#define GRAPHQL                                                                                \
    "graphqlEndpoint: /g\ngraphqlOperations: [{name: q, operationType: query, query: "         \
    "'{q}'}]\n"
    write_file(".ovrmnd/a.yaml", SERVICE("rest", "x"));
    write_file(".ovrmnd/b.yaml", "serviceName: graph\nbaseUrl: https://x\n" GRAPHQL);
    write_file(".ovrmnd/c.yaml", "apiType: rest\n" SERVICE("both", "x") GRAPHQL);
    struct service_set *set = load();
    assert_string_equal(service_set_info(set, 0).name, "both");
    assert_string_equal(service_set_info(set, 0).api_type, "rest");
    assert_string_equal(service_set_info(set, 1).api_type, "graphql");
    assert_string_equal(service_set_info(set, 2).api_type, "rest");
    service_set_free(set);
    struct target target;
    set = load();
    assert_int_equal(service_set_find(set, "graph.q", &target, NULL), 0);
    assert_true(target.graphql && target.idempotent);
    assert_string_equal(target.path, "/g");
    service_target_free(&target);
    service_set_free(set);
    check_error("graph.qq", ERROR_ENDPOINT_NOT_FOUND,
                "operation or alias 'qq' not found in service 'graph'; did you mean 'q'?");
}

static void a_set_can_be_looked_at(void **state)
{
    (void)state;
    write_file(
        ".ovrmnd/a.yaml",
        "serviceName: api\nbaseUrl: ${BASE}\nauthentication: {type: bearer, token: t}\n"
        "endpoints:\n- {name: get, method: GET, path: '/{id}', cacheTTL: 300,"
        " defaultParams: {a: '${X}', b: [1.0, null]}}\n"
        "aliases: [{name: me, endpoint: get, args: {id: 7}}, {name: n, endpoint: get}]\n");
    struct service_set *set = load();
    struct service_info info = service_set_info(set, 0);
    assert_string_equal(info.base_url, "${BASE}");
    assert_string_equal(info.authentication, "bearer");
    assert_int_equal(info.endpoint_count, 1);
    assert_int_equal(info.alias_count, 2);
    struct service_endpoint_info endpoint = service_set_endpoint(set, 0, 0);
    assert_string_equal(endpoint.method, "GET");
    assert_string_equal(endpoint.cache_ttl, "300");
    struct buffer json = {0};
    service_set_endpoint_params(set, 0, 0, &json);
    service_set_alias_args(set, 0, 0, &json);
    service_set_alias_args(set, 0, 1, &json);
    assert_string_equal(buffer_text(&json), "{\"a\":\"${X}\",\"b\":[1.0,null]}{\"id\":7}{}");
    assert_string_equal(service_set_alias(set, 0, 0).endpoint, "get");
    buffer_free(&json);
    service_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(the_local_service_replaces_the_global_one),
        folder_test(only_yaml_files_of_the_folder_itself_are_read),
        folder_test(in_the_home_folder_files_are_read_once),
        folder_test(a_named_folder_is_read_alone),
        folder_test(a_named_folder_must_be_there),
        folder_test(no_folders_at_all_are_no_error),
        folder_test(a_target_has_a_service_and_a_name),
        folder_test(names_with_dots_can_be_called),
        folder_test(an_unknown_name_gets_the_nearest_or_those_known),
        folder_test(at_most_eight_names_are_listed),
        folder_test(a_broken_file_blocks_its_own_service_alone),
        folder_test(a_file_that_is_not_yaml_is_warned_of),
        folder_test(a_file_that_is_not_yaml_still_tells_its_name),
        folder_test(a_broken_local_file_does_not_uncover_the_global_service),
        folder_test(a_broken_global_file_does_not_hide_the_local_service),
        folder_test(two_files_of_one_folder_cannot_declare_one_service),
        folder_test(what_is_no_plain_file_is_not_waited_for),
        folder_test(an_oversized_file_is_refused),
        folder_test(the_kind_of_service_is_inferred),
        folder_test(a_set_can_be_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
