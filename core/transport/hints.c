/* SPDX-License-Identifier: MIT */
#include "transport/hints.h"

#include "base/units.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

bool hints_json(const char *content_type)
{
    static const char whole[] = "application/json", suffix[] = "+json";
    if (!content_type)
        return false;
    const char *type = skip_blanks(content_type);
    size_t length = strcspn(type, "; \t");
    if (length == sizeof whole - 1 && strncasecmp(type, whole, length) == 0)
        return true;
    size_t tail = sizeof suffix - 1;
    return length > tail && strncasecmp(type + length - tail, suffix, tail) == 0;
}

/* Digits alone, blanks around them; saturates. */
static bool read_seconds(const char *text, uint64_t *seconds)
{
    text = skip_blanks(text);
    size_t digits = strspn(text, "0123456789");
    if (!digits || *skip_blanks(text + digits))
        return false;
    *seconds = 0;
    for (size_t i = 0; i < digits; i++)
        if (__builtin_mul_overflow(*seconds, 10u, seconds) ||
            __builtin_add_overflow(*seconds, (uint64_t)(text[i] - '0'), seconds))
            *seconds = UINT64_MAX / 10;
    return true;
}

/* curl_getdate takes far more than HTTP dates; those start with a weekday and hold a time. */
bool hints_date(const char *text, int64_t *seconds)
{
    if (!text)
        return false;
    text = skip_blanks(text);
    if (strspn(text, "MTWFSmtwfs") == 0 || !strchr(text, ':'))
        return false;
    time_t t = curl_getdate(text, NULL);
    if (t == -1)
        return false;
    *seconds = (int64_t)t;
    return true;
}

bool hints_retry_after(const char *value, const char *date, int64_t wall_seconds,
                       uint64_t now_ns, uint64_t *not_before_ns)
{
    uint64_t seconds;
    if (!read_seconds(value, &seconds)) {
        int64_t then, now = wall_seconds;
        if (!hints_date(value, &then))
            return false;
        hints_date(date, &now);
        seconds = then > now ? (uint64_t)(then - now) : 0;
    }
    uint64_t ns;
    if (__builtin_mul_overflow(seconds, NS_PER_S, &ns) ||
        __builtin_add_overflow(ns, now_ns, not_before_ns))
        *not_before_ns = UINT64_MAX;
    return true;
}
