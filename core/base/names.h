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

/* Headers that say how a message is cut out of a connection: HTTP's own, set by nobody else,
 * lest two ends disagree where a request ends. Ended by NULL. */
static inline const char *const *names_framing(void)
{
    static const char *const names[] = {"Content-Length",   "Transfer-Encoding",
                                        "Connection",       "Keep-Alive",
                                        "Proxy-Connection", "Upgrade",
                                        "Trailer",          "Expect",
                                        "HTTP2-Settings",   NULL};
    return names;
}

/* Further headers that have a meaning of their own, so that nothing else can be put there.
 * Ended by NULL. */
static inline const char *const *names_meaning(void)
{
    static const char *const names[] = {
        "Host",   "Content-Type",    "Content-Encoding", "Content-Range", "TE",
        "Accept", "Accept-Encoding", "User-Agent",       "Date",          "Range",
        "Origin", "Referer",         "If-Match",         "If-None-Match", NULL};
    return names;
}

/* Headers that carry a secret: what HTTP has for it, and where services are commonly told to
 * put a token. Ended by NULL. */
static inline const char *const *names_credential(void)
{
    static const char *const names[] = {"Authorization",
                                        "Proxy-Authorization",
                                        "Cookie",
                                        "X-API-Key",
                                        "API-Key",
                                        "X-Auth-Token",
                                        "X-Access-Token",
                                        "ApiKey",
                                        "X-Api-Token",
                                        "X-Auth-Key",
                                        "X-Goog-Api-Key",
                                        "X-Vault-Token",
                                        "Private-Token",
                                        "X-Amz-Security-Token",
                                        NULL};
    return names;
}

static inline bool name_is_among(const char *const *names, const char *name, size_t length)
{
    for (; *names; names++)
        if (strlen(*names) == length && strncasecmp(name, *names, length) == 0)
            return true;
    return false;
}

/* What a plugin may be called, and so never a path. */
static inline bool name_is_plugin(const char *text)
{
    return name_is_of(text, NAMES_LOWER NAMES_DIGITS "-");
}

/* Does a header of this name carry a secret? */
static inline bool name_is_credential(const char *name, size_t length)
{
    return name_is_among(names_credential(), name, length);
}

/* May anybody set a header of this name? */
static inline bool name_is_settable(const char *name)
{
    return name_is_header(name) && !name_is_among(names_framing(), name, strlen(name));
}

#endif
