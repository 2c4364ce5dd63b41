/* SPDX-License-Identifier: MIT */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

/*
 * Times of the calendar as text, in UTC. Each function writes into `text` and returns it; a
 * time of which the calendar knows no year, as a damaged file may hold, is "?".
 */

#include <stdint.h>

#define CALENDAR_TEXT 48

/* "2026-03-01T12:30:00Z": for programs. */
const char *calendar_iso(int64_t at_s, char text[CALENDAR_TEXT]);

/* "2026-03-01T12:30:00.250Z": the same of milliseconds, as JavaScript's toISOString has it. */
const char *calendar_iso_ms(int64_t at_ms, char text[CALENDAR_TEXT]);

/* "2026-03-01 12:30:00 UTC": for people. */
const char *calendar_plain(int64_t at_s, char text[CALENDAR_TEXT]);

#endif
