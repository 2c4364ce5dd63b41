/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SCREEN_H
#define OUTPUT_SCREEN_H

/*
 * The only way to stderr while a batch runs: lines that stay, and below them one live status
 * line, redrawn in place. Lines never tear the live one, and the live one never wraps.
 *
 * Nothing here blocks the loop or fails: a status that stderr cannot take now is dropped; lines
 * wait, and are written later, at the latest by screen_fini. After a hangup everything is
 * ignored. Control characters are shown escaped; only colours (ESC [ ... m) pass, to terminals.
 */

#include "base/buffer.h"

#include <ovrmnd/progress.h>

#include <stdbool.h>

/* Longest status line in bytes, colours included; the rest is cut. */
#define SCREEN_STATUS_BYTES 2048

struct screen {
    struct ovrmnd_screen base; /* first: given to plugins as it is */
    int fd;
    bool dead;                        /* hung up: nothing is written any more */
    unsigned hidden;                  /* how often hidden; 0: the status may show */
    char status[SCREEN_STATUS_BYTES]; /* what was asked for */
    char drawn[SCREEN_STATUS_BYTES];  /* what the terminal shows; "" when nothing */
    struct buffer pending;            /* lines that the reader did not take yet */
    struct buffer text;               /* what is being put together */
};

/* Looks at the terminal behind `fd`, usually 2. Call setlocale before. */
void screen_init(struct screen *s, int fd);

/* Takes the status away, writes the lines that wait, and frees. */
void screen_fini(struct screen *s);

/* A line that stays; a status, in place of the one before ("" for none). */
void screen_line(struct screen *s, const char *text);
void screen_status(struct screen *s, const char *text);

/* A line that was put together in a buffer, with secrets hidden; empties the buffer. */
void screen_print(struct screen *s, struct buffer *line);

/* Takes the live line away while another writes to the terminal, and brings it back. They
 * nest. */
void screen_hide(struct screen *s);
void screen_show(struct screen *s);

/* Columns at this moment; 0: no terminal. */
unsigned screen_columns(const struct screen *s);

/* Do `fd` and the screen share a terminal? */
bool screen_shares(const struct screen *s, int fd);

/* A log_writer (base/log.h), whose context is the screen. */
void screen_log(void *screen, const char *line);

#endif
