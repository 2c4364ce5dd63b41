/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_DESCRIPTOR_H
#define OUTPUT_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writing to a descriptor that others share, such as stdout, so that O_NONBLOCK cannot be set
 * on it: poll first, and then write no more than must fit.
 */

/* The most that may be written at once to this descriptor after a poll said that it is ready;
 * 0: any amount, since it is a file. */
size_t descriptor_chunk(int fd);

/* Writes what fits without blocking, and adds it to `*written`. 0, or -1 with errno set. */
int descriptor_write(int fd, size_t chunk, const char *data, size_t length, size_t *written);

/* Writes all, waiting for the reader. 0, or -1 with errno set. */
int descriptor_write_all(int fd, size_t chunk, const char *data, size_t length,
                         size_t *written);

/* Which of our own descriptors a path such as /dev/stdout or /dev/fd/3 names, be it by links;
 * -1: none. */
int descriptor_named(const char *path);

/* Can it be written to at this moment? */
bool descriptor_ready(int fd);

#endif
