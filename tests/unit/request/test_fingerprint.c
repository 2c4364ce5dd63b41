/* SPDX-License-Identifier: MIT */

/* Idempotency keys: made from the request alone, another for each of several equal items. */

#include "request/fingerprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct fingerprint fingerprint(const char *url, const char *body)
{
    static const struct request_shape post = {.method = "POST"};
    struct request request = {.shape = &post, .has_body = true};
    buffer_append_text(&request.url, url);
    buffer_append_text(&request.body, body);
    struct fingerprint f = fingerprint_of(&request);
    buffer_free(&request.url);
    buffer_free(&request.body);
    return f;
}

static void the_same_request_has_the_same_fingerprint(void **state)
{
    (void)state;
    struct fingerprint a = fingerprint("http://a/x", "{}"), b = fingerprint("http://a/x", "{}");
    assert_memory_equal(&a, &b, sizeof a);
}

static void url_and_body_are_told_apart(void **state)
{
    (void)state;
    struct fingerprint a = fingerprint("http://a/x", "yz"), b = fingerprint("http://a/xy", "z");
    assert_memory_not_equal(&a, &b, sizeof a);
}

static void equal_requests_are_numbered_as_they_come(void **state)
{
    (void)state;
    struct ordinals ordinals = {0};
    struct fingerprint a = fingerprint("http://a/x", "1"), b = fingerprint("http://a/x", "2");
    assert_int_equal(ordinals_next(&ordinals, &a), 0);
    assert_int_equal(ordinals_next(&ordinals, &b), 0);
    assert_int_equal(ordinals_next(&ordinals, &a), 1);
    ordinals_free(&ordinals);
}

static void thousands_of_requests_are_kept_apart(void **state)
{
    (void)state;
    struct ordinals ordinals = {0};
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 5000; i++) {
            char body[16];
            snprintf(body, sizeof body, "%u", i);
            struct fingerprint f = fingerprint("http://a/x", body);
            assert_int_equal(ordinals_next(&ordinals, &f), round);
        }
    }
    ordinals_free(&ordinals);
}

static void a_key_is_a_quoted_uuid_that_never_changes(void **state)
{
    (void)state;
    char key[IDEMPOTENCY_KEY_SIZE], other[IDEMPOTENCY_KEY_SIZE];
    struct fingerprint f = fingerprint("http://a/x", "{}");
    idempotency_key(&f, 0, key);
    idempotency_key(&f, 1, other);
    assert_int_equal(strlen(key), 38);
    assert_int_equal(key[15], '8');
    assert_string_not_equal(key, other);
    /* A run that is resumed years later must send the same key. */
    assert_string_equal(key, "\"10a55284-79d7-8a39-a08c-e0103eac229e\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_request_has_the_same_fingerprint),
        cmocka_unit_test(url_and_body_are_told_apart),
        cmocka_unit_test(equal_requests_are_numbered_as_they_come),
        cmocka_unit_test(thousands_of_requests_are_kept_apart),
        cmocka_unit_test(a_key_is_a_quoted_uuid_that_never_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
