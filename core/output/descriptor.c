/* SPDX-License-Identifier: MIT */
#include "output/descriptor.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a terminal's buffer there may be less room than of a pipe's when it says it is ready. */
#define TERMINAL_CHUNK 256

size_t descriptor_chunk(int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || S_ISREG(st.st_mode))
        return 0;
    return isatty(fd) ? TERMINAL_CHUNK : PIPE_BUF;
}

static bool wait_writable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    /* An error or a hangup counts as ready: the write will say what it is. */
    return poll(&p, 1, timeout_ms) > 0;
}

bool descriptor_ready(int fd)
{
    return wait_writable(fd, 0);
}

/* How much of it to write at once. A pipe takes that whole or not at all, so whoever ends us by
 * force leaves whole lines there, but for lines that are longer than a chunk. */
static size_t piece_of(const char *data, size_t length, size_t chunk)
{
    if (!chunk || length <= chunk)
        return length;
    const char *last = memrchr(data, '\n', chunk);
    return last ? (size_t)(last + 1 - data) : chunk;
}

static int write_chunks(int fd, size_t chunk, const char *data, size_t length, size_t *written,
                        int timeout_ms)
{
    while (length > 0) {
        if (chunk && !wait_writable(fd, timeout_ms)) {
            if (timeout_ms == 0)
                return 0;
            continue;
        }
        ssize_t n = write(fd, data, piece_of(data, length, chunk));
        if (n < 0 && errno == EAGAIN && timeout_ms == 0)
            return 0;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return -1;
        if (n > 0) {
            data += n;
            length -= (size_t)n;
            *written += (size_t)n;
        }
    }
    return 0;
}

int descriptor_write(int fd, size_t chunk, const char *data, size_t length, size_t *written)
{
    return write_chunks(fd, chunk, data, length, written, 0);
}

int descriptor_write_all(int fd, size_t chunk, const char *data, size_t length, size_t *written)
{
    return write_chunks(fd, chunk, data, length, written, -1);
}
