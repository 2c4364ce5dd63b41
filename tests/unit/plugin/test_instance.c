/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "plugin/instance.h"
#include "plugin/spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct plugin *talkative;
static struct clock world;
static char logged[256];

static void keep_line(void *context, const char *line)
{
    (void)context;
    snprintf(logged, sizeof logged, "%s", line);
}

static int setup(void **state)
{
    (void)state;
    struct error err = {0};
    world = clock_virtual(0);
    log_set_writer(keep_line, NULL);
    talkative = plugin_load_file(OVRMND_BROKEN "/talkative.so", "scheduler", NULL,
                                 "--scheduler", &err);
    if (!talkative)
        printf("%s\n", err.message);
    return talkative ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    plugin_free(talkative);
    log_set_writer(NULL, NULL);
    return 0;
}

static int create(const char *text, uint64_t seed, const struct ovrmnd_screen *screen,
                  struct plugin_instance *out, struct error *err)
{
    struct spec spec;
    struct plugin_host_options host = {&world, random_seeded(seed), screen, "0.1.0", NULL};
    assert_int_equal(spec_parse(text, "--scheduler", &spec, err), 0);
    int failed = plugin_create(talkative, &spec, &host, out, err);
    spec_free(&spec); /* what the plugin keeps of it must be a copy */
    return failed;
}

/* See talkative.c for what the numbers stand for. */
static uint64_t answer(const struct plugin_instance *it, uint32_t number)
{
    struct ovrmnd_load load = {.size = sizeof load};
    struct ovrmnd_attempt next = {.size = sizeof next, .number = number};
    return it->scheduler->may_start(it->self, 0, &load, &next).at_ns;
}

static void an_instance_has_the_functions_of_its_kind(void **state)
{
    (void)state;
    struct plugin_instance it;
    struct error err = {0};
    assert_int_equal(create("talkative", 1, NULL, &it, &err), 0);
    assert_string_equal(it.name, "talkative");
    assert_non_null(it.scheduler);
    assert_null(it.retry);
    assert_null(it.progress);
    assert_int_equal(answer(&it, 1), 1); /* its constructor ran */
    plugin_destroy(&it);
    assert_null(it.self);
    plugin_destroy(&it);
}

static void the_host_tells_the_engines_time_and_version(void **state)
{
    (void)state;
    struct plugin_instance it;
    struct error err = {0};
    assert_int_equal(create("talkative", 1, NULL, &it, &err), 0);
    clock_advance_to(&world, 12345);
    assert_int_equal(answer(&it, 2), 12345);
    assert_int_equal(answer(&it, 6), 5);
    plugin_destroy(&it);
}

static void the_same_seed_gives_the_same_random_sequence(void **state)
{
    (void)state;
    struct plugin_instance a, b;
    struct error err = {0};
    assert_int_equal(create("talkative", 7, NULL, &a, &err), 0);
    assert_int_equal(create("talkative", 7, NULL, &b, &err), 0);
    uint64_t first = answer(&a, 3), second = answer(&a, 3);
    assert_int_not_equal(first, second);
    assert_int_equal(answer(&b, 3), first);
    assert_int_equal(answer(&b, 3), second);
    plugin_destroy(&a);
    plugin_destroy(&b);
}

static void the_screen_is_there_when_there_is_one(void **state)
{
    (void)state;
    static const struct ovrmnd_screen screen = {.size = sizeof screen};
    struct plugin_instance it;
    struct error err = {0};
    assert_int_equal(create("talkative", 1, NULL, &it, &err), 0);
    assert_int_equal(answer(&it, 4), 0);
    plugin_destroy(&it);
    assert_int_equal(create("talkative", 1, &screen, &it, &err), 0);
    assert_int_equal(answer(&it, 4), 1);
    assert_int_equal(answer(&it, 5), 0);
    plugin_destroy(&it);
}

static void a_plugins_log_is_one_line_under_its_name(void **state)
{
    (void)state;
    struct plugin_instance it;
    struct error err = {0};
    assert_int_equal(create("talkative", 1, NULL, &it, &err), 0);
    assert_string_equal(logged, "ovrmnd: talkative: created by the tests");
    plugin_destroy(&it);
}

static void a_refusal_is_passed_on_in_the_plugins_words(void **state)
{
    (void)state;
    struct plugin_instance it;
    struct error err = {0};
    assert_int_equal(create("talkative:refuse=not today\nnor ever", 1, NULL, &it, &err), -1);
    assert_int_equal(err.code, ERROR_PLUGIN_ERROR);
    assert_string_equal(err.message, "--scheduler: talkative refused: not today nor ever");
    assert_int_equal(create("talkative:refuse=", 1, NULL, &it, &err), -1);
    assert_string_equal(err.message, "--scheduler: talkative refused and did not say why");
}

static void a_wrong_option_is_refused_before_the_plugin_runs(void **state)
{
    (void)state;
    struct plugin_instance it;
    struct error err = {0};
    logged[0] = '\0';
    assert_int_equal(create("talkative:refuze=x", 1, NULL, &it, &err), -1);
    assert_string_equal(err.message, "--scheduler: talkative has no option 'refuze'; did you "
                                     "mean 'refuse'?");
    assert_string_equal(logged, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instance_has_the_functions_of_its_kind),
        cmocka_unit_test(the_host_tells_the_engines_time_and_version),
        cmocka_unit_test(the_same_seed_gives_the_same_random_sequence),
        cmocka_unit_test(the_screen_is_there_when_there_is_one),
        cmocka_unit_test(a_plugins_log_is_one_line_under_its_name),
        cmocka_unit_test(a_refusal_is_passed_on_in_the_plugins_words),
        cmocka_unit_test(a_wrong_option_is_refused_before_the_plugin_runs),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
