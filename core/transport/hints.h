/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_HINTS_H
#define TRANSPORT_HINTS_H

/*
 * What response headers say, as values. Pure functions: time is passed in. Nothing here fails:
 * a header that makes no sense is as good as absent.
 */

#include <stdbool.h>
#include <stdint.h>

/* Is this Content-Type JSON: application/json, or anything that ends in +json? NULL is not. */
bool hints_json(const char *content_type);

/* An HTTP date as seconds since 1970; NULL is none. False leaves `*seconds` as it is. */
bool hints_date(const char *text, int64_t *seconds);

/* Retry-After: seconds, or an HTTP date. A date is measured against the response's own Date, so
 * that a wrong clock on either side does no harm, or against `wall_seconds` when there is none.
 * On true, `*not_before_ns` is the time on the engine's clock: `now_ns` for what is past,
 * UINT64_MAX for what is beyond the clock. We parse it ourselves since libcurl clips to six
 * hours and reads what it does not understand as 0. `date` may be NULL. */
bool hints_retry_after(const char *value, const char *date, int64_t wall_seconds,
                       uint64_t now_ns, uint64_t *not_before_ns);

#endif
