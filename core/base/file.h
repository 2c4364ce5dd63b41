/* SPDX-License-Identifier: MIT */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* What reading a small file came to. */
enum file_answer {
    FILE_READ,
    FILE_ABSENT, /* there is none of that name */
    FILE_FAILED, /* it is there but cannot be read, is no plain file, or is too large */
};

/* Appends the whole of a plain file of at most `limit` bytes to `out`, which has no limit of
 * its own. For ABSENT and FAILED, `err` is FILE_NOT_FOUND and says why. Never waits: a pipe of
 * that name is refused. */
enum file_answer file_read(const char *path, size_t limit, struct buffer *out,
                           struct error *err);

#endif
