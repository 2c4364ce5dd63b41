/* SPDX-License-Identifier: MIT */
#include "input/reader.h"

#include "base/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define STEP_BYTES ((size_t)64 << 10)
#define KEEP_BYTES ((size_t)1 << 20) /* a buffer that one large item grew is given back */

/* As read(), but 0 for "later" is told from the end by `*later`. */
static ssize_t read_some(const struct reader *r, char *to, bool wait, bool *later)
{
    *later = false;
    if (r->polls) {
        struct pollfd ready = {.fd = r->fd, .events = POLLIN};
        int count = poll(&ready, 1, wait ? -1 : 0);
        *later = count == 0 || (count < 0 && errno == EINTR);
        if (*later || count < 0)
            return count < 0 && !*later ? -1 : 0;
    }
    ssize_t count;
    do {
        count = read(r->fd, to, STEP_BYTES);
    } while (count < 0 && errno == EINTR && !r->polls);
    *later = count < 0 && (errno == EINTR || errno == EAGAIN);
    return *later ? 0 : count;
}

/* Moves the bytes at hand to the front of the buffer and makes room behind them. */
static char *make_room(struct reader *r)
{
    if (r->length)
        buffer_consume(&r->buffer, (size_t)(r->data - r->buffer.data));
    else
        buffer_trim(&r->buffer, KEEP_BYTES);
    return buffer_reserve(&r->buffer, STEP_BYTES);
}

enum reader_answer reader_fill(struct reader *r, bool wait, struct error *err)
{
    if (r->ended)
        return READER_END;
    if (!wait && r->polls && r->patience < STEP_BYTES)
        return READER_LATER;
    char *to = make_room(r);
    bool later;
    ssize_t count = read_some(r, to, wait, &later);
    if (count > 0) {
        r->buffer.length += (size_t)count;
        r->patience -= wait || !r->polls ? 0 : (size_t)count;
    }
    r->data = r->buffer.data;
    if (later)
        return READER_LATER;
    if (count < 0) {
        error_set(err, ERROR_INPUT_INVALID, "cannot read %s: %s", r->name, strerror(errno));
        return READER_FAILED;
    }
    r->ended = count == 0;
    r->length = r->buffer.length;
    return r->ended ? READER_END : READER_MORE;
}

static void advance(const char *at, const char *stop, size_t *line, size_t *column)
{
    for (const char *feed; (feed = memchr(at, '\n', (size_t)(stop - at))); at = feed + 1) {
        ++*line;
        *column = 1;
    }
    size_t characters = 0;
    for (; at < stop; at++)
        characters += !utf8_continues(*at);
    *column += characters;
}

void reader_pass(struct reader *r, size_t count)
{
    if (count == 0)
        return;
    advance(r->data, r->data + count, &r->line, &r->column);
    r->data += count;
    r->length -= count;
}

int reader_error(const struct reader *r, size_t offset, struct error *err, const char *format,
                 ...)
{
    size_t line = r->line, column = r->column;
    if (offset)
        advance(r->data, r->data + offset, &line, &column);
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return error_set(err, ERROR_INPUT_INVALID, "%s:%zu:%zu: %s", r->name, line, column, what);
}
