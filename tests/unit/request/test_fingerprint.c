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

/* The fingerprint with headers of a GET with these lines; NULL: none. */
static struct fingerprint exchange(const char *header, const char *credential, const char *more)
{
    char *headers[] = {(char *)header}, *credentials[] = {(char *)credential};
    struct request_shape get = {.method = "GET",
                                .headers = headers,
                                .header_count = header != NULL,
                                .credentials = credentials,
                                .credential_count = credential != NULL};
    struct request request = {.shape = &get};
    buffer_append_text(&request.url, "http://a/x");
    if (more)
        buffer_append(&request.headers, more, strlen(more) + 1);
    struct fingerprint f = fingerprint_with_headers(&request);
    buffer_free(&request.url);
    buffer_free(&request.headers);
    return f;
}

static void all_that_the_server_sees_counts_where_headers_do(void **state)
{
    (void)state;
    struct fingerprint all[] = {exchange(NULL, NULL, NULL),   exchange("A: 1", NULL, NULL),
                                exchange("A: 2", NULL, NULL), exchange(NULL, "A: 1", NULL),
                                exchange(NULL, NULL, "A: 1"), exchange("A: 1", "A: 1", NULL)};
    struct fingerprint again = exchange("A: 1", "A: 1", NULL);
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(&all[i], &all[j], sizeof *all);
    assert_memory_equal(&all[5], &again, sizeof again);
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
        cmocka_unit_test(all_that_the_server_sees_counts_where_headers_do),
        cmocka_unit_test(a_key_is_a_quoted_uuid_that_never_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
