/* SPDX-License-Identifier: MIT */
#include "transport/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                    "ALL_PROXY",  "HTTP_PROXY",  "no_proxy",    "NO_PROXY"};

static int clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    return 0;
}

static void finds(const char *url, const char *place)
{
    struct proxy proxy;
    assert_true(proxy_find(url, &proxy));
    assert_string_equal(proxy.place, place);
}

static void without_a_variable_there_is_no_proxy(void **state)
{
    (void)state;
    struct proxy proxy;
    setenv("HTTP_PROXY", "http://a:1", 1); /* a server sets it for CGI programs */
    setenv("all_proxy", "", 1);
    assert_false(proxy_is_named());
    assert_false(proxy_find("http://x/", &proxy));
}

static void each_scheme_has_its_own_variable_before_the_one_for_all(void **state)
{
    (void)state;
    struct proxy proxy;
    setenv("http_proxy", "http://a:1", 1);
    assert_true(proxy_is_named());
    assert_false(proxy_find("https://x/", &proxy));
    setenv("all_proxy", "http://b:2", 1);
    finds("HTTP://x/", "a:1 of http_proxy");
    finds("https://x/", "b:2 of all_proxy");
    setenv("HTTPS_PROXY", "http://c:3", 1);
    finds("https://x/", "c:3 of HTTPS_PROXY");
    setenv("https_proxy", "http://d:4", 1);
    finds("https://x/", "d:4 of https_proxy");
}

static void a_place_has_neither_name_nor_password(void **state)
{
    (void)state;
    setenv("http_proxy", "me:hush@some.host:3128/x", 1);
    finds("http://x/", "some.host:3128 of http_proxy");
}

static void without_a_port_it_is_the_one_of_libcurl(void **state)
{
    (void)state;
    setenv("http_proxy", "some.host", 1);
    finds("http://x/", "some.host:1080 of http_proxy");
    setenv("http_proxy", "socks5h://some.host", 1);
    finds("http://x/", "some.host:1080 of http_proxy");
    setenv("http_proxy", "https://some.host", 1);
    finds("http://x/", "some.host:443 of http_proxy");
}

static void what_is_no_url_is_no_place(void **state)
{
    (void)state;
    struct proxy proxy;
    setenv("http_proxy", "http://[::1", 1);
    assert_false(proxy_find("http://x/", &proxy));
}

static void libcurl_s_words_tell_the_proxy_from_others(void **state)
{
    (void)state;
    struct proxy proxy;
    setenv("http_proxy", "http://[::1]:31", 1);
    assert_true(proxy_find("http://x/", &proxy));
    assert_false(proxy.doubtful);
    assert_true(proxy_is_to_blame(&proxy, "Failed to connect to ::1 port 31 after 0 ms: no"));
    assert_false(proxy_is_to_blame(&proxy, "Failed to connect to ::1 port 312 after 0 ms"));
    assert_false(proxy_is_to_blame(&proxy, "Failed to connect to x port 31 after 0 ms"));
    assert_false(proxy_is_to_blame(&proxy, "Connection timed out"));
    setenv("NO_PROXY", "x", 1);
    assert_true(proxy_find("http://x/", &proxy));
    assert_true(proxy.doubtful);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_variable_there_is_no_proxy, clean),
        cmocka_unit_test_setup(each_scheme_has_its_own_variable_before_the_one_for_all, clean),
        cmocka_unit_test_setup(a_place_has_neither_name_nor_password, clean),
        cmocka_unit_test_setup(without_a_port_it_is_the_one_of_libcurl, clean),
        cmocka_unit_test_setup(what_is_no_url_is_no_place, clean),
        cmocka_unit_test_setup(libcurl_s_words_tell_the_proxy_from_others, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
