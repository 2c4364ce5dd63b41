/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "check/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_file(const char *name)
{
    bool header = strncmp(name, "ovrmnd/", 7) == 0;
    char *path = memory_format("%s/%s%s", OVRMND_SOURCE, header ? "include/" : "", name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("there is no file %s", path);
    char *text = memory_new(1, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    free(path);
    return text;
}

static void every_rule_names_words_that_stand_in_a_file(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CHECK_RULE_COUNT; i++) {
        char *text = read_file(check_rules[i].file);
        if (!strstr(text, check_rules[i].section))
            fail_msg("rule %s: \"%s\" does not stand in %s", check_rules[i].id,
                     check_rules[i].section, check_rules[i].file);
        free(text);
    }
}

/* The rules that the engine watches over have the same ids in check, where they are found by.
 */
static void ids_are_a_letter_and_a_digit_and_each_is_there_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CHECK_RULE_COUNT; i++) {
        assert_int_equal(strlen(check_rules[i].id), 2);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(check_rules[i].id, check_rules[j].id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_names_words_that_stand_in_a_file),
        cmocka_unit_test(ids_are_a_letter_and_a_digit_and_each_is_there_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
