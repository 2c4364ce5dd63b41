/* SPDX-License-Identifier: MIT */
#include "base/units.h"
#include "transport/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW  (5 * NS_PER_S)
#define WALL 1700000000 /* Tue, 14 Nov 2023 22:13:20 GMT */
#define NONE UINT64_MAX

/* Header lines "Name: value", one after the other. */
static bool read_lines(const char *lines, uint64_t *remaining, uint64_t *reset_ns)
{
    static char copy[1024];
    struct limit_fields fields = {0};
    snprintf(copy, sizeof copy, "%s", lines);
    char *rest;
    for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *colon = strchr(line, ':');
        *colon = '\0';
        limits_take(&fields, line, colon + 1 + strspn(colon + 1, " "));
    }
    return limits_read(&fields, WALL, NOW, remaining, reset_ns);
}

/* NONE remaining: nothing usable is said. */
struct example {
    const char *lines;
    uint64_t remaining, ns;
};

static void check(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t remaining = 0, reset_ns = 0;
        bool known = read_lines(examples[i].lines, &remaining, &reset_ns);
        if (known != (examples[i].remaining != NONE))
            fail_msg("%s: %s", examples[i].lines, known ? "is read" : "is not read");
        if (known && (remaining != examples[i].remaining || reset_ns - NOW != examples[i].ns))
            fail_msg("%s: %llu until %llu", examples[i].lines, (unsigned long long)remaining,
                     (unsigned long long)reset_ns - NOW);
    }
}
#define CHECK(...)                                                                             \
    check((const struct example[]){__VA_ARGS__},                                               \
          sizeof((const struct example[]){__VA_ARGS__}) / sizeof(struct example))

static void structured_fields_are_read(void **state)
{
    (void)state;
    CHECK({"RateLimit: \"default\";r=50;t=30", 50, 30 * NS_PER_S},
          {"ratelimit: default;r=50;t=30", 50, 30 * NS_PER_S},
          {"RateLimit: \"a\" ; r=0 ;t=1", 0, NS_PER_S},
          {"RateLimit: \"a\";t=30;r=5;pk=:cHsdsRa894==:", 5, 30 * NS_PER_S},
          {"RateLimit: \"a;r=1,\\\"\";r=5;t=30;x=\"t=7\";y", 5, 30 * NS_PER_S});
}

static void the_tightest_policy_counts(void **state)
{
    (void)state;
    CHECK({"RateLimit: \"burst\";r=9;t=1, \"daily\";r=3;t=3600", 3, 3600 * NS_PER_S},
          {"RateLimit: \"a\";r=3;t=60\nRateLimit: \"b\";r=2;t=10", 2, 10 * NS_PER_S},
          {"RateLimit: \"a\";r=3;t=60, \"b\";r=3;t=90, \"c\";r=3;t=10", 3, 90 * NS_PER_S},
          {"RateLimit: \"a\";r=3;t=60\nX-RateLimit-Remaining: 1\nX-RateLimit-Reset: 7", 1,
           7 * NS_PER_S});
}

static void a_reset_that_is_not_said_is_at_most_the_policy_s_window(void **state)
{
    (void)state;
    CHECK({"RateLimit: \"b\";r=5\nRateLimit-Policy: \"a\";q=9;w=1, \"b\";q=100;w=60", 5,
           60 * NS_PER_S},
          {"RateLimit: \"b\";r=5", NONE, 0},
          {"RateLimit: \"b\";r=5\nRateLimit-Policy: \"a\";q=9;w=1", NONE, 0},
          {"RateLimit: \"b\";r=5\nRateLimit-Policy: \"b\";q=9", NONE, 0},
          {"RateLimit: \"b\";r=5\nRateLimit-Policy: ,", NONE, 0});
}

static void the_drafts_before_are_read(void **state)
{
    (void)state;
    CHECK({"RateLimit: limit=100, remaining=50, reset=30", 50, 30 * NS_PER_S},
          {"RateLimit: limit=100,reset=30,remaining=0", 0, 30 * NS_PER_S},
          {"RateLimit: limit=100, remaining=50", NONE, 0},
          {"RateLimit-Limit: 100, 100;w=60\nRateLimit-Remaining: 50\nRateLimit-Reset: 30", 50,
           30 * NS_PER_S});
}

static void what_is_malformed_is_ignored(void **state)
{
    (void)state;
    CHECK({"RateLimit: \"a\";r=1;t=1, \"b", NONE, 0}, {"RateLimit: ", NONE, 0},
          {"RateLimit: \"a\";r=1;t=1,", NONE, 0}, {"RateLimit: \"a\";r=;t=1", NONE, 0},
          {"RateLimit: \"a\";r=-1;t=1", NONE, 0}, {"RateLimit: \"a\";r=1.5;t=1", NONE, 0},
          {"RateLimit: \"a\";r=1;t=x", NONE, 0}, {"RateLimit: ;;;", NONE, 0},
          {"RateLimit: \"a\\", NONE, 0}, {"RateLimit: \"a\";pk=:abc;r=1;t=1", NONE, 0},
          {"RateLimit: \"a\";r=1111111111111111;t=1", NONE, 0},
          {"RateLimit: \"a\" \"b\";r=1;t=1", NONE, 0}, {"RateLimit: =;r=1;t=1", NONE, 0},
          {"X-RateLimit-Remaining: many\nX-RateLimit-Reset: 7", NONE, 0},
          {"X-RateLimit-Remaining: -1\nX-RateLimit-Reset: 7", NONE, 0},
          {"X-RateLimit-Remaining: 5", NONE, 0}, {"X-RateLimit-Reset: 5", NONE, 0},
          {"X-RateLimit-Remaining: 5\nRateLimit-Reset: 5", NONE, 0},
          {"X-RateLimit-Remaining: 5\nX-RateLimit-Reset: soon", NONE, 0},
          {"X-RateLimit-Remaining: 5\nX-RateLimit-Reset: ", NONE, 0},
          {"X-RateLimit-Remaining: 5\nX-RateLimit-Reset: 5 6", NONE, 0});
}

#define RESET(text) "X-RateLimit-Remaining: 5\nX-RateLimit-Reset: " text

static void resets_come_in_many_forms(void **state)
{
    (void)state;
    CHECK({RESET("0"), 5, 0}, {RESET("64.57"), 5, 64570 * NS_PER_MS},
          {RESET("1700000030"), 5, 30 * NS_PER_S}, {RESET("1700000030.25"), 5, 30 * NS_PER_S},
          {RESET("1700000030999"), 5, 30 * NS_PER_S}, {RESET("1699999999"), 5, 0},
          {RESET("2023-11-14T22:13:50Z"), 5, 30 * NS_PER_S},
          {RESET("2023-11-14t22:13:50.5z"), 5, 30 * NS_PER_S},
          {RESET("2023-11-15T00:13:50+02:00"), 5, 30 * NS_PER_S},
          {RESET("2023-11-14T20:43:50-01:30"), 5, 30 * NS_PER_S},
          {RESET("2024-03-01T00:00:00Z"), 5, UINT64_C(9251200) * NS_PER_S},
          {RESET("Tue, 14 Nov 2023 22:13:50 GMT"), 5, 30 * NS_PER_S},
          {RESET("6m0s"), 5, 360 * NS_PER_S}, {RESET("120ms"), 5, 120 * NS_PER_MS},
          {RESET("1h2m3.5s"), 5, 3723500 * NS_PER_MS}, {RESET("15us"), 5, 15000},
          {RESET("15\xc2\xb5s"), 5, 15000}, {RESET("7ns"), 5, 7});
    CHECK({RESET("2023-13-14T22:13:50Z"), NONE, 0}, {RESET("2023-11-14T22:13:50"), NONE, 0},
          {RESET("2023-11-14T22:13:5"), NONE, 0}, {RESET("2023-11-14T22:13:50Zx"), NONE, 0},
          {RESET("6m0"), NONE, 0}, {RESET("6x"), NONE, 0}, {RESET("s"), NONE, 0});
}

static void resets_beyond_the_clock_saturate(void **state)
{
    (void)state;
    uint64_t remaining, reset_ns;
    static const char *const lines[] = {RESET("99999999999999999999999"),
                                        RESET("99999999999999999999999h"),
                                        RESET("9999-12-31T23:59:59Z")};
    for (size_t i = 0; i < 3; i++) {
        assert_true(read_lines(lines[i], &remaining, &reset_ns));
        assert_true(reset_ns == UINT64_MAX);
    }
    assert_true(read_lines("X-RateLimit-Remaining: 99999999999999999999999\n"
                           "X-RateLimit-Reset: 1",
                           &remaining, &reset_ns));
    assert_true(remaining == UINT64_MAX);
}

static void times_of_day_are_the_server_s(void **state)
{
    (void)state;
    CHECK({"Date: Fri, 01 Jan 1999 00:00:00 GMT\n" RESET("1999-01-01T00:01:00Z"), 5,
           60 * NS_PER_S},
          {"Date: Mon: nonsense\n" RESET("1700000030"), 5, 30 * NS_PER_S});
}

static void vendors_have_names_of_their_own(void **state)
{
    (void)state;
    CHECK({"X-Rate-Limit-Remaining: 5\nx-rate-limit-reset: 7", 5, 7 * NS_PER_S},
          {"x-ratelimit-remaining-requests: 5\nx-ratelimit-reset-requests: 6m0s", 5,
           360 * NS_PER_S},
          {"x-ratelimit-remaining-tokens: 5\nx-ratelimit-reset-tokens: 6m0s", NONE, 0},
          {"anthropic-ratelimit-requests-remaining: 5\n"
           "anthropic-ratelimit-requests-reset: 2023-11-14T22:13:50Z",
           5, 30 * NS_PER_S},
          {"X-RateLimit-Remaining: 584.0\nX-RateLimit-Reset: 423", 584, 423 * NS_PER_S},
          {"RateLimit-Remaining: 76;w=21600\nRateLimit-Reset: 9", 76, 9 * NS_PER_S});
}

static void what_a_cache_answers_says_nothing(void **state)
{
    (void)state;
    CHECK({"Age: 1\n" RESET("7"), NONE, 0}, {"Age: 0\n" RESET("7"), 5, 7 * NS_PER_S},
          {"Age: old\n" RESET("7"), NONE, 0}, {"Content-Length: 7", NONE, 0});
}

static void few_lines_are_worth_reading(void **state)
{
    (void)state;
    static const char *const worth[] = {
        "RateLimit: x",          "ratelimit-policy: x",
        "Retry-After: 1",        "X-RateLimit-Reset: 5",
        "x-rate-limit-reset: 5", "Anthropic-RateLimit-Requests-Reset: 1"};
    static const char *const not [] = {
        "",       "R",        "Refresh: 1", "HTTP/1.1 200 OK", "\r\n", "X-Powered-By: x",
        "Age: 5", "Date: now"};
    for (size_t i = 0; i < sizeof worth / sizeof *worth; i++)
        assert_true(limits_worth_reading(worth[i], strlen(worth[i])));
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        assert_false(limits_worth_reading(not [i], strlen(not [i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structured_fields_are_read),
        cmocka_unit_test(the_tightest_policy_counts),
        cmocka_unit_test(a_reset_that_is_not_said_is_at_most_the_policy_s_window),
        cmocka_unit_test(the_drafts_before_are_read),
        cmocka_unit_test(what_is_malformed_is_ignored),
        cmocka_unit_test(resets_come_in_many_forms),
        cmocka_unit_test(resets_beyond_the_clock_saturate),
        cmocka_unit_test(times_of_day_are_the_server_s),
        cmocka_unit_test(vendors_have_names_of_their_own),
        cmocka_unit_test(what_a_cache_answers_says_nothing),
        cmocka_unit_test(few_lines_are_worth_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
