/* SPDX-License-Identifier: MIT */
#include "cli/excerpt.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "output/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_FILE    (2u << 20)
#define MOST_COLUMNS 100

/* Line `number` of text, without its end; NULL data: there is none. */
static struct slice line_of(struct slice text, unsigned number)
{
    const char *at = text.data, *end = text.data + text.length;
    for (; at && at < end; number--) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        if (number == 1)
            return (struct slice){at, (size_t)((feed ? feed : end) - at)};
        at = feed ? feed + 1 : NULL;
    }
    return (struct slice){0};
}

/* Does it say something like `token: x` or `X-API-Key: x`? Its first value then begins after
 * the colon that is returned; NULL: no. */
static const char *secret_colon(struct slice line)
{
    static const char *const words[] = {"token", "key", "secret", "auth", "password", "cookie"};
    for (const char *at = line.data, *end = at + line.length; at < end; at++)
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t length = strlen(words[i]);
            const char *colon;
            if ((size_t)(end - at) > length && strncasecmp(at, words[i], length) == 0 &&
                (colon = memchr(at, ':', (size_t)(end - at))))
                return colon;
        }
    return NULL;
}

/* The same of a URL with a name and password in it. */
static const char *password_colon(struct slice line)
{
    const char *url = memmem(line.data, line.length, "://", 3);
    return url && memchr(url, '@', (size_t)(line.data + line.length - url)) ? url : NULL;
}

/* Bytes of the first `columns` characters. */
static size_t bytes_of(struct slice line, unsigned columns)
{
    size_t at = 0;
    while (at < line.length && columns > 0) {
        at++;
        while (at < line.length && utf8_continues(line.data[at]))
            at++;
        columns--;
    }
    return at;
}

/* From the character behind this on the line is not to be seen; NULL: all of it may be. */
static const char *last_shown(struct slice line)
{
    const char *colon = secret_colon(line), *url = password_colon(line);
    return url && (!colon || url < colon) ? url : colon;
}

/* The part of the line around the column, harmless, and where the caret stands below it. */
static void take_line(struct slice line, struct excerpt *out)
{
    if (line.length && line.data[line.length - 1] == '\r')
        line.length--;
    unsigned before = out->column - 1;
    const char *last = last_shown(line);
    size_t shown = last ? (size_t)(last - line.data) + 1 : line.length;
    size_t at = bytes_of(line, before);
    if (last && at >= shown)
        return; /* it would point into the secret */
    unsigned skip = before > MOST_COLUMNS / 2 ? before - MOST_COLUMNS / 2 : 0;
    size_t from = bytes_of(line, skip), to = bytes_of(line, skip + MOST_COLUMNS);
    bool hides = last && to >= shown;
    if (hides)
        to = shown;
    if (to < from)
        return;
    text_clean((struct slice){line.data + from, (at < to ? at : to) - from}, 0, &out->text);
    out->caret = (unsigned)text_width(buffer_slice(&out->text));
    if (at < to)
        text_clean((struct slice){line.data + at, to - at}, 0, &out->text);
    if (hides)
        buffer_append_text(&out->text, " ...");
}

void excerpt_read(const char *file, const char *message, struct excerpt *out)
{
    *out = (struct excerpt){.message = message};
    size_t length = strlen(file);
    int used = 0;
    unsigned line, column;
    if (strncmp(message, file, length) != 0 ||
        sscanf(message + length, ":%u:%u: %n", &line, &column, &used) != 2 || !used)
        return;
    out->line = line;
    out->column = column;
    out->message = message + length + used;
    struct buffer text = {0};
    if (line && column && file_read(file, MOST_FILE, &text, NULL) == FILE_READ) {
        struct slice found = line_of(buffer_slice(&text), line);
        if (found.data)
            take_line(found, out);
    }
    buffer_free(&text);
}

int excerpt_find(const char *message, struct excerpt *out)
{
    unsigned line, column;
    for (const char *colon = message; (colon = strchr(colon, ':')); colon++) {
        int used = 0;
        if (colon == message || sscanf(colon, ":%u:%u: %n", &line, &column, &used) != 2 ||
            !used)
            continue;
        char *file = memory_copy_n(message, (size_t)(colon - message));
        excerpt_read(file, message, out);
        free(file);
        return 0;
    }
    return -1;
}

void excerpt_free(struct excerpt *excerpt)
{
    buffer_free(&excerpt->text);
}

void excerpt_append(const struct excerpt *excerpt, unsigned indent, struct buffer *out)
{
    char number[16];
    if (!excerpt->text.length)
        return;
    int width = snprintf(number, sizeof number, "%u", excerpt->line);
    text_spaces(indent, out);
    buffer_append_format(out, "%s | ", number);
    buffer_append_slice(out, buffer_slice(&excerpt->text));
    buffer_append_char(out, '\n');
    text_spaces(indent + (unsigned)width, out);
    buffer_append_text(out, " | ");
    text_spaces(excerpt->caret, out);
    buffer_append_text(out, "^\n");
}
