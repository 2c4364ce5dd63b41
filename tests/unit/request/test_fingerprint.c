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

static void a_key_is_a_quoted_uuid_that_never_changes(void **state)
{
    (void)state;
    char key[IDEMPOTENCY_KEY_SIZE], other[IDEMPOTENCY_KEY_SIZE];
    struct identity first = {fingerprint("http://a/x", "{}"), 0};
    struct identity second = {first.fingerprint, 1};
    idempotency_key(&first, key);
    idempotency_key(&second, other);
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
        cmocka_unit_test(a_key_is_a_quoted_uuid_that_never_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
