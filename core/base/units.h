/* SPDX-License-Identifier: MIT */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

/*
 * Numbers with units as users write them, in options, service files and plugin options. One
 * parser for all. All are exact but units_number, which alone gives a double. The caller words
 * the error; each function returns 0, or -1 with nothing written.
 */

#include <stdint.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

/* So many (`count`) in each stretch of time (`per_ns`). Both above 0. */
struct rate {
    uint64_t count;
    uint64_t per_ns;
};

/* -12, 0, 4096. */
int units_integer(const char *text, int64_t *value);

/* 0.5, 2, 1e-3; finite. */
int units_number(const char *text, double *value);

/* 200ms, 1.5s, 2m, 1h, 1d; also us and ns, and 0 without a unit. In nanoseconds. */
int units_duration(const char *text, uint64_t *ns);

/* 20, 0.5, 100/s, 600/m, 5000/h, 86400/d. A fraction stretches the time: "0.5" is 1 in 2 s, in
 * lowest terms. A whole number keeps the time as written: "600/m" is 600 in a minute. */
int units_rate(const char *text, struct rate *rate);

/* 512, 64K, 10M, 1G; K is 1024. In bytes. */
int units_size(const char *text, uint64_t *bytes);

/* true false yes no on off. */
int units_bool(const char *text, int *value);

/* What each parser takes, for messages: "a duration such as 200ms, 1.5s, 2m or 1h". */
extern const char units_duration_form[], units_rate_form[], units_size_form[],
    units_integer_form[], units_number_form[], units_bool_form[];

/* "350 ms", "1.25 s", "2 m 05 s", into `text`; returns it. */
#define UNITS_TEXT 32
const char *units_duration_text(uint64_t ns, char text[UNITS_TEXT]);

/* What a noun after such a number ends with: "1 item", "2 items". */
static inline const char *units_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

#endif
