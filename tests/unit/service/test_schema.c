/* SPDX-License-Identifier: MIT */
#include "unit/service/folder.h"

/* What is wrong in a service file, each with its line and column. */

struct example {
    const char *yaml;
    const char *wanted; /* problems, a line each; the file's name left out */
};

static void check(const struct example *example)
{
    write_file(".ovrmnd/api.yaml", example->yaml);
    struct service_set *set = load();
    struct buffer problems = {0};
    for (size_t i = 0; i < service_set_problem_count(set, 0); i++) {
        const struct error *problem = service_set_problem(set, 0, i);
        const char *file = ".ovrmnd/api.yaml:";
        assert_int_equal(strncmp(problem->message, file, strlen(file)), 0);
        assert_int_equal(problem->code, ERROR_CONFIG_INVALID);
        buffer_append_format(&problems, "%s%s", i ? "\n" : "", problem->message + strlen(file));
    }
    assert_string_equal(buffer_text(&problems), example->wanted);
    buffer_free(&problems);
    service_set_free(set);
}

static void check_all(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(&examples[i]);
}

#define HEAD     "serviceName: api\nbaseUrl: https://x.test\n"
#define ENDPOINT HEAD "endpoints:\n- {name: get, method: GET, path: /x}\n"
#define IN(yaml) HEAD "endpoints:\n- name: get\n  method: GET\n  path: /x\n  " yaml "\n"

static void the_file_of_the_specification_is_sound(void **state)
{
    (void)state;
    check(&(struct example){
        "serviceName: api\n"
        "baseUrl: https://api.example.com\n"
        "rateLimits: { requestsPerSecond: 100, burstSize: 20, concurrency: 10 }\n"
        "execution:\n"
        "  scheduler: [ { use: adaptive, max: 40 } ]\n"
        "  retry: { use: exponential, attempts: 5, base: 200ms, cap: 20s, jitter: full }\n"
        "  progress: { use: bar, format: \"{bar} {percentage}%\" }\n"
        "endpoints:\n"
        "  - name: getUser\n"
        "    method: GET\n"
        "    path: /users/{id}\n"
        "    timeout: 10s\n"
        "    batchConfig: { maxConcurrency: 5, retryOn: [429, 503], retryDelay: 1000 }\n",
        ""});
}

static void every_key_is_taken(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {HEAD "apiType: rest\nx-common: &c {method: GET}\n"
              "authentication: {type: apikey, token: '${T}', header: X-K}\n"
              "endpoints:\n- {<<: *c, name: a, path: '/{id}', cacheTTL: 0.5,"
              " headers: {X-A: b, X-B: ''}, defaultParams: {a: null, b: [1, {c: d}]},"
              " transform: {fields: [a], rename: {a: b}}, timeout: 1s, connectTimeout: 200ms,"
              " idempotent: false, idempotencyKey: X-Key}\n"
              "- {name: b, method: HEAD, path: x, transform: [{fields: []}],"
              " idempotencyKey: true, batchConfig: {requestsPerSecond: 600/m, burstSize: 1,"
              " retryOn: [], retryDelay: 1.5s}}\n"
              "aliases: [{name: me, endpoint: a, args: {id: 1}}]\n"
              "execution: {scheduler: pool, retry: none, progress: plain}\n",
         ""},
        {"serviceName: g\nbaseUrl: ${BASE}/v1\ngraphqlEndpoint: /graphql\n"
         "graphqlOperations:\n- {name: q, operationType: query, query: 'query ($x: Int) {a(x: "
         "$x)}',"
         " variables: {x: 1}, cacheTTL: 300, transform: {}}\n"
         "aliases: [{name: me, endpoint: q}]\n",
         ""},
        {HEAD "endpoints: [{name: a, method: OPTIONS, path: '${P}'}]\nrateLimits: {}\n", ""},
    };
    check_all(examples, COUNT(examples));
}

#define PATH(path) HEAD "endpoints: [{name: a, method: GET, path: '" path "'}]\n"

static void a_brace_in_a_path_begins_a_name_or_a_variable(void **state)
{
    (void)state;
#define NO_NAME                                                                                \
    "3:42: 'path' has a '{' without a name and a '}' after it; expected a path such as "       \
    "/users/{id}, and %7B for the character"
#define NO_VARIABLE                                                                            \
    "3:42: 'path' has a '${' that begins no variable; expected ${NAME}, of letters, digits "   \
    "and '_'"
    static const struct example examples[] = {
        {PATH("/${A_1}/{id}?a={b}&c${X:-y}=1&{#${"), ""},
        {PATH("/{"), NO_NAME},
        {PATH("/{}"), NO_NAME},
        {PATH("/?a={b}&c={"), NO_NAME},
        {PATH("/${X:-y}/{id}"), NO_VARIABLE},
        {PATH("/{id}/${}"), NO_VARIABLE},
        {PATH("/${1A}"), NO_VARIABLE},
        {PATH("/?a=1&b=${A"), NO_VARIABLE},
    };
    check_all(examples, COUNT(examples));
}

static void an_unknown_key_gets_the_nearest_known_one(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {ENDPOINT "alases: []\n",
         "5:1: unknown key 'alases' in a service file; did you mean 'aliases'?"},
        {HEAD "endpoints:\n  - name: get\n    methd: GET\n    path: /\n",
         "5:5: unknown key 'methd' in an endpoint; did you mean 'method'?\n"
         "4:5: 'method' is missing in an endpoint; expected one of GET, POST, PUT, DELETE, "
         "PATCH, HEAD and OPTIONS"},
        {ENDPOINT "rateLimits: {plugins: 1}\n",
         "5:14: unknown key 'plugins' in 'rateLimits'; known are requestsPerSecond, burstSize, "
         "concurrency"},
        {IN("batchConfig: {retry: none}"),
         "7:17: unknown key 'retry' in 'batchConfig'; known are maxConcurrency, "
         "requestsPerSecond, burstSize, retryOn, retryDelay"},
        {ENDPOINT "aliases: [{name: a, endpoint: get, arg: {}}]\n",
         "5:36: unknown key 'arg' in an alias; did you mean 'args'?"},
        {ENDPOINT "\"a\\nb\": 1\n",
         "5:1: unknown key 'a b' in a service file; known are serviceName, baseUrl, apiType, "
         "authentication, tls, endpoints, graphqlEndpoint, graphqlOperations, aliases, "
         "rateLimits, "
         "execution"},
    };
    check_all(examples, COUNT(examples));
}

static void a_value_of_the_wrong_form_is_shown(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {IN("timeout: fast"),
         "7:12: 'timeout' must be a duration such as 200ms, 1.5s, 2m or 1h, not 'fast'"},
        {IN("timeout: 10"),
         "7:12: 'timeout' must be a duration such as 200ms, 1.5s, 2m or 1h, not '10'"},
        {IN("connectTimeout: 0s"),
         "7:19: 'connectTimeout' must be a duration such as 200ms, 1.5s, 2m or 1h, not '0s'"},
        {IN("cacheTTL: 0"), "7:13: 'cacheTTL' must be a number above 0, not '0'"},
        {IN("idempotent: yes"), "7:15: 'idempotent' must be true or false, not 'yes'"},
        {IN("idempotencyKey: 'a b'"),
         "7:19: 'idempotencyKey' must be true, or a header name "
         "such as Idempotency-Key that means nothing else in HTTP, not 'a b'"},
        {IN("batchConfig: {maxConcurrency: 0}"),
         "7:33: 'maxConcurrency' must be a whole number from 1, not '0'"},
        {IN("batchConfig: {maxConcurrency: 1.5}"),
         "7:33: 'maxConcurrency' must be a whole number from 1, not '1.5'"},
        {IN("batchConfig: {retryOn: 429}"), "7:26: 'retryOn' must be a list, not '429'"},
        {IN("batchConfig: {retryOn: [429, 42]}"),
         "7:32: each item of 'retryOn' must be an HTTP status such as 429, not '42'"},
        {IN("batchConfig: {retryDelay: soon}"), "7:29: 'retryDelay' must be a number of "
                                                "milliseconds, or a duration such as 1.5s, "
                                                "not 'soon'"},
        {IN("transform: x"), "7:14: 'transform' must be a map, not 'x'"},
        {IN("transform: [{fields: [1]}]"),
         "7:25: each item of 'fields' must be text, not '1'; quote it to make it text"},
        {IN("transform: {fields: [a..b]}"),
         "7:24: 'a..b' in 'fields' is no path: a name is empty; expected a path such as name, "
         "address.city, items[*].id or tags[0]"},
        {IN("transform: {fields: [a, 'i[*].x', 'i[0].y']}"),
         "7:37: 'i[*].x' and 'i[0].y' cannot both be kept: one makes a list, the other a map "
         "of "
         "the same array"},
        {IN("transform: {rename: {'a[': b}}"),
         "7:24: 'a[' in 'rename' is no path: '[' is not closed; expected a path such as name, "
         "address.city, items[*].id or tags[0]"},
        {IN("transform: {rename: {a: 'b]'}}"),
         "7:27: 'b]' in 'rename' is no path: ']' has no '['; expected a path such as name, "
         "address.city, items[*].id or tags[0]"},
        {IN("transform: {rename: {'a[*].b': c}}"),
         "7:34: 'a[*].b' cannot be renamed to 'c': both must be the same up to the last [*], "
         "with a name after it"},
        {IN("defaultParams: [a]"), "7:18: 'defaultParams' must be a map, not a list"},
        {ENDPOINT "rateLimits: {requestsPerSecond: 100/w}\n",
         "5:33: 'requestsPerSecond' must be a rate such as 20, 0.5, 600/m or 5000/h, not "
         "'100/w'"},
        {ENDPOINT "rateLimits: {requestsPerSecond: 0}\n",
         "5:33: 'requestsPerSecond' must be a rate such as 20, 0.5, 600/m or 5000/h, not '0'"},
        {ENDPOINT "apiType: soap\n", "5:10: 'apiType' must be rest or graphql, not 'soap'"},
        {ENDPOINT "aliases: {}\n", "5:10: 'aliases' must be a list of maps, not a map"},
        {ENDPOINT "aliases: [a]\n", "5:11: each item of 'aliases' must be a map, not 'a'"},
        {HEAD "endpoints: [{name: a, method: get, path: /}]\n",
         "3:31: 'method' must be one of GET, POST, PUT, DELETE, PATCH, HEAD and OPTIONS, not "
         "'get'"},
        {HEAD "endpoints: [{name: a, method: GET, path: \"/\\r\\nHost: x\"}]\n",
         "3:42: 'path' must be a path such as /users/{id}, without '.' and '..' in it, not '/  "
         "Host: x'"},
    };
    check_all(examples, COUNT(examples));
}

static void what_is_missing_empty_or_null_is_named(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"# none\n", "1:1: the file is empty; expected the keys of a service file"},
        {"- a\n", "1:1: the file must be a map: lines such as 'key: value'"},
        {"\nserviceName: api\nendpoints: [{name: a, method: GET, path: /}]\n",
         "2:1: 'baseUrl' is missing in a service file; expected an http or https URL without "
         "'?' or '#', or text "
         "that "
         "begins with ${NAME}"},
        {"serviceName: 12\nbaseUrl: http://x\nendpoints: []\n",
         "1:14: 'serviceName' must be a name, not '12'; quote it to make it text"},
        {"serviceName: ''\nbaseUrl: http://x\n",
         "1:14: 'serviceName' is empty; expected a name"},
        {"serviceName: \"a\\nb\"\nbaseUrl: http://x\n",
         "1:14: 'serviceName' must be a name, not 'a b'"},
        {HEAD "endpoints:\n", "3:11: 'endpoints' has no value; expected a list of maps"},
        {HEAD "endpoints: [{name: a, method: GET, path: ''}]\n",
         "3:42: 'path' is empty; expected a path such as /users/{id}, without '.' and '..' in "
         "it"},
        {IN("timeout:"), "7:11: 'timeout' has no value; expected a duration such as 200ms, "
                         "1.5s, 2m or 1h"},
        {HEAD, "1:1: 'endpoints' is missing; expected a list of endpoints (or "
               "'graphqlOperations')"},
        {HEAD "endpoints: []\n", "1:1: a REST service needs at least one of 'endpoints'"},
        {HEAD "apiType: graphql\nendpoints: [{name: a, method: GET, path: /}]\n",
         "1:1: a GraphQL service needs at least one of 'graphqlOperations'"},
        {HEAD "graphqlOperations: [{name: a, operationType: query, query: '{q}'}]\n",
         "1:1: 'graphqlEndpoint' is missing; expected a path such as /graphql"},
        {HEAD "graphqlEndpoint: /g\ngraphqlOperations: [{name: a, operationType: GET}]\n",
         "4:46: 'operationType' must be query or mutation, not 'GET'\n"
         "4:21: 'query' is missing in a GraphQL operation; expected text"},
    };
    check_all(examples, COUNT(examples));
}

static void a_base_url_is_http(void **state)
{
    (void)state;
#define URL(url)                                                                               \
    "serviceName: a\nbaseUrl: '" url "'\nendpoints: [{name: a, method: GET, path: /}]"
#define NOT(what)                                                                              \
    "2:10: 'baseUrl' must be an http or https URL without '?' or '#', or text that begins "    \
    "with ${NAME}, not " what
#define WRONG(url) NOT("'" url "'")
#define UNSEEN     NOT("this text") /* the user may be a token */
    static const struct example examples[] = {
        {URL("HTTPS://x.test:8080/v1/"), ""},
        {URL("http://[::1]:80"), ""},
        {URL("http://${HOST}/v1"), ""},
        {URL("http://x.test:${PORT}/v1"), ""},
        {URL("http://me:pass:word@x.test:65535/x=:y"), ""},
        {URL("${BASE_URL}"), ""},
        {URL("ftp://x"), WRONG("ftp://x")},
        {URL("http://x.test:65536"), WRONG("http://x.test:65536")},
        {URL("http://x.test:80x/${PATH}"), WRONG("http://x.test:80x/${PATH}")},
        {URL("http://[::1/v1"), WRONG("http://[::1/v1")},
        {URL("http://[::1]x"), WRONG("http://[::1]x")},
        {URL("http://me@/v1"), UNSEEN},
        {URL("x.test"), WRONG("x.test")},
        {URL("https://"), WRONG("https://")},
        {URL("https:///path"), WRONG("https:///path")},
        {URL("http://a b"), WRONG("http://a b")},
        {URL("http://x.test/?a"), WRONG("http://x.test/?a")},
        {URL("http://x.test/#a"), WRONG("http://x.test/#a")},
        {URL("http://x.test\\@y"), UNSEEN},
        {URL("${URL}?a"), WRONG("${URL}?a")},
        {URL("file:///etc/passwd"), WRONG("file:///etc/passwd")},
    };
    check_all(examples, COUNT(examples));
}

static void headers_and_tokens_stay_on_one_line_and_unseen(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {IN("headers: {X-A: \"b\\r\\nX-Evil: 1\"}"),
         "7:18: 'X-A' in 'headers' must be text on one line, not this text"},
        {IN("headers: {X-A: \"b\\0\"}"),
         "7:18: 'X-A' in 'headers' must be text on one line, not this text"},
        {IN("headers: {X-A: 987654}"), "7:18: 'X-A' in 'headers' must be text on one line, not "
                                       "a number; quote it to make it text"},
        {IN("headers: {\"X-A: b\\nY\": c}"),
         "7:13: 'X-A: b Y' is no header name; expected letters, digits and '-'"},
        {IN("headers: {X-A: }"),
         "7:18: 'X-A' in 'headers' has no value; expected text on one line"},
        {ENDPOINT "authentication: {type: bearer, token: 987654}\n",
         "5:39: 'token' must be text on one line, such as ${API_TOKEN}, not a number; quote it "
         "to make it text"},
        {ENDPOINT "authentication: {type: bearer, token: ''}\n",
         "5:39: 'token' is empty; expected text on one line, such as ${API_TOKEN}"},
        {ENDPOINT "authentication: {type: plugin}\n",
         "5:24: 'type' must be bearer or apikey, not 'plugin'\n"
         "5:17: 'token' is missing in 'authentication'; expected text on one line, such as "
         "${API_TOKEN}"},
        {ENDPOINT "authentication: {type: apikey, token: a, header: 'X K'}\n",
         "5:50: 'header' must be a header name such as X-API-Key, and none that HTTP itself "
         "needs, not 'X K'"},
    };
    check_all(examples, COUNT(examples));
}

static void plugins_are_named_never_located(void **state)
{
    (void)state;
#define EXECUTION(yaml) ENDPOINT "execution: {" yaml "}\n"
#define NAME_FORM       "a plugin's name: a-z, 0-9 and '-', never a path"
    static const struct example examples[] = {
        {EXECUTION("scheduler: ../evil"),
         "5:24: 'scheduler' must be " NAME_FORM ", not '../evil'"},
        {EXECUTION("retry: {use: /tmp/x.so}"),
         "5:26: 'use' in 'retry' must be " NAME_FORM ", not '/tmp/x.so'"},
        {EXECUTION("retry: {attempts: 5}"),
         "5:20: 'use' is missing in 'retry'; expected { use: NAME, option: value }"},
        {EXECUTION("retry: [fixed]"),
         "5:20: 'retry' must be a plugin's name, or { use: NAME, option: value }, not a list"},
        {EXECUTION("scheduler: [pool, 5]"),
         "5:31: 'scheduler' must be a plugin's name, or { use: NAME, option: value }, not '5'"},
        {EXECUTION("retry: {use: fixed, delay: [1]}"),
         "5:40: 'delay' in 'retry' must be text, a number, true or false, not a list"},
        {EXECUTION("retry: {use: fixed, delay: }"),
         "5:40: 'delay' in 'retry' has no value; expected text, a number, true or false"},
        {EXECUTION("pluginDir: /tmp"),
         "5:13: unknown key 'pluginDir' in 'execution'; known are scheduler, retry, progress"},
    };
    check_all(examples, COUNT(examples));
}

static void names_are_given_once_and_aliases_stand_for_something(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {HEAD
         "endpoints:\n- {name: a, method: GET, path: /}\n- {name: a, method: PUT, path: /}\n",
         "5:10: endpoint 'a' is declared twice, first at .ovrmnd/api.yaml:4:10; names must "
         "differ"},
        {ENDPOINT "aliases: [{name: a, endpoint: get}, {name: a, endpoint: get}]\n",
         "5:44: alias 'a' is declared twice, first at .ovrmnd/api.yaml:5:18; names must "
         "differ"},
        {ENDPOINT "aliases: [{name: a, endpoint: gt}]\n",
         "5:31: alias 'a' stands for 'gt', which is no endpoint of this service"},
        {ENDPOINT "aliases: [{name: get, endpoint: get}]\n", ""},
        {HEAD
         "graphqlEndpoint: /g\ngraphqlOperations:\n"
         "- {name: q, operationType: query, query: '{q}'}\naliases: [{name: a, endpoint: x}]\n",
         "6:31: alias 'a' stands for 'x', which is no operation of this service"},
    };
    check_all(examples, COUNT(examples));
}

static void all_problems_of_a_file_are_kept_up_to_a_hundred(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 150; i++)
        buffer_append_format(&text, "unknown%d: 1\n", i);
    write_file(".ovrmnd/api.yaml", buffer_text(&text));
    struct service_set *set = load();
    assert_int_equal(service_set_problem_count(set, 0), 100);
    service_set_free(set);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(the_file_of_the_specification_is_sound),
        folder_test(every_key_is_taken),
        folder_test(a_brace_in_a_path_begins_a_name_or_a_variable),
        folder_test(an_unknown_key_gets_the_nearest_known_one),
        folder_test(a_value_of_the_wrong_form_is_shown),
        folder_test(what_is_missing_empty_or_null_is_named),
        folder_test(a_base_url_is_http),
        folder_test(headers_and_tokens_stay_on_one_line_and_unseen),
        folder_test(plugins_are_named_never_located),
        folder_test(names_are_given_once_and_aliases_stand_for_something),
        folder_test(all_problems_of_a_file_are_kept_up_to_a_hundred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
