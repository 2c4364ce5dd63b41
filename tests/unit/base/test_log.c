/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct buffer lines;

static void take(void *context, const char *line)
{
    assert_ptr_equal(context, &lines);
    buffer_append_text(&lines, line);
    buffer_append_char(&lines, '\n');
}

static int set_up(void **unused)
{
    (void)unused;
    log_set_writer(take, &lines);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    log_set_writer(NULL, NULL);
    log_enable_debug(false);
    log_forget_secrets();
    buffer_free(&lines);
    return 0;
}

static void a_warning_says_who_warns(void **unused)
{
    (void)unused;
    log_warning("%d of %s", 1, "2");
    assert_string_equal(buffer_text(&lines), "ovrmnd: 1 of 2\n");
}

/* As a URL, a form, Python, PHP and we ourselves would write it. */
static void a_secret_is_hidden_in_every_spelling(void **unused)
{
    (void)unused;
    log_add_secret("p/s \"é~\xF0\x9F\x98\x80");
    const char *spellings[] = {
        "p/s \"é~\xF0\x9F\x98\x80",         "p%2Fs%20%22%C3%A9~%F0%9F%98%80",
        "p%2fs%20%22%c3%a9~%f0%9f%98%80",   "p%2Fs+%22%C3%A9%7E%F0%9F%98%80",
        "p/s \\\"é~\xF0\x9F\x98\x80",       "p/s \\\"\\u00e9~\\ud83d\\ude00",
        "p\\/s \\\"\\u00e9~\\ud83d\\ude00",
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        char line[100];
        snprintf(line, sizeof line, "%s", spellings[i]);
        log_redact(line);
        assert_int_equal(strspn(line, "*"), strlen(spellings[i]));
    }
}

static void details_follow_their_warning_as_they_are(void **unused)
{
    (void)unused;
    log_add_secret("hush-hush");
    log_detail("  1 | a: hush-hush\n    | ^\n");
    assert_string_equal(buffer_text(&lines), "  1 | a: *********\n    | ^\n");
}

static int evaluated;

static const char *evaluate(void)
{
    evaluated++;
    return "x";
}

static void debug_that_is_off_costs_no_arguments(void **unused)
{
    (void)unused;
    evaluated = 0;
    log_debug(ENGINE, "0-1.1", "%s", evaluate());
    assert_int_equal(evaluated, 0);
    assert_string_equal(buffer_text(&lines), "");
    log_enable_debug(true);
    log_debug(ENGINE, "0-1.1", "%s", evaluate());
    assert_int_equal(evaluated, 1);
}

static void a_debug_line_has_time_component_and_id(void **unused)
{
    (void)unused;
    log_enable_debug(true);
    log_debug(ENGINE, "0-1.1", "starts %d", 5);
    const char *line = buffer_text(&lines);
    assert_int_equal(line[0], '[');
    assert_string_equal(line + strlen("[2026-01-01T00:00:00Z]"),
                        " [DEBUG] [ENGINE] 0-1.1 starts 5\n");
    buffer_reset(&lines);
    log_debug(CONFIG, NULL, "read");
    assert_non_null(strstr(buffer_text(&lines), "[DEBUG] [CONFIG] read\n"));
}

static void redacted(const char *text, const char *want)
{
    buffer_reset(&lines);
    log_warning("%s", text);
    assert_string_equal(buffer_text(&lines) + strlen("ovrmnd: "), want);
}

static void secrets_are_hidden_wherever_they_stand(void **unused)
{
    (void)unused;
    log_add_secret("hunter22");
    redacted("Bearer hunter22, ?t=hunter22&", "Bearer ********, ?t=********&\n");
    redacted("hunter2", "hunter2\n");
}

static void secrets_within_and_across_each_other_are_hidden_whole(void **unused)
{
    (void)unused;
    log_add_secret("abcd");
    log_add_secret("abcdefgh");
    log_add_secret("ghij");
    redacted("-abcdefghij-", "-**********-\n");
    log_add_secret("wxyz1234");
    log_add_secret("wxyz");
    redacted("-wxyz1234-wxyz-", "-********-****-\n");
    redacted("-abcdabcd-ghijabc", "-********-****abc\n");
}

static void a_secret_at_the_cut_is_not_shown_in_part(void **unused)
{
    (void)unused;
    char text[5000];
    log_add_secret("topsecret");
    for (size_t i = 0; i + 10 < sizeof text; i += 9)
        memcpy(text + i, "topsecret", 10);
    buffer_reset(&lines);
    log_warning("%s", text);
    const char *line = buffer_text(&lines) + strlen("ovrmnd: ");
    assert_int_equal(strspn(line, "*"), strlen(line) - strlen("...\n"));
}

static void a_copy_is_cut_after_its_secrets_are_hidden(void **unused)
{
    (void)unused;
    char to[16], same[] = "=topsecret=";
    log_add_secret("topsecret");
    log_redact_copy(to, sizeof to, "0123456topsecret");
    assert_string_equal(to, "0123456*****...");
    log_redact_copy(to, sizeof to, "=topsecret=1234");
    assert_string_equal(to, "=*********=1234");
    log_redact_copy(same, sizeof same, same);
    assert_string_equal(same, "=*********=");
}

static void a_secret_of_several_lines_is_hidden_in_details(void **unused)
{
    (void)unused;
    log_add_secret("--begin\nMIIE\n--end");
    buffer_reset(&lines);
    log_detail("key: --begin\nMIIE\n--end\nnext\n");
    assert_string_equal(buffer_text(&lines), "key: ******************\nnext\n");
}

static void short_texts_are_no_secrets(void **unused)
{
    (void)unused;
    log_add_secret("abc");
    log_add_secret("");
    redacted("abcabc", "abcabc\n");
}

static void forgotten_secrets_show(void **unused)
{
    (void)unused;
    log_add_secret("hunter22");
    log_forget_secrets();
    redacted("hunter22", "hunter22\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_warning_says_who_warns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_is_hidden_in_every_spelling, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(details_follow_their_warning_as_they_are, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(debug_that_is_off_costs_no_arguments, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_debug_line_has_time_component_and_id, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(secrets_are_hidden_wherever_they_stand, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(secrets_within_and_across_each_other_are_hidden_whole,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_at_the_cut_is_not_shown_in_part, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_copy_is_cut_after_its_secrets_are_hidden, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_secret_of_several_lines_is_hidden_in_details, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(short_texts_are_no_secrets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forgotten_secrets_show, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
