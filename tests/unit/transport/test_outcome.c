/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/utf8.h"
#include "transport/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 250 dots and the secret, of which an outcome keeps the beginning. */
static void a_secret_at_the_cut_of_a_reason_is_not_shown_in_part(void **state)
{
    (void)state;
    struct attempt a = {0};
    char dots[251];
    memset(dots, '.', 250);
    dots[250] = '\0';
    log_add_secret("hunter22-hunter22");
    outcome_fail(&a, OVRMND_ERROR_TLS, "%.246shunter22-hunter22", dots);
    assert_null(strstr(a.outcome.reason, "hunt"));
    assert_non_null(strstr(a.outcome.reason, "***..."));
    log_forget_secrets();
}

static void a_reason_is_cut_between_characters(void **state)
{
    (void)state;
    for (size_t lead = 0; lead < 4; lead++) {
        struct attempt a = {0};
        char text[1024] = "aaaa";
        for (size_t at = lead; at < 600; at += 3)
            memcpy(text + at, "\xe2\x82\xac", 4);
        outcome_fail(&a, OVRMND_ERROR_REFUSED, "%s", text);
        assert_true(utf8_is(a.outcome.reason, strlen(a.outcome.reason)));
        assert_string_equal(a.outcome.reason + strlen(a.outcome.reason) - 3, "...");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_at_the_cut_of_a_reason_is_not_shown_in_part),
        cmocka_unit_test(a_reason_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
