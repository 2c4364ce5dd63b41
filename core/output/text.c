/* SPDX-License-Identifier: MIT */
#include "output/text.h"

#include "base/units.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <wchar.h>

#define ESCAPE      0x1b
#define REPLACEMENT 0xfffd

/* Decodes the character at `text`, `length` above 0; returns its bytes. What is not UTF-8 is
 * one byte long and gives REPLACEMENT with `*valid` false. */
static size_t decode(const char *text, size_t length, uint32_t *character, bool *valid)
{
    struct utf8 state = {0};
    uint32_t c = 0;
    size_t size = 0;
    *valid = true;
    while (*valid && size < length && (size == 0 || state.left > 0)) {
        uint8_t byte = (uint8_t)text[size];
        *valid = utf8_take(&state, byte);
        if (size > 0)
            c = c << 6 | (byte & 0x3F);
        else /* the first byte spends a bit on each of its rest, and one on ending them */
            c = byte < 0x80 ? byte : byte & (0x3Fu >> state.left);
        size++;
    }
    *valid = *valid && state.left == 0;
    *character = *valid ? c : REPLACEMENT;
    return *valid ? size : 1;
}

/* The length of a colour sequence, ESC [ digits and semicolons m, at the start; else 0. */
static size_t colour(const char *text, size_t length)
{
    if (length < 3 || text[0] != ESCAPE || text[1] != '[')
        return 0;
    size_t at = 2;
    while (at < length && ((text[at] >= '0' && text[at] <= '9') || text[at] == ';'))
        at++;
    return at < length && text[at] == 'm' ? at + 1 : 0;
}

static bool steers(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

static void append_escaped(uint32_t c, struct buffer *out)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\',       'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15],
                    hex[c & 15]};
    (void)buffer_append(out, text, sizeof text);
}

static void append_character(uint32_t c, bool valid, struct slice source, unsigned lets,
                             struct buffer *out)
{
    if ((lets & TEXT_LINES) && (c == '\n' || c == '\t'))
        (void)buffer_append_char(out, (char)c);
    else if (steers(c))
        append_escaped(c, out);
    else if ((lets & TEXT_ASCII) && c >= 0x80)
        (void)buffer_append_char(out, '?');
    else if (!valid)
        (void)buffer_append_text(out, "\xef\xbf\xbd");
    else
        (void)buffer_append_slice(out, source);
}

void text_clean(struct slice text, unsigned lets, struct buffer *out)
{
    const char *at = text.data, *end = text.data + text.length;
    while (at < end) {
        const char *start = at;
        while (at < end && *at >= 0x20 && *at < 0x7f)
            at++;
        (void)buffer_append(out, start, (size_t)(at - start));
        if (at == end)
            break;
        size_t size = colour(at, (size_t)(end - at));
        if (size > 0 && (lets & TEXT_COLOURS))
            (void)buffer_append(out, at, size);
        if (size == 0 && (lets & TEXT_LINES) && end - at > 1 && at[0] == '\r' && at[1] == '\n')
            size = 1;
        if (size == 0) {
            uint32_t c;
            bool valid;
            size = decode(at, (size_t)(end - at), &c, &valid);
            append_character(c, valid, (struct slice){at, size}, lets, out);
        }
        at += size;
    }
}

/* The next character or colour of clean text: its bytes, and its columns. */
static size_t step(const char *at, size_t length, size_t *columns)
{
    size_t size = colour(at, length);
    *columns = 0;
    if (size > 0)
        return size;
    uint32_t c;
    bool valid;
    size = decode(at, length, &c, &valid);
    /* Unknown to the locale: a terminal most likely shows a box of one column. */
    int width = c >= 0x20 && c < 0x7f ? 1 : wcwidth((wchar_t)c);
    *columns = width < 0 ? 1 : (size_t)width;
    return size;
}

size_t text_width(struct slice text)
{
    size_t width = 0;
    for (size_t at = 0, columns; at < text.length; width += columns)
        at += step(text.data + at, text.length - at, &columns);
    return width;
}

size_t text_fit(struct slice text, size_t columns)
{
    size_t at = 0, width = 0;
    while (at < text.length) {
        size_t more, size = step(text.data + at, text.length - at, &more);
        width += more;
        if (width > columns)
            break;
        at += size;
    }
    return at;
}

void text_rate(uint64_t count, const char *what, uint64_t elapsed_ns, struct buffer *out)
{
    if (count == 0 || elapsed_ns == 0)
        return;
    double rate = (double)count * (double)NS_PER_S / (double)elapsed_ns;
    (void)buffer_append_format(out, " (%.*f %s/s)", rate < 9.95 ? 1 : 0, rate, what);
}

void text_rate_json(const char *key, uint64_t count, uint64_t elapsed_ns, struct buffer *out)
{
    unsigned __int128 per_1000s = (unsigned __int128)count * 1000 * NS_PER_S;
    uint64_t rate = elapsed_ns ? (uint64_t)(per_1000s / elapsed_ns) : 0;
    (void)buffer_append_format(out, "\"%s\":%" PRIu64 ".%03u", key, rate / 1000,
                               (unsigned)(rate % 1000));
}

void text_spaces(size_t count, struct buffer *out)
{
    char *at = buffer_reserve(out, count);
    if (!at)
        return;
    memset(at, ' ', count);
    out->length += count;
}
