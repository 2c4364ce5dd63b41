/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    int exit_status;
} codes[] = {{"NONE", 0},
#define X(name, status, meaning) {#name, status},
             ERROR_CODES(X)
#undef X
};

const char *error_code_name(enum error_code code)
{
    return codes[code].name;
}

int error_exit_status(enum error_code code)
{
    return codes[code].exit_status;
}

/* vsnprintf that shows with "..." that it had to cut, never in the middle of a UTF-8 character.
 */
__attribute__((format(printf, 3, 0))) static void format_cut(char *to, size_t size,
                                                             const char *format, va_list args)
{
    int length = vsnprintf(to, size, format, args);
    if (length < 0) {
        to[0] = '\0';
        return;
    }
    if ((size_t)length >= size)
        utf8_ellipsis(to, size);
}

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
    if (!err)
        return -1;
    err->code = code;
    err->help[0] = '\0';
    va_list args;
    va_start(args, format);
    format_cut(err->message, sizeof err->message, format, args);
    va_end(args);
    return -1;
}

int error_help(struct error *err, const char *format, ...)
{
    if (!err)
        return -1;
    va_list args;
    va_start(args, format);
    format_cut(err->help, sizeof err->help, format, args);
    va_end(args);
    return -1;
}

__attribute__((format(printf, 2, 3))) static void format_into(struct error *err,
                                                              const char *format, ...)
{
    va_list args;
    va_start(args, format);
    format_cut(err->message, sizeof err->message, format, args);
    va_end(args);
}

int error_where(struct error *err, const char *format, ...)
{
    if (!err)
        return -1;
    char where[256];
    va_list args;
    va_start(args, format);
    format_cut(where, sizeof where, format, args);
    va_end(args);
    struct error before = *err;
    format_into(err, "%s: %s", where, before.message);
    return -1;
}

void error_bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "ovrmnd: bug at %s:%d: %s; please report it\n", file, line, what);
    abort();
}
