/* SPDX-License-Identifier: MIT */
#include "check/stages.h"

#include <malloc.h>
#include <stdint.h>

#define LIVES        500
#define MEASUREMENTS 3
#define REHEARS      20 /* what a library takes once and keeps is taken by then */

/* A loss of less than this in each life may be chance. The smallest block takes 32 bytes, and
 * one that is lost while a batch runs is lost in every other life. */
#define LEAST_LOSS 12

#ifdef __SANITIZE_ADDRESS__
/* The sanitizer's own allocator, which mallinfo2 does not see
 * (sanitizer/allocator_interface.h). */
size_t __sanitizer_get_current_allocated_bytes(void);

static size_t in_use(void)
{
    return __sanitizer_get_current_allocated_bytes();
}
#else
static size_t in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
#endif

/* Lives `lives` times; true: create took it. */
static bool live(struct subject *s, size_t variant, int lives)
{
    struct instance instance;
    struct error err;
    bool made = true;
    for (int i = 0; i < lives && !subject_stops(s); i++) {
        made = !instance_open(&instance, s, variant, s->settings->seed, NULL, &err);
        if (!made)
            continue;
        if (i % 2) /* a batch that cannot begin goes from create straight to destroy */
            live_shortly(&instance);
        instance_close(&instance);
    }
    return made;
}

/* What each life lost; 0: as good as nothing. */
static size_t loss(struct subject *s, size_t variant, bool *made)
{
    size_t before = in_use();
    *made = live(s, variant, LIVES);
    size_t after = in_use();
    return after < before + (size_t)LIVES * LEAST_LOSS ? 0 : (after - before) / LIVES;
}

/* A leak is there each time. What the allocator keeps by chance, for threads above all, is not.
 */
static void look(struct subject *s, size_t variant)
{
    bool made = true;
    size_t each = SIZE_MAX;
    live(s, variant, REHEARS);
    for (int i = 0; i < MEASUREMENTS && each; i++) {
        size_t now = loss(s, variant, &made);
        each = now < each ? now : each;
    }
    if (subject_stops(s) || !each)
        return;
    if (made)
        check_note(s->page, CHECK_C3, FUNCTION_DESTROY,
                   "%d instances, made and ended, left %zu bytes each", LIVES, each);
    else
        check_note(s->page, CHECK_C3, FUNCTION_CREATE,
                   "create, when it refuses, leaves %zu bytes", each);
}

void stage_leaks(struct subject *s)
{
    look(s, 0);
    for (size_t variant = 1; variant < s->variants.count; variant++) {
        if (s->accepted[variant])
            continue;
        look(s, variant);
        break;
    }
}
