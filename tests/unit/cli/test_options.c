/* SPDX-License-Identifier: MIT */

/* Option tables: parsing, negation, spelling, and the help made of them. */

#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct values {
    bool loud;
    const char *text;
    struct option_list list, pairs;
    uint64_t count, size, delay;
    const char *rate;
    unsigned choice;
    bool help;
};

#define FIELD(name) offsetof(struct values, name)

static const struct option rows[] = {
    {.group = "First",
     .name = "be-loud",
     .letter = 'l',
     .type = OPTION_FLAG,
     .field = FIELD(loud),
     .help = "say more"},
    {.name = "text",
     .type = OPTION_TEXT,
     .field = FIELD(text),
     .argument = "T",
     .help = "words"},
    {.name = "list",
     .type = OPTION_LIST,
     .field = FIELD(list),
     .argument = "T",
     .help = "more"},
    {.name = "pairs",
     .letter = 'p',
     .type = OPTION_PAIRS,
     .field = FIELD(pairs),
     .argument = "K=V",
     .help = "pairs"},
    {.group = "Second",
     .name = "count",
     .type = OPTION_COUNT,
     .field = FIELD(count),
     .argument = "N",
     .least = 1,
     .most = 9,
     .help = "how many"},
    {.name = "size",
     .type = OPTION_SIZE,
     .field = FIELD(size),
     .argument = "SIZE",
     .least = 2,
     .most = 4096,
     .help = "how large"},
    {.name = "an-option-with-a-very-long-name",
     .type = OPTION_DURATION,
     .field = FIELD(delay),
     .argument = "DUR",
     .most = 60000000000,
     .help = "how long"},
    {.name = "rate",
     .type = OPTION_RATE,
     .field = FIELD(rate),
     .argument = "R",
     .help = "fast"},
    {.name = "choice",
     .type = OPTION_CHOICE,
     .field = FIELD(choice),
     .argument = "C",
     .choices = "one|two|three",
     .help = "which"},
    {0},
};

static const struct option_table table = {
    .command = "try",
    .usage = "try THING [OPTIONS]",
    .summary = "Tries a thing.",
    .examples = "  ovrmnd try it\n",
    .options = rows,
};

static struct values values;
static struct error error;
static char *argv[16];
static int words;

/* Parses up to 8 words, ended by NULL. */
static int parse(const char *const given[])
{
    int argc = 0;
    options_free(&table, &values);
    values = (struct values){0};
    error = (struct error){0};
    for (; given[argc]; argc++)
        argv[argc] = (char *)given[argc]; /* options_parse moves words, never writes them */
    return options_parse(&table, argc, argv, &values, &words, &error);
}

#define GOOD(...) assert_int_equal(parse((const char *[]){__VA_ARGS__, NULL}), 0)
#define BAD(text, ...)                                                                         \
    do {                                                                                       \
        assert_int_equal(parse((const char *[]){__VA_ARGS__, NULL}), -1);                      \
        assert_int_equal(error.code, ERROR_USAGE);                                             \
        assert_string_equal(error.message, text);                                              \
    } while (0)

static int forget(void **state)
{
    (void)state;
    options_free(&table, &values);
    values = (struct values){0};
    return 0;
}

static void a_value_stands_in_the_next_word_or_after_an_equals_sign(void **state)
{
    (void)state;
    GOOD("--text", "a", "--count=3");
    assert_string_equal(values.text, "a");
    assert_int_equal(values.count, 3);
    GOOD("--text=", "--rate", "5/m");
    assert_string_equal(values.text, "");
    assert_string_equal(values.rate, "5/m");
    GOOD("--text", "--count");
    assert_string_equal(values.text, "--count");
}

static void a_flag_is_given_negated_or_spelt_out(void **state)
{
    (void)state;
    GOOD("--be-loud");
    assert_true(values.loud);
    GOOD("-l");
    assert_true(values.loud);
    GOOD("--be-loud", "--no-be-loud");
    assert_false(values.loud);
    GOOD("--be-loud=off");
    assert_false(values.loud);
    GOOD("--no-be-loud=no");
    assert_true(values.loud);
    GOOD("--be-loud", "false");
    assert_false(values.loud);
    assert_int_equal(words, 0);
    GOOD("--be-loud", "truth");
    assert_int_equal(words, 1);
    BAD("--be-loud must be true or false, not 'perhaps'", "--be-loud=perhaps");
}

static void camel_case_is_taken_too(void **state)
{
    (void)state;
    GOOD("--beLoud", "--anOptionWithAVeryLongName", "1.5s");
    assert_true(values.loud);
    assert_int_equal(values.delay, 1500000000);
}

static void other_words_keep_their_order_and_a_double_dash_ends_the_options(void **state)
{
    (void)state;
    GOOD("a", "--count", "2", "-", "--", "--text", "b");
    assert_int_equal(words, 4);
    assert_string_equal(argv[0], "a");
    assert_string_equal(argv[1], "-");
    assert_string_equal(argv[2], "--text");
    assert_string_equal(argv[3], "b");
    assert_null(values.text);
}

static void a_list_keeps_all_that_it_was_given(void **state)
{
    (void)state;
    GOOD("--list", "a", "--list=b");
    assert_int_equal(values.list.count, 2);
    assert_string_equal(values.list.items[0], "a");
    assert_string_equal(values.list.items[1], "b");
}

static void an_option_of_pairs_takes_the_pairs_that_follow_it(void **state)
{
    (void)state;
    GOOD("--pairs", "a=1", "b=2", "word", "c=3", "-p", "d=4", "--be-loud", "e=5");
    assert_int_equal(values.pairs.count, 3);
    assert_string_equal(values.pairs.items[1], "b=2");
    assert_string_equal(values.pairs.items[2], "d=4");
    assert_int_equal(words, 3);
    assert_string_equal(argv[0], "word");
    assert_string_equal(argv[1], "c=3");
    assert_string_equal(argv[2], "e=5");
}

static void a_letter_takes_its_value_from_its_word_or_the_next(void **state)
{
    (void)state;
    GOOD("-pa=1", "-p", "b=2");
    assert_int_equal(values.pairs.count, 2);
    assert_string_equal(values.pairs.items[0], "a=1");
    BAD("--pairs needs a value: --pairs K=V", "-p");
    BAD("unknown option '-lx'; 'ovrmnd try --help' lists them", "-lx");
}

static void letters_stand_together_and_the_last_may_have_a_value(void **state)
{
    (void)state;
    GOOD("-lp", "a=1");
    assert_true(values.loud);
    assert_string_equal(values.pairs.items[0], "a=1");
    GOOD("-lpa=1");
    assert_string_equal(values.pairs.items[0], "a=1");
    GOOD("-p=b=2", "-l=false");
    assert_string_equal(values.pairs.items[0], "b=2");
    assert_false(values.loud);
    BAD("--pairs needs a value: --pairs K=V", "-lp");
}

static void bounds_hold_for_every_type_that_has_them(void **state)
{
    (void)state;
    GOOD("--count", "9", "--size", "4K", "--an-option-with-a-very-long-name", "1m");
    BAD("--count must be a whole number from 1 to 9, not '10'", "--count", "10");
    BAD("--count must be a whole number from 1 to 9, not '-1'", "--count", "-1");
    BAD("--size must be a size such as 512, 64K, 10M or 1G, not '1'", "--size", "1");
    BAD("--size must be a size such as 512, 64K, 10M or 1G, not '5K'", "--size", "5K");
    BAD("--an-option-with-a-very-long-name must be a duration from 0 us to 1 m 00 s, not '61s'",
        "--an-option-with-a-very-long-name", "61s");
}

static void a_choice_is_one_whole_word_of_the_list(void **state)
{
    (void)state;
    GOOD("--choice", "three");
    assert_int_equal(values.choice, 2);
    BAD("--choice must be one of one|two|three, not 'tw'", "--choice", "tw");
    BAD("--choice must be one of one|two|three, not ''", "--choice", "");
    BAD("--choice must be one of one|two|three, not 'one|two'", "--choice", "one|two");
}

static void what_is_unknown_or_unfinished_is_told(void **state)
{
    (void)state;
    BAD("unknown option '--tex'; did you mean '--text'?", "--tex", "a");
    BAD("unknown option '--elsewhere'; 'ovrmnd try --help' lists them", "--elsewhere");
    BAD("unknown option '-x'; 'ovrmnd try --help' lists them", "-x");
    BAD("unknown option '-lx'; 'ovrmnd try --help' lists them", "-lx");
    BAD("unknown option '--no-text'; 'ovrmnd try --help' lists them", "--no-text");
    BAD("--text needs a value: --text T", "--text");
}

/* What does not fit beside its help stands on a line of its own. */
static void help_is_made_of_the_table(void **state)
{
    (void)state;
    char *help = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&help, &size);
    options_help(&table, to);
    fclose(to);
    assert_string_equal(help, "Usage: ovrmnd try THING [OPTIONS]\n"
                              "\n"
                              "Tries a thing.\n"
                              "\n"
                              "First:\n"
                              "  -l, --be-loud                 say more\n"
                              "      --text T                  words\n"
                              "      --list T                  more\n"
                              "  -p, --pairs K=V               pairs\n"
                              "\n"
                              "Second:\n"
                              "      --count N                 how many\n"
                              "      --size SIZE               how large\n"
                              "      --an-option-with-a-very-long-name DUR\n"
                              "                                how long\n"
                              "      --rate R                  fast\n"
                              "      --choice C                which\n"
                              "\n"
                              "Examples:\n"
                              "  ovrmnd try it\n");
    free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_stands_in_the_next_word_or_after_an_equals_sign),
        cmocka_unit_test(a_flag_is_given_negated_or_spelt_out),
        cmocka_unit_test(camel_case_is_taken_too),
        cmocka_unit_test(other_words_keep_their_order_and_a_double_dash_ends_the_options),
        cmocka_unit_test(a_list_keeps_all_that_it_was_given),
        cmocka_unit_test(an_option_of_pairs_takes_the_pairs_that_follow_it),
        cmocka_unit_test(a_letter_takes_its_value_from_its_word_or_the_next),
        cmocka_unit_test(letters_stand_together_and_the_last_may_have_a_value),
        cmocka_unit_test(bounds_hold_for_every_type_that_has_them),
        cmocka_unit_test(a_choice_is_one_whole_word_of_the_list),
        cmocka_unit_test(what_is_unknown_or_unfinished_is_told),
        cmocka_unit_test(help_is_made_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
