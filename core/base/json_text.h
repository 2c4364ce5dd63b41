/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

/* The tight loops that the parts of json.h share. For json_*.c alone. */

#include "base/json.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool json_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline const char *json_space_end(const char *at, const char *end)
{
    while (at < end && json_is_space(*at))
        at++;
    return at;
}

/* The first byte of a string's text that is a quote, a backslash or a control character, or,
 * with `ascii`, no ASCII.
 *
 * Eight bytes at a time: subtracting sets the top bit of a byte that is too small, and, after
 * an exclusive or, of one that equals. A borrow can only spoil bytes after the first hit, and
 * the first is all that counts ("Determine if a word has a byte less than n", Anderson, Bit
 * Twiddling Hacks). */
static inline const char *json_plain_end(const char *at, const char *end, bool ascii)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    for (; end - at >= 8; at += 8) {
        uint64_t x;
        memcpy(&x, at, sizeof x);
        x = le64toh(x);
        uint64_t stop = (x - ones * 0x20) | ((x ^ ones * '"') - ones) |
                        ((x ^ ones * '\\') - ones);
        stop = ascii ? stop | x : stop & ~x;
        stop &= ones * 0x80;
        if (stop)
            return at + __builtin_ctzll(stop) / 8;
    }
    for (; at < end; at++)
        if (*at == '"' || *at == '\\' || (uint8_t)*at < 0x20 || (ascii && (uint8_t)*at >= 0x80))
            break;
    return at;
}

/* The byte after a checked string, whose opening quote is at `at`. */
static inline const char *json_string_end(const char *at, const char *end)
{
    for (at = json_plain_end(at + 1, end, false); *at == '\\';)
        at = json_plain_end(at + 2, end, false);
    return at + 1;
}

/* The byte after a checked string, number or word. */
static inline const char *json_token_end(const char *at, const char *end)
{
    if (*at == '"')
        return json_string_end(at, end);
    while (at < end && *at != ',' && *at != ']' && *at != '}' && !json_is_space(*at))
        at++;
    return at;
}

#endif
