/* SPDX-License-Identifier: MIT */
#include "check/variants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ovrmnd_option rows[] = {
    {.name = "width",
     .help = "",
     .type = OVRMND_INTEGER,
     .fallback = "5",
     .least = "1",
     .most = "9"},
    {.name = "mode", .help = "", .type = OVRMND_CHOICE, .choices = "one|two"},
    {.name = "rate", .help = "", .type = OVRMND_RATE, .flags = OVRMND_REQUIRED},
    {.name = "strict", .help = "", .type = OVRMND_BOOL},
};

static struct plugin plugin = {.about = {.name = "x", .option_count = 4, .options = rows},
                               .options = rows};

static struct variants variants;

static void assert_variants(const char *const *given, size_t given_count,
                            const char *const *wanted, size_t count)
{
    struct error err;
    assert_int_equal(variants_init(&variants, &plugin, given, given_count, &err), 0);
    assert_int_equal(variants.count, count);
    for (size_t i = 0; i < count; i++) {
        char *text = variant_text(&variants.specs[i]);
        assert_string_equal(text, wanted[i]);
        free(text);
    }
    variants_fini(&variants);
}

static void every_edge_is_tried_with_the_others_at_their_defaults(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "rate=10",          "rate=10,width=1",     "rate=10,width=9",     "rate=10,mode=one",
        "rate=10,mode=two", "rate=10,strict=true", "rate=10,strict=false"};
    assert_variants(NULL, 0, wanted, 7);
}

static void what_is_given_stays_but_at_the_edges_of_itself(void **state)
{
    (void)state;
    static const char *const given[] = {"width=3", "rate=7/m"};
    static const char *const wanted[] = {"rate=7/m,width=3",
                                         "rate=7/m,width=1",
                                         "rate=7/m,width=9",
                                         "rate=7/m,width=3,mode=one",
                                         "rate=7/m,width=3,mode=two",
                                         "rate=7/m,width=3,strict=true",
                                         "rate=7/m,width=3,strict=false"};
    assert_variants(given, 2, wanted, 7);
}

static void what_is_not_of_the_form_is_refused(void **state)
{
    (void)state;
    struct error err;
    static const char *const given[] = {"width"};
    assert_int_equal(variants_init(&variants, &plugin, given, 1, &err), -1);
    assert_int_equal(err.code, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_edge_is_tried_with_the_others_at_their_defaults),
        cmocka_unit_test(what_is_given_stays_but_at_the_edges_of_itself),
        cmocka_unit_test(what_is_not_of_the_form_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
