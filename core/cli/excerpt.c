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

static size_t indent_of(struct slice line)
{
    size_t indent = 0;
    while (indent < line.length && line.data[indent] == ' ')
        indent++;
    return indent;
}

/* The line before the one that starts at `at`; NULL data: there is none. */
static struct slice line_before(struct slice text, const char *at)
{
    if (at <= text.data)
        return (struct slice){0};
    const char *end = at - 1;
    const char *feed = memrchr(text.data, '\n', (size_t)(end - text.data));
    const char *from = feed ? feed + 1 : text.data;
    return (struct slice){from, (size_t)(end - from)};
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.length; i++)
        if (!strchr(" \t\r", line.data[i]) || !line.data[i])
            return false;
    return true;
}

/* What a line may hold by those that it stands below, deeper than they. */
enum below {
    BELOW_NOTHING, /* no secret */
    BELOW_MAP,     /* `authentication:`, whose keys may be shown */
    BELOW_TEXT,    /* `token:`, or `token: "a`, which goes on here */
};

static enum below below_of(struct slice line)
{
    const char *colon = secret_colon(line), *end = line.data + line.length;
    if (!colon)
        return BELOW_NOTHING;
    static const char map[] = "authentication:";
    size_t indent = indent_of(line);
    bool bare = is_blank((struct slice){colon + 1, (size_t)(end - colon - 1)});
    return bare && line.length - indent >= sizeof map - 1 &&
                   memcmp(line.data + indent, map, sizeof map - 1) == 0
               ? BELOW_MAP
               : BELOW_TEXT;
}

static enum below below_what(struct slice text, struct slice line)
{
    size_t indent = indent_of(line);
    bool item = indent < line.length && line.data[indent] == '-';
    const char *at = line.data;
    for (enum below below; indent + item > 0;) {
        struct slice before = line_before(text, at);
        if (!before.data)
            break;
        at = before.data;
        size_t deep = indent_of(before);
        if (is_blank(before) || deep >= indent + item || (item && before.data[deep] == '-'))
            continue;
        if ((below = below_of(before)) != BELOW_NOTHING)
            return item && below == BELOW_MAP ? BELOW_TEXT : below;
        indent = deep;
        item = false;
    }
    return BELOW_NOTHING;
}

/* Brackets that are open, where indentation means nothing. */
struct brackets {
    unsigned depth;
    unsigned secret; /* the depth from which on nothing is shown; 0: all may be */
    char quote;      /* what ends the quoted text that is open; NUL: none is */
    char last;       /* of the line, blanks and comments left out */
};

/* Only inside brackets do quotes count: outside, an apostrophe is as likely. One bracket too
 * many hides a line; one too few would show it. */
static void step_over(struct brackets *b, const char **at, const char *start)
{
    char c = **at, before = *at > start ? (*at)[-1] : ' ';
    if (b->quote) {
        if (c == '\\' && b->quote == '"')
            ++*at;
        else if (c == b->quote)
            b->quote = '\0';
    } else if (b->depth && (c == '"' || c == '\'') && strchr(" \t[{,:", before)) {
        b->quote = c;
    } else if (c == '{' || c == '[') {
        b->depth++;
    } else if ((c == '}' || c == ']') && b->depth) {
        b->depth--;
        if (b->depth < b->secret)
            b->secret = 0;
    }
    if (c != ' ' && c != '\t' && c != '\r')
        b->last = c;
}

/* Takes in a line. A secret key in it whose value it does not end, or that stands before a
 * bracket that stays open, makes what follows one as well. */
static void take_brackets(struct slice text, struct slice line, struct brackets *b)
{
    const char *end = line.data + line.length;
    unsigned least = b->depth;
    bool outside = !b->depth;
    b->last = '\0';
    for (const char *at = line.data; at < end; at++) {
        bool blank = at == line.data || at[-1] == ' ' || at[-1] == '\t';
        if (!b->quote && *at == '#' && blank)
            break;
        step_over(b, &at, line.data);
        least = b->depth < least ? b->depth : least;
    }
    bool rose = b->depth > least;
    if (b->depth && !b->secret && (rose || b->quote || b->last != ',') &&
        (secret_colon(line) || (outside && below_what(text, line) != BELOW_NOTHING)))
        b->secret = rose ? least + 1 : b->depth;
}

static bool inside_secret_brackets(struct slice text, struct slice line)
{
    struct brackets b = {0};
    for (const char *at = text.data; at < line.data;) {
        const char *feed = memchr(at, '\n', (size_t)(line.data - at));
        const char *end = feed ? feed : line.data;
        struct slice one = {at, (size_t)(end - at)};
        if (b.depth || memchr(at, '{', one.length) || memchr(at, '[', one.length))
            take_brackets(text, one, &b);
        at = end + 1;
    }
    return b.secret > 0;
}

/* `type: bearer`, `header: X-Key`: of an authentication, what is no secret. */
static bool is_public(struct slice line)
{
    size_t indent = indent_of(line);
    const char *key = line.data + indent;
    size_t length = line.length - indent;
    return (length > 5 && memcmp(key, "type:", 5) == 0) ||
           (length > 7 && memcmp(key, "header:", 7) == 0);
}

/* From the character behind this on the line is not to be seen; NULL: all of it may be; the
 * line's start: nothing. */
static const char *last_shown(struct slice text, struct slice line)
{
    const char *colon = secret_colon(line), *url = password_colon(line);
    enum below below = below_what(text, line);
    bool inside = below == BELOW_MAP && !colon && !is_public(line);
    if (inside)
        colon = memchr(line.data, ':', line.length);
    if (below == BELOW_TEXT || (inside && !colon) || inside_secret_brackets(text, line))
        return line.data;
    return url && (!colon || url < colon) ? url : colon;
}

/* The part of the line around the column, harmless, and where the caret stands below it. */
static void take_line(struct slice text, struct slice line, struct excerpt *out)
{
    if (line.length && line.data[line.length - 1] == '\r')
        line.length--;
    unsigned before = out->column - 1;
    const char *last = last_shown(text, line);
    size_t shown = last ? (size_t)(last - line.data) + 1 : line.length;
    size_t at = bytes_of(line, before);
    if (last == line.data || (last && at >= shown))
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
            take_line(buffer_slice(&text), found, out);
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
