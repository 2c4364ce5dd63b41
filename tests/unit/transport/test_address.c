/* SPDX-License-Identifier: MIT */
#include "transport/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_USER,    CURLUPART_PASSWORD,
                                  CURLUPART_HOST,   CURLUPART_PORT,    CURLUPART_PATH,
                                  CURLUPART_QUERY,  CURLUPART_FRAGMENT};

static void assert_same_part(CURLU *a, CURLU *b, CURLUPart part)
{
    char *of_a = NULL, *of_b = NULL;
    assert_int_equal(curl_url_get(a, part, &of_a, 0), curl_url_get(b, part, &of_b, 0));
    assert_int_equal(of_a == NULL, of_b == NULL);
    if (of_a)
        assert_string_equal(of_a, of_b);
    curl_free(of_a);
    curl_free(of_b);
}

static void assert_parsed(struct address *address, const char *url)
{
    CURLU *parsed = curl_url();
    assert_int_equal(curl_url_set(parsed, CURLUPART_URL, url, 0), CURLUE_OK);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_same_part(address->parts, parsed, parts[i]);
    curl_url_cleanup(parsed);
}

static void one_address_after_another_is_what_parsing_would_find(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "http://127.0.0.1:8080/users/1",
        "http://127.0.0.1:8080/users/2?a=1&b=[x]",
        "http://127.0.0.1:8080/users/2?a=1?b=2",
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/?q",
        "http://127.0.0.1:8081/?q",
        "https://Example.COM/a//b;c=d,e/@f:g",
        "https://example.com/a",
        "http://[::1]:80/~x/y.z/..a..?x=..",
        "http://127.1/short",
        "http://127.0.0.1/short/er",
    };
    struct address address = {0};
    bool any = false;
    for (size_t turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
            if (!address_set(&address, urls[i]))
                continue;
            any = true;
            assert_parsed(&address, urls[i]);
        }
    }
    assert_true(any);
    address_free(&address);
}

static void what_parsing_might_change_is_left_to_it(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "http://h/a%2Fb",
        "http://h/./a",
        "http://h/a/../b",
        "http://h/a#b",
        "http://h/a?",
        "http://h",
        "http://h?a",
        "http://u:p@h/a",
        "http://h/a b",
        "http://h/a\tb",
        "http://h/\xc3\xa4",
        "/a",
        "h/a",
        "http:///a",
        "",
        "http://h/a\\b",
        "http://h/%41?b",
        "http://h/a?%2Fb",
        "http://h:99999/a",
        "http://h:x/a",
    };
    struct address address = {0};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        assert_true(address_set(&address, "http://h/fine"));
        assert_false(address_set(&address, urls[i]));
        assert_true(address_set(&address, "http://h/fine?too"));
        assert_parsed(&address, "http://h/fine?too");
    }
    address_free(&address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_address_after_another_is_what_parsing_would_find),
        cmocka_unit_test(what_parsing_might_change_is_left_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
