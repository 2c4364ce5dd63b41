/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE       4096
#define SHORTEST_SECRET 4

bool log_debug_on;

static struct {
    log_writer *writer;
    void *context;
    char **secrets;
    size_t secret_count;
} state;

void log_set_writer(log_writer *writer, void *context)
{
    state.writer = writer;
    state.context = context;
}

void log_enable_debug(bool on)
{
    log_debug_on = on;
}

static void add_spelling(const char *text)
{
    for (size_t i = 0; i < state.secret_count; i++)
        if (strcmp(state.secrets[i], text) == 0)
            return;
    state.secrets = memory_grow(state.secrets, state.secret_count + 1, sizeof *state.secrets);
    state.secrets[state.secret_count++] = memory_copy(text);
}

/* As a URL has it: `plain` are the signs that stay as they are, `space` what a space becomes.
 */
static void add_encoded(const char *text, const char *plain, const char *space, bool upper)
{
    struct buffer out = {0};
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (isalnum(c) || strchr(plain, c))
            buffer_append_char(&out, *text);
        else if (c == ' ' && space)
            buffer_append_text(&out, space);
        else
            buffer_append_format(&out, upper ? "%%%02X" : "%%%02x", c);
    }
    add_spelling(buffer_text(&out));
    buffer_free(&out);
}

/* The character at the start of well-formed UTF-8. */
static uint32_t character(const char *at, size_t *length)
{
    uint32_t c = (unsigned char)*at;
    *length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (*length > 1)
        c &= 0x7Fu >> *length;
    for (size_t i = 1; i < *length; i++)
        c = c << 6 | ((unsigned char)at[i] & 0x3F);
    return c;
}

/* A character beyond ASCII as \uXXXX, or two of them. */
static void append_escaped(uint32_t c, struct buffer *out)
{
    if (c >= 0x10000) {
        buffer_append_format(out, "\\u%04x", 0xD800u + ((c - 0x10000) >> 10));
        c = 0xDC00u + ((c - 0x10000) & 0x3FF);
    }
    buffer_append_format(out, "\\u%04x", c);
}

/* As JSON has it, where writers differ: "/" may be escaped, and what is not ASCII. */
static void add_json(const char *text, bool slashes, bool ascii)
{
    struct buffer json = {0}, out = {0};
    if (json_string_encode(slice_of(text), &json) == 0) {
        const char *end = json.data + json.length - 1;
        for (const char *at = json.data + 1; at < end;) {
            size_t length;
            uint32_t c = character(at, &length);
            if (ascii && c >= 0x80)
                append_escaped(c, &out);
            else
                buffer_append(&out, slashes && c == '/' ? "\\/" : at,
                              slashes && c == '/' ? 2 : length);
            at += length;
        }
        add_spelling(buffer_text(&out));
    }
    buffer_free(&json);
    buffer_free(&out);
}

void log_add_secret(const char *text)
{
    static const char *const plain[] = {"-_.!~*'()", "*-._", "-._~"};
    if (strlen(text) < SHORTEST_SECRET)
        return;
    add_spelling(text);
    for (int i = 0; i < 4; i++)
        add_json(text, i & 1, i & 2);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        add_encoded(text, plain[i], i == 1 ? "+" : NULL, true);
        add_encoded(text, plain[i], i == 1 ? "+" : NULL, false);
    }
}

void log_forget_secrets(void)
{
    for (size_t i = 0; i < state.secret_count; i++)
        free(state.secrets[i]);
    free(state.secrets);
    state.secrets = NULL;
    state.secret_count = 0;
}

/* Where the longest secret that starts here ends; `at` itself if none does. */
static const char *secret_end(const char *at)
{
    size_t longest = 0;
    for (size_t i = 0; i < state.secret_count; i++) {
        size_t length = strlen(state.secrets[i]);
        if (length > longest && strncmp(at, state.secrets[i], length) == 0)
            longest = length;
    }
    return at + longest;
}

bool log_holds_secret(const char *text)
{
    while (*text && secret_end(text) == text)
        text++;
    return *text != '\0';
}

/* `to` may be `text`: what is looked at is still as it was, so that secrets may overlap. */
void log_redact_copy(char *to, size_t size, const char *text)
{
    const char *until = text, *at = text;
    for (; *at && (size_t)(at - text) < size - 1; at++) {
        const char *end = secret_end(at);
        if (end > until)
            until = end;
        to[at - text] = at < until ? '*' : *at;
    }
    bool cut = *at != '\0';
    to[at - text] = '\0';
    if (cut)
        utf8_ellipsis(to, size);
}

void log_redact(char *line)
{
    log_redact_copy(line, SIZE_MAX, line);
}

void log_keep_to_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            *text = ' ';
}

/* Redacts before it cuts, lest half a secret is left at the end. Takes over `text`. */
static void write_line(const char *lead, char *text)
{
    char line[LINE_SIZE];
    log_redact(text);
    int length = snprintf(line, sizeof line, "%s%s", lead, text);
    free(text);
    if (length >= (int)sizeof line)
        utf8_ellipsis(line, sizeof line);
    if (state.writer)
        state.writer(state.context, line);
    else
        fprintf(stderr, "%s\n", line);
}

void log_warning(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = memory_format_list(format, args);
    va_end(args);
    write_line("ovrmnd: ", text);
}

/* A secret may go over several lines. */
void log_detail(const char *lines)
{
    char *text = memory_copy(lines), *rest = text;
    log_redact(text);
    for (char *line; (line = strsep(&rest, "\n"));)
        if (*line)
            write_line("", memory_copy(line));
    free(text);
}

void log_debug_line(const char *component, const char *id, const char *format, ...)
{
    char when[CALENDAR_TEXT], lead[256];
    snprintf(lead, sizeof lead, "[%s] [DEBUG] [%s] %s%s",
             calendar_iso(clock_wall_seconds(), when), component, id ? id : "", id ? " " : "");
    va_list args;
    va_start(args, format);
    char *text = memory_format_list(format, args);
    va_end(args);
    write_line(lead, text);
}
