/* SPDX-License-Identifier: MIT */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/*
 * UTF-8, a byte at a time (Unicode, table 3-7: well-formed byte sequences). Overlong forms,
 * surrogates and what lies beyond U+10FFFF are not UTF-8.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A character that has begun: {0} between characters. */
struct utf8 {
    uint8_t left;        /* bytes still due */
    uint8_t seen;        /* bytes that have come */
    uint8_t least, most; /* bounds of the next one */
};

/* Takes the next byte. False: it is not UTF-8 here, and the state is as it was. */
static inline bool utf8_take(struct utf8 *u, uint8_t byte)
{
    if (u->left) {
        if (byte < u->least || byte > u->most)
            return false;
        u->least = 0x80;
        u->most = 0xBF;
        u->seen = --u->left ? u->seen + 1 : 0;
        return true;
    }
    if (byte < 0x80)
        return true;
    if (byte < 0xC2 || byte > 0xF4)
        return false;
    u->seen = 1;
    u->left = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    u->least = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    u->most = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    return true;
}

/* Is all of this text UTF-8? */
static inline bool utf8_is(const char *text, size_t length)
{
    struct utf8 state = {0};
    for (size_t i = 0; i < length; i++)
        if (!utf8_take(&state, (uint8_t)text[i]))
            return false;
    return !state.left;
}

/* Is this byte not the first of its character? */
static inline bool utf8_continues(char byte)
{
    return ((uint8_t)byte & 0xC0) == 0x80;
}

/* Of text that had to be cut to `size` bytes with its NUL: puts "..." at its end, which is
 * never in the middle of a character. `size` is above 3. */
static inline void utf8_ellipsis(char *text, size_t size)
{
    size_t cut = size - sizeof "...";
    while (cut > 0 && utf8_continues(text[cut]))
        cut--;
    memcpy(text + cut, "...", sizeof "...");
}

/* Copies text that ends in "..." where it has to be cut to `size` bytes. */
static inline void utf8_copy(char *to, size_t size, const char *text)
{
    size_t length = strnlen(text, size);
    memcpy(to, text, length < size ? length + 1 : size);
    if (length == size)
        utf8_ellipsis(to, size);
}

/* Writes a code point, which must be one, and returns how many bytes it took. */
static inline size_t utf8_encode(uint32_t point, char to[4])
{
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const uint8_t first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, point >>= 6)
        to[i] = (char)(0x80 | (point & 0x3F));
    to[0] = (char)(first[length] | point);
    return length;
}

#endif
