/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_CAPACITY 256

const char *buffer_text(const struct buffer *b)
{
    if (!b->length)
        return "";
    /* buffer_reserve always leaves a byte for it. */
    b->data[b->length] = '\0';
    return b->data;
}

char *buffer_reserve(struct buffer *b, size_t more)
{
    size_t limit = b->limit ? b->limit : SIZE_MAX;
    if (b->length > limit || more > limit - b->length)
        return NULL;
    size_t need = b->length + more + 1;
    if (need > b->capacity || need <= more) {
        size_t capacity = b->capacity ? b->capacity : FIRST_CAPACITY;
        while (capacity < need && capacity <= SIZE_MAX / 2)
            capacity *= 2;
        if (capacity < need || need <= more)
            capacity = PTRDIFF_MAX; /* more than there is: memory_grow says so */
        b->data = memory_grow(b->data, capacity, 1);
        b->capacity = capacity;
    }
    return b->data + b->length;
}

int buffer_append(struct buffer *b, const void *data, size_t length)
{
    char *at = buffer_reserve(b, length);
    if (!at)
        return -1;
    if (length)
        memcpy(at, data, length);
    b->length += length;
    return 0;
}

int buffer_append_slice(struct buffer *b, struct slice s)
{
    return buffer_append(b, s.data, s.length);
}

int buffer_append_text(struct buffer *b, const char *text)
{
    return buffer_append(b, text, strlen(text));
}

int buffer_append_char(struct buffer *b, char c)
{
    return buffer_append(b, &c, 1);
}

int buffer_append_format(struct buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *at = length < 0 ? NULL : buffer_reserve(b, (size_t)length);
    if (at) {
        vsnprintf(at, (size_t)length + 1, format, again);
        b->length += (size_t)length;
    }
    va_end(again);
    return at ? 0 : -1;
}

size_t buffer_digits_u64(uint64_t value, char to[DIGITS_U64])
{
    size_t count = 1;
    for (uint64_t rest = value; rest >= 10; rest /= 10)
        count++;
    for (size_t at = count; at > 0; value /= 10)
        to[--at] = (char)('0' + value % 10);
    return count;
}

int buffer_append_u64(struct buffer *b, uint64_t value)
{
    char digits[DIGITS_U64];
    return buffer_append(b, digits, buffer_digits_u64(value, digits));
}

void buffer_reset(struct buffer *b)
{
    b->length = 0;
}

void buffer_consume(struct buffer *b, size_t count)
{
    b->length -= count;
    if (b->length)
        memmove(b->data, b->data + count, b->length);
}

void buffer_trim(struct buffer *b, size_t keep)
{
    if (b->capacity > keep)
        buffer_free(b);
    b->length = 0;
}

void buffer_free(struct buffer *b)
{
    free(b->data);
    b->data = NULL;
    b->length = b->capacity = 0;
}
