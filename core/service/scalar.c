/* SPDX-License-Identifier: MIT */
#include "service/yaml.h"

/* The core schema's words, as js-yaml 4 knows them. */
static const struct {
    const char *word;
    enum node_kind kind;
    const char *json;
} words[] = {
    {"", NODE_NULL, "null"},       {"~", NODE_NULL, "null"},      {"null", NODE_NULL, "null"},
    {"Null", NODE_NULL, "null"},   {"NULL", NODE_NULL, "null"},   {"true", NODE_BOOL, "true"},
    {"True", NODE_BOOL, "true"},   {"TRUE", NODE_BOOL, "true"},   {"false", NODE_BOOL, "false"},
    {"False", NODE_BOOL, "false"}, {"FALSE", NODE_BOOL, "false"},
};

static const char *const unspeakable[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int digit_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

/* The digits after 0x, 0o or 0b. 1: a number, 0: not one, -1: beyond 64 bits. */
static int read_based(struct slice digits, int base, uint64_t *value)
{
    bool any = false, fits = true;
    *value = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.data[i] == '_')
            continue;
        int digit = digit_value(digits.data[i]);
        if (digit >= base)
            return 0;
        fits = fits && !__builtin_mul_overflow(*value, (uint64_t)base, value) &&
               !__builtin_add_overflow(*value, (uint64_t)digit, value);
        any = true;
    }
    return !any ? 0 : fits ? 1 : -1;
}

static int base_of(struct slice s)
{
    if (s.length < 3 || s.data[0] != '0')
        return 0;
    return s.data[1] == 'x' ? 16 : s.data[1] == 'o' ? 8 : s.data[1] == 'b' ? 2 : 0;
}

/* Where a run of digits and underscores that starts at `at` ends. */
static size_t digits_end(struct slice s, size_t at)
{
    while (at < s.length && (is_digit(s.data[at]) || s.data[at] == '_'))
        at++;
    return at;
}

static bool append_digits(struct slice s, size_t from, size_t to, struct buffer *json)
{
    bool any = false;
    for (size_t i = from; i < to; i++) {
        if (s.data[i] == '_')
            continue;
        buffer_append_char(json, s.data[i]);
        any = true;
    }
    return any;
}

/* "e+5" at `at`: true if it reaches the end. */
static bool is_exponent(struct slice s, size_t at)
{
    at++;
    if (at < s.length && (s.data[at] == '+' || s.data[at] == '-'))
        at++;
    size_t first = at;
    while (at < s.length && is_digit(s.data[at]))
        at++;
    return at > first && at == s.length;
}

/* The whole part of a decimal, without leading zeros. */
static void append_whole(struct slice s, size_t end, struct buffer *json)
{
    size_t from = 0;
    while (from < end && (s.data[from] == '0' || s.data[from] == '_'))
        from++;
    if (!append_digits(s, from, end, json))
        buffer_append_char(json, '0');
}

/* A decimal without sign, respelled as JSON: 007 -> 7, .5 -> 0.5, 1. -> 1, 1_000 -> 1000. JSON
 * numbers come out as they are. False: not a decimal, and `json` is spoilt. */
static bool read_decimal(struct slice s, enum node_kind *kind, struct buffer *json)
{
    size_t whole_end = digits_end(s, 0), end = whole_end;
    bool whole = whole_end > 0 && is_digit(s.data[0]);
    if ((!whole && whole_end > 0) || s.data[s.length - 1] == '_')
        return false;
    append_whole(s, whole_end, json);
    *kind = NODE_INTEGER;
    if (end < s.length && s.data[end] == '.') {
        end = digits_end(s, whole_end + 1);
        size_t before = json->length;
        buffer_append_char(json, '.');
        if (!append_digits(s, whole_end + 1, end, json)) {
            if (!whole)
                return false;
            json->length = before;
        }
        *kind = NODE_NUMBER;
    } else if (!whole) {
        return false;
    }
    if (end == s.length)
        return true;
    if ((s.data[end] != 'e' && s.data[end] != 'E') || !is_exponent(s, end))
        return false;
    buffer_append(json, s.data + end, s.length - end);
    *kind = NODE_NUMBER;
    return true;
}

/* 1: a number, 0: not one, -1: one that JSON cannot spell. */
static int read_number(struct slice plain, enum node_kind *kind, struct buffer *json)
{
    struct slice s = plain;
    bool negative = s.data[0] == '-';
    if (negative || s.data[0] == '+')
        s = (struct slice){s.data + 1, s.length - 1};
    if (s.length == 0)
        return 0;
    for (size_t i = 0; i < sizeof unspeakable / sizeof *unspeakable; i++)
        if (slice_equal(s, slice_of(unspeakable[i])))
            return -1;
    int base = base_of(s);
    uint64_t value;
    int based = base && s.data[s.length - 1] != '_'
                    ? read_based((struct slice){s.data + 2, s.length - 2}, base, &value)
                    : 0;
    if (based <= 0 && base)
        return based;
    if (negative && (!base || value))
        buffer_append_char(json, '-');
    if (!base)
        return read_decimal(s, kind, json);
    buffer_append_u64(json, value);
    *kind = NODE_INTEGER;
    return 1;
}

int service_scalar_resolve(struct slice plain, enum node_kind *kind, struct buffer *json)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (slice_equal(plain, slice_of(words[i].word))) {
            *kind = words[i].kind;
            buffer_append_text(json, words[i].json);
            return 0;
        }
    }
    size_t before = json->length;
    int number = read_number(plain, kind, json);
    if (number == 0) {
        json->length = before;
        *kind = NODE_TEXT;
    }
    return number < 0 ? -1 : 0;
}
