/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "transport/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define CUT_BYTES 65536 /* where trace.c cuts a body */

static struct buffer lines;

static void keep(void *context, const char *line)
{
    (void)context;
    buffer_append_text(&lines, line);
    buffer_append_char(&lines, '\n');
}

/* In lines long enough that the cut is among those shown. */
static void a_secret_at_the_cut_of_a_body_is_not_shown_in_part(void **state)
{
    (void)state;
    struct attempt a = {.id = "b-1.1"};
    while (a.outcome.body.length < CUT_BYTES - 8)
        buffer_append_char(&a.outcome.body, a.outcome.body.length % 2000 ? '.' : '\n');
    buffer_append_text(&a.outcome.body, "hunter22-hunter22, and so on");
    log_set_writer(keep, NULL);
    log_enable_debug(true);
    log_add_secret("hunter22-hunter22");
    trace_response(&a);
    assert_null(strstr(buffer_text(&lines), "hun"));
    assert_non_null(strstr(buffer_text(&lines), "********\n"));
    log_forget_secrets();
    log_enable_debug(false);
    log_set_writer(NULL, NULL);
    buffer_free(&a.outcome.body);
    buffer_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_at_the_cut_of_a_body_is_not_shown_in_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
