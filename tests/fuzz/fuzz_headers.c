/* SPDX-License-Identifier: MIT */

/* A response's head, a line "Name: value" each, as hints of when and how much to send. */

#include "base/memory.h"
#include "base/units.h"
#include "fuzz/fuzz.h"
#include "transport/hints.h"
#include "transport/limits.h"

#include <stdio.h>
#include <strings.h>
#include <time.h>

#define WALL_SECONDS INT64_C(1700000000)
#define MOST_LINES   64

/* Splits "Name: value" as libcurl does. NULL: no such line. */
static char *split(char *line)
{
    char *colon = strchr(line, ':');
    if (!colon || colon == line)
        return NULL;
    *colon++ = '\0';
    colon += strspn(colon, " \t");
    for (size_t end = strlen(colon); end && strchr(" \t\r", colon[end - 1]); end--)
        colon[end - 1] = '\0';
    return colon;
}

/* A date that is a date is the same written the usual way. */
static void dates_return(const char *value)
{
    int64_t seconds = -1, again = 0;
    char text[64];
    struct tm parts;
    if (!hints_date(value, &seconds)) {
        MUST(seconds == -1);
        return;
    }
    time_t t = (time_t)seconds;
    if (!gmtime_r(&t, &parts) || parts.tm_year < 70 || parts.tm_year > 8000)
        return;
    MUST(strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    MUST(hints_date(text, &again) && again == seconds);
}

static void retry_after_is_bounded(const char *value, const char *date)
{
    uint64_t at = 0, later = 0;
    bool now = hints_retry_after(value, date, WALL_SECONDS, 5, &at);
    MUST(hints_retry_after(value, date, WALL_SECONDS, 1000, &later) == now);
    if (!now)
        return;
    MUST(at >= 5 && later >= 1000);
    MUST(later == UINT64_MAX || later - at == 995);
    if (strspn(value, "0123456789") == strlen(value) && strlen(value) < 10)
        MUST(at == 5 + strtoull(value, NULL, 10) * NS_PER_S);
    MUST(hints_retry_after(value, date, WALL_SECONDS, UINT64_MAX, &later) &&
         later == UINT64_MAX);
}

static void limits_are_bounded(const struct limit_fields *fields)
{
    uint64_t remaining = 1, reset = 1, again, later;
    bool known = limits_read(fields, WALL_SECONDS, 5, &remaining, &reset);
    if (!known) {
        MUST(remaining == 0 && reset == 0);
        return;
    }
    MUST(reset >= 5);
    MUST(limits_read(fields, WALL_SECONDS, 1000, &again, &later));
    MUST(again == remaining && (later == UINT64_MAX || later - reset == 995));
    struct limit_fields cached = *fields;
    cached.age = "1";
    MUST(!limits_read(&cached, WALL_SECONDS, 5, &again, &later));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct limit_fields fields = {0};
    char *lines[MOST_LINES];
    size_t count = 0;
    while (text.length && count < MOST_LINES) {
        struct slice line = fuzz_line(&text);
        if (!(lines[count] = fuzz_text(line)))
            continue;
        bool worth = limits_worth_reading(line.data, line.length);
        char *value = split(lines[count++]);
        if (!value)
            continue;
        struct limit_fields before = fields;
        limits_take(&fields, lines[count - 1], value);
        bool other = strcasecmp(lines[count - 1], "Date") == 0 ||
                     strcasecmp(lines[count - 1], "Age") == 0 ||
                     strcasecmp(lines[count - 1], "RateLimit-Policy") == 0 ||
                     strcasecmp(lines[count - 1], "Retry-After") == 0;
        MUST(worth || other || memcmp(&before, &fields, sizeof before) == 0);
        dates_return(value);
        (void)hints_json(value);
    }
    if (fields.retry_after)
        retry_after_is_bounded(fields.retry_after, fields.date);
    limits_are_bounded(&fields);
    for (size_t i = 0; i < count; i++)
        free(lines[i]);
    return 0;
}
