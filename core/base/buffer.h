/* SPDX-License-Identifier: MIT */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

/*
 * Bytes: a slice looks at some that another owns; a buffer owns some and grows.
 *
 * A buffer has a limit. Appending beyond it fails with -1 and changes nothing; with the default
 * limit, SIZE_MAX, appending cannot fail and the result may be ignored. `buffer_reset` keeps
 * the memory for the next use. The data is not NUL-terminated as it stands; there is always
 * room for a NUL, which buffer_text puts there.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *data;
    size_t length;
};

struct buffer {
    char *data;
    size_t length;
    size_t capacity;
    size_t limit; /* 0 stands for SIZE_MAX, so that {0} is a buffer ready to use */
};

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline struct slice buffer_slice(const struct buffer *b)
{
    return (struct slice){b->data, b->length};
}

/* The content as a C string; "" when empty. Valid until the buffer changes. */
const char *buffer_text(const struct buffer *b);

/* Makes room for `more` bytes and returns where to write them, or NULL beyond the limit. The
 * caller then adds what it wrote to `length`. */
char *buffer_reserve(struct buffer *b, size_t more);

int buffer_append(struct buffer *b, const void *data, size_t length);
int buffer_append_slice(struct buffer *b, struct slice s);
int buffer_append_text(struct buffer *b, const char *text);
int buffer_append_char(struct buffer *b, char c);
__attribute__((format(printf, 2, 3))) int buffer_append_format(struct buffer *b,
                                                               const char *format, ...);

/* Decimal, without the cost of printf: into a buffer, or as digits without a NUL, of which
 * there are as many as it returns. */
int buffer_append_u64(struct buffer *b, uint64_t value);
#define DIGITS_U64 20
size_t buffer_digits_u64(uint64_t value, char to[DIGITS_U64]);

/* Empties, keeps the memory. */
void buffer_reset(struct buffer *b);

/* Takes the first `count` bytes away. */
void buffer_consume(struct buffer *b, size_t count);

/* Empties and, if it holds more than `keep` bytes of memory, frees it: for buffers that one
 * large item must not leave large for ever. */
void buffer_trim(struct buffer *b, size_t keep);

void buffer_free(struct buffer *b);

#endif
