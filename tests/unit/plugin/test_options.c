/* SPDX-License-Identifier: MIT */
#include "plugin/options.h"
#include "plugin/spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COUNT, SHARE, DELAY, RATE, SIZE, TEXT, CHOICE, SWITCH, ROWS };

static const struct ovrmnd_option rows[ROWS] = {
    [COUNT] = {.name = "count",
               .help = "",
               .type = OVRMND_INTEGER,
               .fallback = "5",
               .least = "1",
               .most = "10000"},
    [SHARE] = {.name = "share", .help = "", .type = OVRMND_NUMBER, .least = "0"},
    [DELAY] = {.name = "delay",
               .help = "",
               .type = OVRMND_DURATION,
               .fallback = "200ms",
               .least = "1ms",
               .most = "1h"},
    [RATE] = {.name = "rate", .help = "", .type = OVRMND_RATE, .most = "600/m"},
    [SIZE] = {.name = "size", .help = "", .type = OVRMND_SIZE, .fallback = "64K"},
    [TEXT] = {.name = "text", .help = "", .type = OVRMND_STRING},
    [CHOICE] = {.name = "jitter",
                .help = "",
                .type = OVRMND_CHOICE,
                .fallback = "full",
                .choices = "none|full|equal"},
    [SWITCH] = {.name = "strict", .help = "", .type = OVRMND_BOOL, .fallback = "no"},
};
static const struct plugin_table table = {"x", rows, ROWS};

static int parse(const struct plugin_table *with, const char *text,
                 struct plugin_values *values, struct error *err)
{
    struct spec spec;
    struct error unexpected = {0};
    if (spec_parse(text, "--scheduler", &spec, &unexpected))
        fail_msg("%s: %s", text, unexpected.message);
    int failed = plugin_values_init(values, with, &spec, err);
    spec_free(&spec);
    return failed;
}

static void assert_refused(const char *text, const char *message)
{
    struct plugin_values values;
    struct error err = {0};
    assert_int_equal(parse(&table, text, &values, &err), -1);
    assert_int_equal(err.code, ERROR_PLUGIN_ERROR);
    assert_string_equal(err.message, message);
}

static void every_type_is_parsed(void **state)
{
    (void)state;
    struct plugin_values v;
    struct error err = {0};
    assert_int_equal(parse(&table,
                           "x:count=10,share=0.25,delay=1.5s,rate=0.5,size=10M,text=a b,"
                           "jitter=equal,strict=on",
                           &v, &err),
                     0);
    assert_int_equal(v.options.count, ROWS);
    assert_ptr_equal(v.options.values, v.values);
    assert_int_equal(v.values[COUNT].integer, 10);
    assert_true(v.values[SHARE].number > 0.24 && v.values[SHARE].number < 0.26);
    assert_int_equal(v.values[DELAY].integer, 1500000000);
    assert_int_equal(v.values[RATE].integer, 1);
    assert_int_equal(v.values[RATE].per_ns, 2000000000);
    assert_int_equal(v.values[SIZE].integer, 10 * 1024 * 1024);
    assert_string_equal(v.values[TEXT].text, "a b");
    assert_int_equal(v.values[CHOICE].integer, 2);
    assert_string_equal(v.values[CHOICE].text, "equal");
    assert_int_equal(v.values[SWITCH].integer, 1);
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(v.values[i].given, 1);
        assert_int_equal(v.values[i].type, rows[i].type);
    }
    plugin_values_fini(&v);
}

static void what_is_not_given_has_its_default_or_nothing(void **state)
{
    (void)state;
    struct plugin_values v;
    struct error err = {0};
    assert_int_equal(parse(&table, "x", &v, &err), 0);
    assert_int_equal(v.values[COUNT].integer, 5);
    assert_string_equal(v.values[COUNT].text, "5");
    assert_int_equal(v.values[COUNT].given, 0);
    assert_int_equal(v.values[DELAY].integer, 200000000);
    assert_int_equal(v.values[CHOICE].integer, 1);
    assert_int_equal(v.values[RATE].integer, 0);
    assert_null(v.values[RATE].text);
    assert_int_equal(v.values[RATE].type, OVRMND_RATE);
    plugin_values_fini(&v);
}

static void an_unknown_option_suggests_the_nearest(void **state)
{
    (void)state;
    assert_refused("x:cuont=3", "--scheduler: x has no option 'cuont'; did you mean 'count'?");
    assert_refused("x:zebra=3", "--scheduler: x has no option 'zebra'; it takes count, share, "
                                "delay, rate, size, text, jitter, strict");
}

static void a_plugin_without_options_says_so(void **state)
{
    (void)state;
    struct plugin_values values;
    struct error err = {0};
    struct plugin_table none = {"x", NULL, 0};
    assert_int_equal(parse(&none, "x:a=1", &values, &err), -1);
    assert_string_equal(err.message, "--scheduler: x has no option 'a'; it takes none");
}

static void a_value_out_of_range_names_the_range(void **state)
{
    (void)state;
    assert_refused("x:count=0",
                   "--scheduler: x: count must be a whole number from 1 to 10000, not '0'");
    assert_refused("x:count=10001",
                   "--scheduler: x: count must be a whole number from 1 to 10000, not '10001'");
    assert_refused("x:share=-1", "--scheduler: x: share must be a number of at least 0, not "
                                 "'-1'");
    assert_refused("x:delay=2h",
                   "--scheduler: x: delay must be a duration from 1ms to 1h, not '2h'");
}

static void a_value_that_does_not_parse_shows_the_form(void **state)
{
    (void)state;
    assert_refused("x:count=ten",
                   "--scheduler: x: count must be a whole number from 1 to 10000, not 'ten'");
    assert_refused("x:delay=5", "--scheduler: x: delay must be a duration from 1ms to 1h, such "
                                "as 200ms, 1.5s, 2m or 1h, not '5'");
    assert_refused("x:size=many",
                   "--scheduler: x: size must be a size such as 512, 64K, 10M or 1G, not "
                   "'many'");
    assert_refused("x:strict=maybe",
                   "--scheduler: x: strict must be true or false, not 'maybe'");
}

static void rates_are_compared_as_fractions(void **state)
{
    (void)state;
    struct plugin_values v;
    struct error err = {0};
    assert_int_equal(parse(&table, "x:rate=10", &v, &err), 0); /* 10/s is 600/m */
    plugin_values_fini(&v);
    assert_int_equal(parse(&table, "x:rate=36000/h", &v, &err), 0);
    plugin_values_fini(&v);
    assert_refused("x:rate=36001/h",
                   "--scheduler: x: rate must be a rate of at most 600/m, not '36001/h'");
    assert_refused("x:rate=9223372036854775807",
                   "--scheduler: x: rate must be a rate of at most 600/m, not "
                   "'9223372036854775807'");
}

static void a_choice_lists_what_there_is(void **state)
{
    (void)state;
    assert_refused("x:jitter=all",
                   "--scheduler: x: jitter must be none, full or equal, not 'all'");
    assert_refused("x:jitter=ful", "--scheduler: x: jitter must be none, full or equal, not "
                                   "'ful'; did you mean 'full'?");
    assert_refused("x:jitter=none|full",
                   "--scheduler: x: jitter must be none, full or equal, not 'none|full'");
}

static void an_option_is_given_once(void **state)
{
    (void)state;
    assert_refused("x:count=1,count=2", "--scheduler: x: count is given twice");
}

static void a_required_option_is_asked_for(void **state)
{
    (void)state;
    static const struct ovrmnd_option needed[] = {
        {.name = "rate", .help = "", .type = OVRMND_RATE, .flags = OVRMND_REQUIRED}};
    struct plugin_table with = {"x", needed, 1};
    struct plugin_values values;
    struct error err = {0};
    assert_int_equal(parse(&with, "x", &values, &err), -1);
    assert_string_equal(err.message,
                        "--scheduler: x needs rate, a rate such as 20, 0.5, 600/m or 5000/h");
}

/* ---- the table itself ---- */

static void assert_fault(struct ovrmnd_option row, const char *message)
{
    struct plugin_table with = {"x", &row, 1};
    struct error err = {0};
    assert_int_equal(plugin_table_check(&with, &err), -1);
    assert_string_equal(err.message, message);
}

static void a_sound_table_passes(void **state)
{
    (void)state;
    struct error err = {0};
    assert_int_equal(plugin_table_check(&table, &err), 0);
}

static void a_fault_in_the_table_is_the_plugins(void **state)
{
    (void)state;
    struct ovrmnd_option row = {.name = "a", .help = "", .type = OVRMND_INTEGER};
    struct ovrmnd_option bad = row;
    bad.name = "A b";
    assert_fault(bad, "its option 1 has the name 'A b'; a name begins with a-z and has only "
                      "a-z, 0-9 and -");
    bad = row, bad.name = NULL;
    assert_fault(bad, "its option 1 has the name ''; a name begins with a-z and has only a-z, "
                      "0-9 and -");
    bad = row, bad.type = 99;
    assert_fault(bad, "its option 'a' has the type 99, which this ovrmnd does not know");
    bad = row, bad.help = NULL;
    assert_fault(bad, "its option 'a' has no help");
    bad = row, bad.fallback = "1", bad.flags = OVRMND_REQUIRED;
    assert_fault(bad, "its option 'a' is required and has a default");
    bad = row, bad.type = OVRMND_CHOICE;
    assert_fault(bad, "its option 'a' needs its choices, written as in \"none|full\"");
    bad.choices = "a||b";
    assert_fault(bad, "its option 'a' needs its choices, written as in \"none|full\"");
}

static void bounds_and_defaults_of_the_table_must_agree(void **state)
{
    (void)state;
    struct ovrmnd_option row = {.name = "a", .help = "", .type = OVRMND_INTEGER};
    struct ovrmnd_option bad = row;
    bad.least = "low";
    assert_fault(bad, "its option 'a' has a lower bound that does not parse");
    bad = row, bad.most = "1.5";
    assert_fault(bad, "its option 'a' has an upper bound that does not parse");
    bad = row, bad.least = "2", bad.most = "1";
    assert_fault(bad, "its option 'a' has a lower bound above its upper bound");
    bad = row, bad.fallback = "many";
    assert_fault(bad, "its default for a must be a whole number, not 'many'");
    bad = row, bad.least = "1", bad.fallback = "0";
    assert_fault(bad, "its default for a must be a whole number of at least 1, not '0'");
    bad = row, bad.type = OVRMND_STRING, bad.most = "9";
    assert_fault(bad, "its option 'a' has a bound, which its type cannot have");
}

static void no_name_is_in_the_table_twice(void **state)
{
    (void)state;
    static const struct ovrmnd_option twice[] = {
        {.name = "a", .help = "", .type = OVRMND_STRING},
        {.name = "a", .help = "", .type = OVRMND_BOOL}};
    struct plugin_table with = {"x", twice, 2};
    struct error err = {0};
    assert_int_equal(plugin_table_check(&with, &err), -1);
    assert_string_equal(err.message, "its option 'a' is there twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_parsed),
        cmocka_unit_test(what_is_not_given_has_its_default_or_nothing),
        cmocka_unit_test(an_unknown_option_suggests_the_nearest),
        cmocka_unit_test(a_plugin_without_options_says_so),
        cmocka_unit_test(a_value_out_of_range_names_the_range),
        cmocka_unit_test(a_value_that_does_not_parse_shows_the_form),
        cmocka_unit_test(rates_are_compared_as_fractions),
        cmocka_unit_test(a_choice_lists_what_there_is),
        cmocka_unit_test(an_option_is_given_once),
        cmocka_unit_test(a_required_option_is_asked_for),
        cmocka_unit_test(a_sound_table_passes),
        cmocka_unit_test(a_fault_in_the_table_is_the_plugins),
        cmocka_unit_test(bounds_and_defaults_of_the_table_must_agree),
        cmocka_unit_test(no_name_is_in_the_table_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
