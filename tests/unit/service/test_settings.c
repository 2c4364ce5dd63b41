/* SPDX-License-Identifier: MIT */
#include "unit/service/folder.h"

#define HEAD                                                                                   \
    "serviceName: api\nbaseUrl: https://x\nendpoints:\n- name: get\n  method: GET\n  path: "   \
    "/\n"

static struct target target_of(const char *yaml)
{
    write_file(".ovrmnd/api.yaml", yaml);
    return found("api.get");
}

static void what_is_not_said_is_unset(void **state)
{
    (void)state;
    struct target t = target_of(HEAD);
    static const struct settings unset;
    assert_memory_equal(&t.service_settings, &unset, sizeof unset);
    assert_memory_equal(&t.endpoint_settings, &unset, sizeof unset);
    service_target_free(&t);
}

static void limits_are_read_with_their_places(void **state)
{
    (void)state;
    struct target t = target_of(
        HEAD "rateLimits: {requestsPerSecond: 0.5, burstSize: 20, concurrency: 10}\n");
    const struct settings *s = &t.service_settings;
    assert_string_equal(s->rate, "0.5");
    assert_string_equal(s->rate_where, ".ovrmnd/api.yaml:7:33");
    assert_int_equal(s->burst, 20);
    assert_string_equal(s->burst_where, ".ovrmnd/api.yaml:7:49");
    assert_int_equal(s->concurrency, 10);
    assert_string_equal(s->concurrency_where, ".ovrmnd/api.yaml:7:66");
    service_target_free(&t);
}

static void a_rate_may_be_text(void **state)
{
    (void)state;
    struct target t = target_of(HEAD "rateLimits: {requestsPerSecond: 600/m}\n");
    assert_string_equal(t.service_settings.rate, "600/m");
    service_target_free(&t);
}

static void a_batch_config_is_the_endpoints_layer(void **state)
{
    (void)state;
    struct target t = target_of(HEAD "  batchConfig: {maxConcurrency: 5, requestsPerSecond: 7,"
                                     " burstSize: 2, retryOn: [429, 503], retryDelay: 1000}\n");
    const struct settings *s = &t.endpoint_settings;
    assert_int_equal(s->concurrency, 5);
    assert_string_equal(s->rate, "7");
    assert_int_equal(s->burst, 2);
    assert_true(s->retry_on_set);
    assert_int_equal(s->retry_on_count, 2);
    assert_int_equal(s->retry_on[1], 503);
    assert_true(s->retry_delay_set);
    assert_int_equal(s->retry_delay_ns, 1000000000);
    assert_string_equal(s->retry_where, ".ovrmnd/api.yaml:7:81");
    service_target_free(&t);
}

static void a_retry_delay_is_milliseconds_or_a_duration(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        uint64_t ns;
    } examples[] = {
        {HEAD "  batchConfig: {retryDelay: 0}\n", 0},
        {HEAD "  batchConfig: {retryDelay: 1.5}\n", 1500000},
        {HEAD "  batchConfig: {retryDelay: 2s}\n", 2000000000},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct target t = target_of(examples[i].yaml);
        assert_true(t.endpoint_settings.retry_delay_set);
        assert_int_equal(t.endpoint_settings.retry_delay_ns, examples[i].ns);
        assert_false(t.endpoint_settings.retry_on_set);
        assert_non_null(t.endpoint_settings.retry_where);
        service_target_free(&t);
    }
}

static void an_empty_list_of_statuses_is_set(void **state)
{
    (void)state;
    struct target t = target_of(HEAD "  batchConfig: {retryOn: []}\n");
    assert_true(t.endpoint_settings.retry_on_set);
    assert_int_equal(t.endpoint_settings.retry_on_count, 0);
    service_target_free(&t);
}

static void plugins_keep_their_options_as_text(void **state)
{
    (void)state;
    struct target t = target_of(
        HEAD "execution:\n  scheduler: [{use: adaptive, max: 40}, pool]\n"
             "  retry: {attempts: 5, base: 200ms, use: exponential, on: true, factor: 2.50}\n"
             "  progress: bar\n");
    const struct settings *s = &t.service_settings;
    assert_int_equal(s->scheduler_count, 2);
    assert_string_equal(s->schedulers[0].name, "adaptive");
    assert_string_equal(s->schedulers[0].where, ".ovrmnd/api.yaml:8:15");
    assert_string_equal(s->schedulers[0].options[0].name, "max");
    assert_string_equal(s->schedulers[0].options[0].value, "40");
    assert_string_equal(s->schedulers[0].options[0].where, ".ovrmnd/api.yaml:8:36");
    assert_string_equal(s->schedulers[1].name, "pool");
    assert_int_equal(s->schedulers[1].count, 0);
    assert_string_equal(s->retry->name, "exponential");
    assert_int_equal(s->retry->count, 4);
    assert_string_equal(s->retry->options[1].value, "200ms");
    assert_string_equal(s->retry->options[2].value, "true");
    assert_string_equal(s->retry->options[3].value, "2.50");
    assert_string_equal(s->progress->name, "bar");
    service_target_free(&t);
}

static void one_scheduler_needs_no_list(void **state)
{
    (void)state;
    struct target t = target_of(HEAD "execution: {scheduler: {use: pool, concurrency: 3}}\n");
    assert_int_equal(t.service_settings.scheduler_count, 1);
    assert_string_equal(t.service_settings.schedulers[0].options[0].value, "3");
    service_target_free(&t);
}

/* ---- the user's own ---- */

static void write_user(const char *text)
{
    mkdir("home/.config", 0700);
    mkdir("home/.config/ovrmnd", 0700);
    write_file("home/.config/ovrmnd/config.yaml", text);
}

static void without_a_file_the_user_sets_nothing(void **state)
{
    (void)state;
    static const struct settings unset;
    struct settings settings;
    assert_int_equal(service_user_settings(&settings, NULL), 0);
    assert_memory_equal(&settings, &unset, sizeof unset);
    write_user("# nothing yet\n");
    assert_int_equal(service_user_settings(&settings, NULL), 0);
    assert_memory_equal(&settings, &unset, sizeof unset);
}

static void the_users_file_has_limits_and_plugins(void **state)
{
    (void)state;
    struct settings settings;
    write_user("rateLimits: {concurrency: 3}\nexecution: {progress: {use: bar, width: 40}}\n");
    assert_int_equal(service_user_settings(&settings, NULL), 0);
    assert_int_equal(settings.concurrency, 3);
    assert_string_equal(settings.progress->name, "bar");
    service_settings_free(&settings);
}

static void xdg_config_home_comes_first(void **state)
{
    struct settings settings;
    write_user("rateLimits: {concurrency: 3}\n");
    mkdir("xdg", 0700);
    mkdir("xdg/ovrmnd", 0700);
    write_file("xdg/ovrmnd/config.yaml", "rateLimits: {concurrency: 4}\n");
    char *path = memory_format("%s/xdg", (char *)*state);
    setenv("XDG_CONFIG_HOME", path, 1);
    free(path);
    assert_int_equal(service_user_settings(&settings, NULL), 0);
    assert_int_equal(settings.concurrency, 4);
    service_settings_free(&settings);
}

static void a_broken_users_file_is_an_error(void **state)
{
    static const struct {
        const char *text, *message;
        enum error_code code;
    } examples[] = {
        {"endpoints: []\n",
         "1:1: unknown key 'endpoints' in your configuration; known are rateLimits, execution",
         ERROR_CONFIG_INVALID},
        {"rateLimits: 5\n", "1:13: 'rateLimits' must be a map, not '5'", ERROR_CONFIG_INVALID},
        {"a: b: c\n", "1:5: mapping values are not allowed in this context",
         ERROR_YAML_PARSE_ERROR},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct settings settings;
        struct error err = {0};
        write_user(examples[i].text);
        assert_int_equal(service_user_settings(&settings, &err), -1);
        char *wanted = memory_format("%s/home/.config/ovrmnd/config.yaml:%s", (char *)*state,
                                     examples[i].message);
        assert_string_equal(err.message, wanted);
        assert_int_equal(err.code, examples[i].code);
        free(wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(what_is_not_said_is_unset),
        folder_test(limits_are_read_with_their_places),
        folder_test(a_rate_may_be_text),
        folder_test(a_batch_config_is_the_endpoints_layer),
        folder_test(a_retry_delay_is_milliseconds_or_a_duration),
        folder_test(an_empty_list_of_statuses_is_set),
        folder_test(plugins_keep_their_options_as_text),
        folder_test(one_scheduler_needs_no_list),
        folder_test(without_a_file_the_user_sets_nothing),
        folder_test(the_users_file_has_limits_and_plugins),
        folder_test(xdg_config_home_comes_first),
        folder_test(a_broken_users_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
