/* SPDX-License-Identifier: MIT */
#include "output/screen.h"

#include "base/guard.h"
#include "base/log.h"
#include "output/descriptor.h"
#include "output/text.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ERASE           "\r\033[K"
#define RESET           "\033[0m"
#define DEFAULT_COLUMNS 80

/* Lines may wait for a stuck reader up to here; then they wait with us. */
#define PENDING_BYTES (1024u * 1024)

/* ---- what the terminal is ---- */

static struct screen *self_of(const struct ovrmnd_screen *base)
{
    /* Plugins get it const, since they may not change it; it is ours. */
    return (struct screen *)(uintptr_t)base;
}

static bool is_terminal(const struct screen *s)
{
    return (s->base.traits & OVRMND_SCREEN_TERMINAL) != 0;
}

static uint32_t find_traits(int fd)
{
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    uint32_t traits = 0;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        traits |= OVRMND_SCREEN_UTF8;
    if (!isatty(fd) || !term || !*term || strcmp(term, "dumb") == 0)
        return traits;
    traits |= OVRMND_SCREEN_TERMINAL;
    return no_colour && *no_colour ? traits : traits | OVRMND_SCREEN_COLOUR;
}

unsigned screen_columns(const struct screen *s)
{
    struct winsize size;
    if (!is_terminal(s))
        return 0;
    if (ioctl(s->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    unsigned long n = columns ? strtoul(columns, NULL, 10) : 0;
    return n > 0 && n <= UINT16_MAX ? (unsigned)n : DEFAULT_COLUMNS;
}

bool screen_shares(const struct screen *s, int fd)
{
    struct stat mine, other;
    return is_terminal(s) && isatty(fd) && fstat(s->fd, &mine) == 0 && fstat(fd, &other) == 0 &&
           mine.st_rdev == other.st_rdev;
}

/* ---- writing ---- */

/* Writes lines that wait: as many as fit now or, with `wait`, all. */
static void pump(struct screen *s, bool wait)
{
    if (s->pending.length == 0)
        return;
    size_t chunk = descriptor_chunk(s->fd), written = 0;
    guard_pause(); /* a plugin that is kept waiting here is not to blame */
    int rc = (wait ? descriptor_write_all : descriptor_write)(s->fd, chunk, s->pending.data,
                                                              s->pending.length, &written);
    guard_resume();
    buffer_consume(&s->pending, written);
    if (rc != 0) {
        /* There is nowhere left to say that stderr is gone or full. */
        s->dead = true;
        buffer_reset(&s->pending);
    }
}

/* Hands `s->text` to stderr, behind what waits already. */
static void put_text(struct screen *s)
{
    if (!s->dead)
        (void)buffer_append_slice(&s->pending, buffer_slice(&s->text));
    pump(s, s->pending.length > PENDING_BYTES);
}

static unsigned lets(const struct screen *s)
{
    return (is_terminal(s) ? TEXT_COLOURS : 0) |
           (s->base.traits & OVRMND_SCREEN_UTF8 ? 0 : TEXT_ASCII);
}

/* Appends the status as it is to be drawn, cut to the width. */
static void append_status(struct screen *s)
{
    size_t start = s->text.length, columns = screen_columns(s);
    text_clean(slice_of(s->status), lets(s), &s->text);
    struct slice clean = {s->text.data + start, s->text.length - start};
    /* The last column stays free: terminals differ in what follows a character there. */
    s->text.length = start + text_fit(clean, columns > 0 ? columns - 1 : 0);
    size_t length = s->text.length - start;
    if (length > 0 && memchr(s->text.data + start, '\033', length))
        (void)buffer_append_text(&s->text, RESET);
}

/* Draws the status unless the terminal shows it already, or cannot take it now. */
static void draw(struct screen *s)
{
    pump(s, false);
    if (s->dead || s->hidden || s->pending.length > 0 || !descriptor_ready(s->fd))
        return;
    buffer_reset(&s->text);
    append_status(s);
    if (s->text.length >= sizeof s->drawn)
        return;
    if (strcmp(buffer_text(&s->text), s->drawn) == 0)
        return;
    memcpy(s->drawn, buffer_text(&s->text), s->text.length + 1);
    buffer_reset(&s->text);
    (void)buffer_append_text(&s->text, "\r");
    (void)buffer_append_text(&s->text, s->drawn);
    (void)buffer_append_text(&s->text, "\033[K");
    put_text(s);
}

static void erase(struct screen *s)
{
    if (!s->drawn[0])
        return;
    s->drawn[0] = '\0';
    buffer_reset(&s->text);
    (void)buffer_append_text(&s->text, ERASE);
    put_text(s);
}

/* ---- what others call ---- */

void screen_line(struct screen *s, const char *text)
{
    buffer_reset(&s->text);
    if (s->drawn[0])
        (void)buffer_append_text(&s->text, ERASE);
    /* In a locale without UTF-8 a line still passes as it is: it may well be copied. */
    text_clean(slice_of(text), lets(s) & TEXT_COLOURS, &s->text);
    if (lets(s) & TEXT_COLOURS && strchr(text, '\033'))
        (void)buffer_append_text(&s->text, RESET);
    (void)buffer_append_char(&s->text, '\n');
    s->drawn[0] = '\0';
    put_text(s);
    if (is_terminal(s))
        draw(s);
}

void screen_print(struct screen *s, struct buffer *line)
{
    if (line->length > 0) {
        (void)buffer_text(line);
        log_redact(line->data);
    }
    screen_line(s, buffer_text(line));
    buffer_reset(line);
}

void screen_status(struct screen *s, const char *text)
{
    if (!is_terminal(s))
        return;
    size_t length = strnlen(text, sizeof s->status - 1);
    memcpy(s->status, text, length);
    s->status[length] = '\0';
    draw(s);
}

void screen_hide(struct screen *s)
{
    if (s->hidden++ == 0)
        erase(s);
}

void screen_show(struct screen *s)
{
    if (--s->hidden == 0 && is_terminal(s))
        draw(s);
}

void screen_log(void *screen, const char *line)
{
    screen_line(screen, line);
}

static uint32_t base_columns(const struct ovrmnd_screen *base)
{
    return screen_columns(self_of(base));
}

static void base_line(const struct ovrmnd_screen *base, const char *text)
{
    screen_line(self_of(base), text);
}

static void base_status(const struct ovrmnd_screen *base, const char *text)
{
    screen_status(self_of(base), text);
}

static uint32_t base_width(const struct ovrmnd_screen *base, const char *text)
{
    struct screen *s = self_of(base);
    buffer_reset(&s->text);
    text_clean(slice_of(text), lets(s), &s->text);
    return (uint32_t)text_width(buffer_slice(&s->text));
}

void screen_init(struct screen *s, int fd)
{
    *s = (struct screen){
        .base = {.size = sizeof s->base,
                 .traits = find_traits(fd),
                 .columns = base_columns,
                 .line = base_line,
                 .status = base_status,
                 .width = base_width},
        .fd = fd,
    };
}

void screen_fini(struct screen *s)
{
    erase(s);
    pump(s, true);
    buffer_free(&s->pending);
    buffer_free(&s->text);
}
