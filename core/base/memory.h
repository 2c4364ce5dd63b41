/* SPDX-License-Identifier: MIT */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

/*
 * Allocation that does not fail: where memory runs out, the program says one line and ends with
 * status 1. What users or servers can make arbitrarily large is bounded by a buffer's limit
 * (buffer.h) and fails as an error instead, long before.
 */

#include <stdarg.h>
#include <stddef.h>

/* Zeroed; the caller frees with free(). */
void *memory_new(size_t count, size_t size);

/* As realloc, for an array that grows to `count` elements. */
void *memory_grow(void *old, size_t count, size_t size);

/* Copies, NUL-terminated; the caller frees. NULL stays NULL. */
char *memory_copy(const char *text);
char *memory_copy_n(const char *text, size_t length);

/* A formatted string; the caller frees. */
__attribute__((format(printf, 1, 2))) char *memory_format(const char *format, ...);
__attribute__((format(printf, 1, 0))) char *memory_format_list(const char *format,
                                                               va_list args);

#endif
