/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char units_integer_form[] = "a whole number";
const char units_number_form[] = "a number such as 2 or 0.5";
const char units_duration_form[] = "a duration such as 200ms, 1.5s, 2m or 1h";
const char units_rate_form[] = "a rate such as 20, 0.5, 600/m or 5000/h";
const char units_size_form[] = "a size such as 512, 64K, 10M or 1G";
const char units_bool_form[] = "true or false";

/* A decimal without sign or exponent, as digits / 10^places. */
struct decimal {
    uint64_t digits;
    unsigned places;
};

static bool decimal_digit(struct decimal *d, char c, bool fraction)
{
    if (d->digits > (UINT64_MAX - 9) / 10 || (fraction && d->places == 9))
        return false;
    d->digits = d->digits * 10 + (uint64_t)(c - '0');
    d->places += fraction;
    return true;
}

/* Reads "12", "1.5" or ".5" and returns where it ends, or NULL. */
static const char *decimal_read(const char *text, struct decimal *d)
{
    *d = (struct decimal){0};
    const char *at = text;
    bool any = false, fraction = false;
    for (;; at++) {
        if (*at == '.' && !fraction) {
            fraction = true;
        } else if (*at >= '0' && *at <= '9') {
            if (!decimal_digit(d, *at, fraction))
                return NULL;
            any = true;
        } else {
            return any && at[-1] != '.' ? at : NULL;
        }
    }
}

static uint64_t power_of_ten(unsigned places)
{
    uint64_t power = 1;
    while (places--)
        power *= 10;
    return power;
}

/* d * unit, exactly, or -1 where it is no whole number or does not fit. */
static int decimal_times(struct decimal d, uint64_t unit, uint64_t *out)
{
    unsigned __int128 product = (unsigned __int128)d.digits * unit;
    uint64_t divisor = power_of_ten(d.places);
    if (product % divisor || product / divisor > INT64_MAX)
        return -1;
    *out = (uint64_t)(product / divisor);
    return 0;
}

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit *unit_find(const struct unit *units, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct unit times[] = {
    {"ns", 1},
    {"us", NS_PER_US},
    {"ms", NS_PER_MS},
    {"s", NS_PER_S},
    {"m", 60 * NS_PER_S},
    {"h", 3600 * NS_PER_S},
    {"d", 86400 * NS_PER_S},
};

int units_duration(const char *text, uint64_t *ns)
{
    struct decimal d;
    const char *end = decimal_read(text, &d);
    if (!end)
        return -1;
    if (*end == '\0') {
        if (d.digits)
            return -1;
        *ns = 0;
        return 0;
    }
    const struct unit *unit = unit_find(times, COUNT(times), end);
    return unit ? decimal_times(d, unit->factor, ns) : -1;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

int units_rate(const char *text, struct rate *rate)
{
    struct decimal d;
    const char *end = decimal_read(text, &d);
    if (!end || !d.digits)
        return -1;
    uint64_t stretch = NS_PER_S;
    if (*end) {
        const struct unit *unit = *end == '/' ? unit_find(times, COUNT(times), end + 1) : NULL;
        if (!unit || unit->factor < NS_PER_S)
            return -1;
        stretch = unit->factor;
    }
    uint64_t divisor = common_divisor(d.digits, power_of_ten(d.places));
    uint64_t times_per = power_of_ten(d.places) / divisor;
    if (times_per > INT64_MAX / stretch || d.digits / divisor > INT64_MAX)
        return -1;
    *rate = (struct rate){d.digits / divisor, stretch * times_per};
    return 0;
}

int units_size(const char *text, uint64_t *bytes)
{
    static const struct unit sizes[] = {
        {"", 1},           {"B", 1},         {"K", 1u << 10},   {"KB", 1u << 10},
        {"KiB", 1u << 10}, {"M", 1u << 20},  {"MB", 1u << 20},  {"MiB", 1u << 20},
        {"G", 1u << 30},   {"GB", 1u << 30}, {"GiB", 1u << 30},
    };
    struct decimal d;
    const char *end = decimal_read(text, &d);
    const struct unit *unit = end ? unit_find(sizes, COUNT(sizes), end) : NULL;
    return unit ? decimal_times(d, unit->factor, bytes) : -1;
}

int units_integer(const char *text, int64_t *value)
{
    const char *digits = *text == '-' ? text + 1 : text;
    if (!*digits || strspn(digits, "0123456789") != strlen(digits))
        return -1;
    errno = 0;
    long long read = strtoll(text, NULL, 10);
    if (errno)
        return -1;
    *value = read;
    return 0;
}

int units_number(const char *text, double *value)
{
    if (!*text || strspn(text, "0123456789+-.eE") != strlen(text))
        return -1;
    char *end;
    double read = strtod(text, &end);
    if (*end || !isfinite(read))
        return -1;
    *value = read;
    return 0;
}

int units_bool(const char *text, int *value)
{
    static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no",
                                                                           "off"};
    for (size_t i = 0; i < COUNT(yes); i++) {
        if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
            *value = strcasecmp(text, yes[i]) == 0;
            return 0;
        }
    }
    return -1;
}

const char *units_duration_text(uint64_t ns, char text[UNITS_TEXT])
{
    if (ns < NS_PER_MS)
        snprintf(text, UNITS_TEXT, "%" PRIu64 " us", ns / NS_PER_US);
    else if (ns < NS_PER_S)
        snprintf(text, UNITS_TEXT, "%" PRIu64 " ms", ns / NS_PER_MS);
    else if (ns < 60 * NS_PER_S)
        snprintf(text, UNITS_TEXT, "%" PRIu64 ".%02u s", ns / NS_PER_S,
                 (unsigned)(ns % NS_PER_S / (10 * NS_PER_MS)));
    else if (ns < 3600 * NS_PER_S)
        snprintf(text, UNITS_TEXT, "%" PRIu64 " m %02u s", ns / (60 * NS_PER_S),
                 (unsigned)(ns / NS_PER_S % 60));
    else
        snprintf(text, UNITS_TEXT, "%" PRIu64 " h %02u m", ns / (3600 * NS_PER_S),
                 (unsigned)(ns / (60 * NS_PER_S) % 60));
    return text;
}
