/* SPDX-License-Identifier: MIT */

/* What an outcome means: may it be repeated, and how is it worded. */

#include "base/units.h"
#include "engine/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const unsigned statuses[] = {429, 503};
static const struct engine_retry_rules rules = {.statuses = statuses, .status_count = 2};

static const struct request_shape shape = {.method = "GET", .timeout_ns = 1500 * NS_PER_MS};
static const struct request request = {.shape = &shape};

static struct attempt attempt_with(uint32_t status, uint32_t error, bool safe)
{
    struct attempt a = {.request = &request};
    a.facts.flags = safe ? OVRMND_ATTEMPT_IDEMPOTENT : 0;
    a.outcome.facts.status = status;
    a.outcome.facts.error = error;
    return a;
}

static bool may_retry(uint32_t status, uint32_t error, bool safe)
{
    struct attempt a = attempt_with(status, error, safe);
    return judge_may_retry(&a, &rules);
}

static struct error worded(uint32_t status, uint32_t error, bool safe, const char *reason)
{
    struct attempt a = attempt_with(status, error, safe);
    struct error err = {0};
    snprintf(a.outcome.reason, sizeof a.outcome.reason, "%s", reason);
    judge_error(&a, judge_is_unknown(&a), &err);
    return err;
}

/* ---- may it be tried again ---- */

static void only_the_statuses_of_the_list_are_tried_again(void **state)
{
    (void)state;
    assert_true(may_retry(429, OVRMND_ERROR_NONE, true));
    assert_true(may_retry(503, OVRMND_ERROR_NONE, true));
    assert_false(may_retry(500, OVRMND_ERROR_NONE, true));
    assert_false(may_retry(404, OVRMND_ERROR_NONE, true));
}

static void a_status_does_not_count_when_the_response_broke_off(void **state)
{
    (void)state;
    assert_false(may_retry(503, OVRMND_ERROR_TOO_LARGE, true));
    assert_true(may_retry(200, OVRMND_ERROR_RECEIVE, true));
}

static void failures_that_may_pass_are_tried_again_and_no_others(void **state)
{
    (void)state;
    static const uint32_t pass[] = {OVRMND_ERROR_RESOLVE, OVRMND_ERROR_CONNECT,
                                    OVRMND_ERROR_SEND, OVRMND_ERROR_RECEIVE,
                                    OVRMND_ERROR_TIMEOUT};
    static const uint32_t stay[] = {OVRMND_ERROR_TLS,       OVRMND_ERROR_PROTOCOL,
                                    OVRMND_ERROR_TOO_LARGE, OVRMND_ERROR_INVALID,
                                    OVRMND_ERROR_CANCELLED, OVRMND_ERROR_LOCAL};
    for (size_t i = 0; i < sizeof pass / sizeof *pass; i++)
        assert_true(may_retry(0, pass[i], true));
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
        assert_false(may_retry(0, stay[i], true));
}

static void an_unsafe_request_is_tried_again_only_if_it_was_not_applied(void **state)
{
    (void)state;
    struct attempt a = attempt_with(503, OVRMND_ERROR_NONE, false);
    assert_false(judge_may_retry(&a, &rules));
    a.outcome.facts.flags = OVRMND_OUTCOME_UNAPPLIED;
    assert_true(judge_may_retry(&a, &rules));
}

static void the_user_may_allow_unsafe_requests_to_be_sent_twice(void **state)
{
    (void)state;
    struct engine_retry_rules all = rules;
    all.unsafe = true;
    struct attempt a = attempt_with(0, OVRMND_ERROR_TIMEOUT, false);
    assert_false(judge_may_retry(&a, &rules));
    assert_true(judge_may_retry(&a, &all));
}

/* ---- how it is worded ---- */

static void a_status_is_worded_with_its_registered_phrase(void **state)
{
    (void)state;
    struct error err = worded(404, OVRMND_ERROR_NONE, true, "");
    assert_int_equal(err.code, ERROR_API_REQUEST_FAILED);
    assert_string_equal(err.message, "HTTP 404: Not Found");
    err = worded(599, OVRMND_ERROR_NONE, true, "");
    assert_string_equal(err.message, "HTTP 599");
}

static void too_many_requests_has_a_code_of_its_own(void **state)
{
    (void)state;
    struct error err = worded(429, OVRMND_ERROR_NONE, false, "");
    assert_int_equal(err.code, ERROR_RATE_LIMITED);
    assert_string_equal(err.message, "HTTP 429: Too Many Requests");
}

static void a_timeout_names_the_time_that_the_request_had(void **state)
{
    (void)state;
    struct error err = worded(0, OVRMND_ERROR_TIMEOUT, true, "no answer within 1.50 s");
    assert_int_equal(err.code, ERROR_API_TIMEOUT);
    assert_string_equal(err.message, "Request timeout after 1500ms");
}

static void each_kind_of_failure_has_its_code(void **state)
{
    (void)state;
    static const struct {
        uint32_t error;
        enum error_code code;
        const char *message;
    } cases[] = {
        {OVRMND_ERROR_CONNECT, ERROR_API_REQUEST_FAILED, "Network error: why"},
        {OVRMND_ERROR_TLS, ERROR_API_REQUEST_FAILED, "Network error: why"},
        {OVRMND_ERROR_TOO_LARGE, ERROR_RESPONSE_TOO_LARGE, "why"},
        {OVRMND_ERROR_INVALID, ERROR_API_RESPONSE_INVALID,
         "The response is not valid JSON: why"},
        {OVRMND_ERROR_CANCELLED, ERROR_CANCELLED, "Operation cancelled"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = worded(0, cases[i].error, true, "why");
        assert_int_equal(err.code, cases[i].code);
        assert_string_equal(err.message, cases[i].message);
    }
}

static void an_unsafe_request_that_may_have_arrived_has_an_unknown_outcome(void **state)
{
    (void)state;
    static const uint32_t unanswered[] = {OVRMND_ERROR_SEND, OVRMND_ERROR_RECEIVE,
                                          OVRMND_ERROR_TIMEOUT, OVRMND_ERROR_PROTOCOL,
                                          OVRMND_ERROR_CANCELLED};
    for (size_t i = 0; i < sizeof unanswered / sizeof *unanswered; i++) {
        struct error err = worded(0, unanswered[i], false, "it broke");
        assert_int_equal(err.code, ERROR_OUTCOME_UNKNOWN);
        assert_non_null(strstr(err.message, "; the server may have acted on the request"));
    }
    assert_int_equal(worded(0, OVRMND_ERROR_CONNECT, false, "").code, ERROR_API_REQUEST_FAILED);
}

static void an_unsafe_request_that_cannot_have_arrived_has_its_plain_error(void **state)
{
    (void)state;
    struct attempt a = attempt_with(0, OVRMND_ERROR_CANCELLED, false);
    struct error err = {0};
    a.outcome.facts.flags = OVRMND_OUTCOME_UNAPPLIED;
    judge_error(&a, judge_is_unknown(&a), &err);
    assert_int_equal(err.code, ERROR_CANCELLED);
}

static void an_item_given_up_between_attempts_says_what_may_have_happened(void **state)
{
    (void)state;
    struct attempt sent = attempt_with(0, OVRMND_ERROR_TIMEOUT, false);
    struct attempt never_sent = attempt_with(0, OVRMND_ERROR_NONE, false);
    struct error err = {0};
    judge_cancelled(judge_is_unknown(&sent), &err);
    assert_int_equal(err.code, ERROR_OUTCOME_UNKNOWN);
    assert_string_equal(err.message,
                        "Operation cancelled; the server may have acted on the request");
    judge_cancelled(judge_is_unknown(&never_sent), &err);
    assert_int_equal(err.code, ERROR_CANCELLED);
    assert_string_equal(err.message, "Operation cancelled");
}

/* A reason takes 255 bytes at most, and all of it is to be read. */
static void the_longest_reason_is_not_cut(void **state)
{
    (void)state;
    char reason[256];
    memset(reason, 'x', sizeof reason - 2);
    memcpy(reason + sizeof reason - 2, "!", 2);
    struct error err = worded(0, OVRMND_ERROR_RECEIVE, false, reason);
    assert_non_null(strstr(err.message, "x!; the server"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_statuses_of_the_list_are_tried_again),
        cmocka_unit_test(a_status_does_not_count_when_the_response_broke_off),
        cmocka_unit_test(failures_that_may_pass_are_tried_again_and_no_others),
        cmocka_unit_test(an_unsafe_request_is_tried_again_only_if_it_was_not_applied),
        cmocka_unit_test(the_user_may_allow_unsafe_requests_to_be_sent_twice),
        cmocka_unit_test(a_status_is_worded_with_its_registered_phrase),
        cmocka_unit_test(too_many_requests_has_a_code_of_its_own),
        cmocka_unit_test(a_timeout_names_the_time_that_the_request_had),
        cmocka_unit_test(each_kind_of_failure_has_its_code),
        cmocka_unit_test(an_unsafe_request_that_may_have_arrived_has_an_unknown_outcome),
        cmocka_unit_test(an_unsafe_request_that_cannot_have_arrived_has_its_plain_error),
        cmocka_unit_test(an_item_given_up_between_attempts_says_what_may_have_happened),
        cmocka_unit_test(the_longest_reason_is_not_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
