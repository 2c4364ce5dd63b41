/* SPDX-License-Identifier: MIT */
#include "base/calendar.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define MS_PER_S 1000

/* False: it has no year, and `text` says so. */
static bool split(int64_t at_s, struct tm *utc, char text[CALENDAR_TEXT])
{
    time_t at = (time_t)at_s;
    snprintf(text, CALENDAR_TEXT, "?");
    return gmtime_r(&at, utc) != NULL;
}

const char *calendar_iso(int64_t at_s, char text[CALENDAR_TEXT])
{
    struct tm utc;
    if (split(at_s, &utc, text))
        strftime(text, CALENDAR_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

const char *calendar_iso_ms(int64_t at_ms, char text[CALENDAR_TEXT])
{
    struct tm utc;
    int64_t at_s = at_ms / MS_PER_S, ms = at_ms % MS_PER_S;
    if (ms < 0) { /* before 1970 the clock runs forward as well */
        ms += MS_PER_S;
        at_s--;
    }
    if (split(at_s, &utc, text)) {
        size_t length = strftime(text, CALENDAR_TEXT, "%Y-%m-%dT%H:%M:%S", &utc);
        snprintf(text + length, CALENDAR_TEXT - length, ".%03dZ", (int)ms);
    }
    return text;
}

const char *calendar_plain(int64_t at_s, char text[CALENDAR_TEXT])
{
    struct tm utc;
    if (split(at_s, &utc, text))
        strftime(text, CALENDAR_TEXT, "%Y-%m-%d %H:%M:%S UTC", &utc);
    return text;
}
