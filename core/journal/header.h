/* SPDX-License-Identifier: MIT */
#ifndef JOURNAL_HEADER_H
#define JOURNAL_HEADER_H

/* How every SQLite file begins ("The Database Header" in its file format), for those who look
 * at a file before SQLite does, which would begin by changing it. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#define HEADER_BYTES 100

/* Is it one, of which so many bytes could be read? */
static inline bool header_is_sqlite(const uint8_t *header, ssize_t bytes)
{
    return bytes == HEADER_BYTES && memcmp(header, "SQLite format 3", 16) == 0;
}

static inline uint32_t header_number(const uint8_t *header, size_t at)
{
    return (uint32_t)header[at] << 24 | (uint32_t)header[at + 1] << 16 |
           (uint32_t)header[at + 2] << 8 | header[at + 3];
}

static inline uint32_t header_version(const uint8_t *header)
{
    return header_number(header, 60); /* user_version */
}

static inline uint32_t header_application(const uint8_t *header)
{
    return header_number(header, 68);
}

/* Does SQLite look for a log beside it? */
static inline bool header_has_log(const uint8_t *header)
{
    return header[18] == 2 && header[19] == 2;
}

#endif
