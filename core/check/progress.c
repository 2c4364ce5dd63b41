/* SPDX-License-Identifier: MIT */

/* Odd moments of odd batches, shown on screens of all kinds. */

#include "base/units.h"
#include "base/utf8.h"
#include "check/draw.h"
#include "check/stages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOST_UPDATES 20

/* A screen that looks at what it is given. */
struct watched {
    struct ovrmnd_screen screen; /* first */
    struct check_page *page;
    uint32_t columns;
    bool as_told; /* an option may tell the plugin to use what the screen does not offer */
};

static enum check_function running(const struct watched *w)
{
    return (enum check_function)w->page->function;
}

static const char *fault_of(const char *text, bool *colours, bool *more_than_ascii)
{
    struct utf8 utf8 = {0};
    for (const char *at = text; *at; at++) {
        if (!utf8_take(&utf8, (uint8_t)*at))
            return "bytes that are not UTF-8";
        *more_than_ascii |= (unsigned char)*at >= 0x80;
        if (*at == '\033' && at[1] == '[') {
            at += 2 + strspn(at + 2, "0123456789;");
            if (*at != 'm')
                return "an escape sequence that is no colour";
            *colours = true;
        } else if ((unsigned char)*at < ' ' || *at == 0x7F) {
            return *at == '\n' ? "a line feed" : "a control character";
        }
    }
    return utf8.left ? "half a character at its end" : NULL;
}

static void look(const struct watched *w, const char *text, const char *where)
{
    bool colours = false, more = false;
    const char *fault = text ? fault_of(text, &colours, &more) : "NULL";
    if (fault)
        check_note(w->page, CHECK_W2, running(w), "in %s it gave screen->%s %s",
                   check_function_name(running(w)), where, fault);
    if (w->as_told)
        return;
    if (colours && !(w->screen.traits & OVRMND_SCREEN_COLOUR))
        check_note(w->page, CHECK_W3, running(w),
                   "in %s it used colours on a screen without OVRMND_SCREEN_COLOUR",
                   check_function_name(running(w)));
    if (more && !(w->screen.traits & OVRMND_SCREEN_UTF8))
        check_note(w->page, CHECK_W3, running(w),
                   "in %s it used more than ASCII on a screen without OVRMND_SCREEN_UTF8",
                   check_function_name(running(w)));
}

static uint32_t watched_columns(const struct ovrmnd_screen *screen)
{
    return ((const struct watched *)screen)->columns;
}

static void watched_line(const struct ovrmnd_screen *screen, const char *text)
{
    look((const struct watched *)screen, text, "line");
}

static void watched_status(const struct ovrmnd_screen *screen, const char *text)
{
    look((const struct watched *)screen, text, "status");
}

/* A column for each character that is not part of a colour. */
static uint32_t watched_width(const struct ovrmnd_screen *screen, const char *text)
{
    (void)screen;
    uint32_t columns = 0;
    for (; *text; text++) {
        if (*text == '\033')
            text += strcspn(text, "m");
        else
            columns += !utf8_continues(*text);
        if (!*text)
            break;
    }
    return columns;
}

static struct watched watched_screen(struct check_page *page, uint32_t traits, uint32_t columns)
{
    return (struct watched){.screen = {.size = sizeof(struct ovrmnd_screen),
                                       .traits = traits,
                                       .columns = watched_columns,
                                       .line = watched_line,
                                       .status = watched_status,
                                       .width = watched_width},
                            .page = page,
                            .columns = columns};
}

/* ---- what it is shown ---- */

static uint64_t some(struct random *random, uint64_t most)
{
    return most < UINT64_MAX ? random_below(random, most + 1) : random_u64(random);
}

/* The batch as it may stand: growing counts, that may begin and end with 0, or be huge. */
static void go_on(struct ovrmnd_snapshot *now, struct random *random, uint64_t most)
{
    uint64_t left = now->flags & OVRMND_TOTAL_KNOWN ? now->total - now->completed : most;
    uint64_t more = some(random, left);
    uint64_t good = some(random, more), failed = some(random, more - good);
    now->now_ns += draw_step_ns(random);
    now->completed += more;
    now->succeeded += good;
    now->failed += failed;
    now->cancelled += more - good - failed;
    now->recalled += some(random, good);
    if (!(now->flags & OVRMND_TOTAL_KNOWN))
        now->total = now->completed + some(random, most);
    now->attempts += more;
    now->retries += some(random, more);
    now->running = some(random, 10000);
    now->waiting = some(random, 10000);
    now->bytes_in += some(random, most);
    now->bytes_out += some(random, most);
    if (random_below(random, 8) == 0)
        now->flags |= OVRMND_HALTING;
    if (random_below(random, 16) == 0)
        now->flags |= 1u << 20; /* bits grow */
}

static void show(struct instance *i, struct random *random)
{
    static const uint64_t mosts[] = {0, 1, 10, 100000, UINT64_C(1) << 50};
    uint64_t most = mosts[random_below(random, 5)];
    struct ovrmnd_snapshot now = {.size = sizeof now,
                                  .flags = random_below(random, 2) ? OVRMND_TOTAL_KNOWN : 0,
                                  .now_ns = i->clock.virtual_ns,
                                  .started_ns = i->clock.virtual_ns};
    if (now.flags & OVRMND_TOTAL_KNOWN)
        now.total = most;
    instance_show(i, FUNCTION_BEGIN, &now);
    for (uint64_t left = random_below(random, MOST_UPDATES); left; left--) {
        go_on(&now, random, most);
        clock_advance_to(&i->clock, now.now_ns);
        instance_show(i, FUNCTION_UPDATE, &now);
    }
    now.running = now.waiting = 0;
    instance_show(i, FUNCTION_END, &now);
}

static void sequence(struct subject *s, uint64_t seed)
{
    static const struct {
        uint32_t traits, columns;
    } screens[] = {{0, 0},
                   {OVRMND_SCREEN_UTF8, 0},
                   {OVRMND_SCREEN_TERMINAL, 80},
                   {OVRMND_SCREEN_TERMINAL, 1},
                   {OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8, 1},
                   {OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_COLOUR, 40},
                   {OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8 | OVRMND_SCREEN_COLOUR, 120},
                   {OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8 | OVRMND_SCREEN_COLOUR, 10000}};
    struct random random = random_seeded(seed);
    size_t which = (size_t)random_below(&random, sizeof screens / sizeof *screens + 1);
    bool none = which == sizeof screens / sizeof *screens;
    struct watched w = none ? (struct watched){0}
                            : watched_screen(s->page, screens[which].traits,
                                             screens[which].columns);
    size_t variant = subject_variant(s, &random);
    struct instance i;
    struct error err;
    w.as_told = variant > 0 || s->settings->with_count > 0;
    if (instance_open(&i, s, variant, seed, none ? NULL : &w.screen, &err))
        return;
    show(&i, &random);
    instance_close(&i);
    s->page->sequences++;
}

void stage_progress(struct subject *s)
{
    calls_keep_times(&s->calls);
    for (uint64_t i = 0; i < s->settings->rounds && !subject_stops(s); i++)
        sequence(s, s->settings->seed + i);
    calls_tell_times(&s->calls);
}
