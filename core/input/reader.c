/* SPDX-License-Identifier: MIT */
#include "input/reader.h"

#include "base/json.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STEP_BYTES ((size_t)64 << 10)

/* As read(), but 0 for "later" is told from the end by `*later`. */
static ssize_t read_some(const struct reader *r, char *to, size_t room, bool wait, bool *later)
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
        count = read(r->fd, to, room);
    } while (count < 0 && errno == EINTR && !r->polls);
    *later = count < 0 && (errno == EINTR || errno == EAGAIN);
    return *later ? 0 : count;
}

static ssize_t cannot_read(const struct reader *r, struct error *err)
{
    return error_set(err, ERROR_INPUT_INVALID, "cannot read %s: %s", r->name, strerror(errno));
}

static ssize_t cannot_unpack(const struct reader *r, struct error *err)
{
    return error_set(err, ERROR_INPUT_INVALID,
                     "%s: the gzip data is broken after %" PRIu64 " bytes: %s", r->name,
                     gzip_offset(r->gzip), gzip_fault(r->gzip));
}

/* As read_some(), through gzip. Reads no more than it takes for the next bytes of text, and,
 * where it may not wait, a little at a time: empty members may follow each other without end.
 */
static ssize_t unpack_some(const struct reader *r, char *to, bool wait, bool *later,
                           struct error *err)
{
    *later = false;
    for (bool first = true;; first = false) {
        ssize_t count = gzip_take(r->gzip, to, STEP_BYTES);
        if (count)
            return count > 0 ? count : cannot_unpack(r, err);
        *later = !first && !wait;
        if (*later)
            return 0;
        count = read_some(r, gzip_room(r->gzip, GZIP_STEP_BYTES), GZIP_STEP_BYTES, wait, later);
        if (count < 0)
            return cannot_read(r, err);
        if (*later || (count == 0 && gzip_end(r->gzip) == 0))
            return 0;
        if (count == 0)
            return error_set(err, ERROR_INPUT_INVALID,
                             "%s: the gzip data is cut short: it ends after %" PRIu64 " bytes",
                             r->name, gzip_offset(r->gzip));
        gzip_put(r->gzip, (size_t)count);
    }
}

/* Moves the bytes at hand to the front of the buffer and makes room behind them. */
static char *make_room(struct reader *r)
{
    if (r->length)
        buffer_consume(&r->buffer, (size_t)(r->data - r->buffer.data));
    else
        buffer_trim(&r->buffer, READER_KEEP_BYTES);
    return buffer_reserve(&r->buffer, STEP_BYTES);
}

enum reader_answer reader_fill(struct reader *r, bool wait, struct error *err)
{
    if (r->ended)
        return READER_END;
    if (!wait && r->polls && r->patience < STEP_BYTES && !(r->gzip && gzip_holds(r->gzip)))
        return READER_LATER;
    char *to = make_room(r);
    bool later;
    ssize_t count = r->gzip ? unpack_some(r, to, wait, &later, err)
                            : read_some(r, to, STEP_BYTES, wait, &later);
    if (count > 0) {
        r->buffer.length += (size_t)count;
        r->patience -= (size_t)count < r->patience ? (size_t)count : r->patience;
    }
    r->data = r->buffer.data;
    if (later)
        return READER_LATER;
    if (count < 0) {
        if (!r->gzip)
            cannot_read(r, err);
        return READER_FAILED;
    }
    r->ended = count == 0;
    r->length = r->buffer.length;
    return r->ended ? READER_END : READER_MORE;
}

void reader_unpack(struct reader *r)
{
    r->gzip = gzip_new();
    memcpy(gzip_room(r->gzip, r->length), r->data, r->length);
    gzip_put(r->gzip, r->length);
    r->length = 0;
}

void reader_restart(struct reader *r)
{
    gzip_free(r->gzip);
    r->gzip = NULL;
    r->length = 0;
    r->ended = false;
    r->line = r->column = 1;
}

void reader_close(struct reader *r)
{
    gzip_free(r->gzip);
    buffer_free(&r->buffer);
    free(r->name);
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

void reader_pass_space(struct reader *r)
{
    size_t count = 0;
    while (count < r->length && json_is_space(r->data[count]))
        count++;
    reader_pass(r, count);
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
