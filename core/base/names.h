/* SPDX-License-Identifier: MIT */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define NAMES_LOWER  "abcdefghijklmnopqrstuvwxyz"
#define NAMES_UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAMES_DIGITS "0123456789"

/* Not empty, and of these characters alone? */
static inline bool name_is_of(const char *text, const char *characters)
{
    return *text && text[strspn(text, characters)] == '\0';
}

/* What a header may be called: a token (RFC 9110, section 5.6.2). */
static inline bool name_is_header(const char *text)
{
    return name_is_of(text, "!#$%&'*+-.^_`|~" NAMES_DIGITS NAMES_LOWER NAMES_UPPER);
}

/* What a plugin may be called, and so never a path. */
static inline bool name_is_plugin(const char *text)
{
    return name_is_of(text, NAMES_LOWER NAMES_DIGITS "-");
}

/* Does a header of this name carry a secret: what HTTP has for it, and where services are
 * commonly told to put a token. */
static inline bool name_is_credential(const char *name, size_t length)
{
    static const char *const names[] = {
        "authorization", "proxy-authorization", "cookie",        "x-api-key",
        "api-key",       "x-auth-token",        "x-access-token"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && strncasecmp(name, names[i], length) == 0)
            return true;
    return false;
}

#endif
