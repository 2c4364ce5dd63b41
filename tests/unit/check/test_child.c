/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "check/child.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_NS (200 * NS_PER_MS)

static struct check_page *page;

static struct child run(void (*work)(struct check_page *page, void *context))
{
    struct child child;
    struct error err;
    assert_int_equal(child_run(page, PATIENCE_NS, work, NULL, &child, &err), 0);
    return child;
}

static void note_and_print(struct check_page *p, void *context)
{
    (void)context;
    check_note(p, CHECK_S1, FUNCTION_MAY_START, "seen\nthere");
    printf("to stdout\nand more");
    fprintf(stderr, "to stderr");
}

static void what_a_child_notes_and_prints_is_known(void **state)
{
    (void)state;
    struct child child = run(note_and_print);
    assert_int_equal(child.how, CHILD_DONE);
    assert_int_equal(page->finding_count, 1);
    assert_string_equal(page->findings[0].what, "seen there");
    assert_int_equal(child.out.bytes, strlen("to stdout\nand more"));
    assert_string_equal(child.out.text, "to stdout");
    assert_string_equal(child.err.text, "to stderr");
}

static void crash(struct check_page *p, void *context)
{
    (void)context;
    p->function = FUNCTION_FINISHED;
    raise(SIGSEGV);
}

static void a_crash_is_known_with_the_function_that_ran(void **state)
{
    (void)state;
    char words[CHILD_WORDS];
    struct child child = run(crash);
    assert_int_equal(child.how, CHILD_SIGNAL);
    assert_int_equal(page->function, FUNCTION_FINISHED);
    assert_string_equal(child_words(&child, PATIENCE_NS, words),
                        "crashed (Segmentation fault)");
}

static void end_well(struct check_page *p, void *context)
{
    (void)p, (void)context;
    _exit(0);
}

static void an_exit_is_never_taken_for_the_end_of_the_work(void **state)
{
    (void)state;
    char words[CHILD_WORDS];
    struct child child = run(end_well);
    assert_int_equal(child.how, CHILD_EXIT);
    assert_string_equal(child_words(&child, PATIENCE_NS, words),
                        "ended the program with status 0");
}

static void get_stuck(struct check_page *p, void *context)
{
    (void)context;
    p->function = FUNCTION_STARTED;
    for (;;)
        pause();
}

static void a_call_that_does_not_return_is_ended(void **state)
{
    (void)state;
    char words[CHILD_WORDS];
    struct child child = run(get_stuck);
    assert_int_equal(child.how, CHILD_STUCK);
    assert_string_equal(child_words(&child, PATIENCE_NS, words),
                        "did not return within 200 ms");
}

static void scribble(struct check_page *p, void *context)
{
    (void)context;
    check_note(p, CHECK_S1, FUNCTION_MAY_START, "good");
    p->findings[1].rule = (enum check_rule)9999;
    p->finding_count = UINT32_MAX;
}

static void what_a_plugin_wrote_over_is_left_out(void **state)
{
    (void)state;
    run(scribble);
    for (size_t i = 2; i < MOST_FINDINGS; i++)
        page->findings[i].rule = (enum check_rule)CHECK_RULE_COUNT;
    check_page_mend(page);
    assert_int_equal(page->finding_count, 1);
    assert_string_equal(page->findings[0].what, "good");
}

static int setup(void **state)
{
    (void)state;
    page = check_page_new();
    return page ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    check_page_free(page);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_child_notes_and_prints_is_known, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_crash_is_known_with_the_function_that_ran, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_exit_is_never_taken_for_the_end_of_the_work, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_call_that_does_not_return_is_ended, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_plugin_wrote_over_is_left_out, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
