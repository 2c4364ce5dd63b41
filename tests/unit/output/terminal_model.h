/* SPDX-License-Identifier: MIT */
#ifndef UNIT_OUTPUT_TERMINAL_MODEL_H
#define UNIT_OUTPUT_TERMINAL_MODEL_H

/*
 * A terminal small enough to reason about: it replays what was drawn, and knows whether a line
 * ever wrapped. Understands CR, LF, ESC [ K, ESC [ ... m and UTF-8; anything else that controls
 * is counted as strange.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define MODEL_ROWS    64
#define MODEL_COLUMNS 320

struct terminal_model {
    unsigned columns;
    unsigned row, column;
    bool wrapped;
    unsigned strange;
    wchar_t cells[MODEL_ROWS][MODEL_COLUMNS];
    char row_text[4 * MODEL_COLUMNS];
};

static inline void model_show(struct terminal_model *m, wchar_t c)
{
    int width = wcwidth(c);
    if (width <= 0) {
        m->strange += width < 0;
        return;
    }
    if (m->column + (unsigned)width > m->columns) {
        m->wrapped = true;
        m->row++;
        m->column = 0;
    }
    if (m->row < MODEL_ROWS && m->column < MODEL_COLUMNS)
        m->cells[m->row][m->column] = c;
    m->column += (unsigned)width;
}

/* Obeys the sequence behind an ESC; returns how many bytes it took. */
static inline size_t model_escape(struct terminal_model *m, const char *at, size_t length)
{
    size_t n = 1;
    while (n < length && strchr("0123456789;", at[n]))
        n++;
    if (length < 2 || at[0] != '[' || n == length || (at[n] != 'K' && at[n] != 'm')) {
        m->strange++;
        return 0;
    }
    if (at[n] == 'K')
        for (unsigned i = m->column; i < MODEL_COLUMNS; i++)
            m->cells[m->row][i] = 0;
    return n + 1;
}

static inline void model_feed(struct terminal_model *m, const char *text, size_t length)
{
    mbstate_t state = {0};
    for (size_t i = 0; i < length;) {
        wchar_t c;
        size_t n = mbrtowc(&c, text + i, length - i, &state);
        if (n == 0 || n > length - i) {
            m->strange++;
            return;
        }
        i += n;
        if (c == '\r')
            m->column = 0;
        else if (c == '\n')
            m->row++, m->column = 0;
        else if (c == 0x1b)
            i += model_escape(m, text + i, length - i);
        else
            model_show(m, c);
    }
}

/* What a row shows, without the spaces behind it. Valid until the next call. */
static inline const char *model_row(struct terminal_model *m, unsigned row)
{
    size_t used = 0, end = 0;
    for (unsigned i = 0; i < MODEL_COLUMNS; i++) {
        wchar_t c = m->cells[row][i];
        if (i > 0 && c == 0 && m->cells[row][i - 1] && wcwidth(m->cells[row][i - 1]) == 2)
            continue;
        int n = wctomb(m->row_text + used, c ? c : L' ');
        used += n > 0 ? (size_t)n : 0;
        if (c && c != L' ')
            end = used;
    }
    m->row_text[end] = '\0';
    return m->row_text;
}

#endif
