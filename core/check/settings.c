/* SPDX-License-Identifier: MIT */
#include "check/stages.h"

#include <stdlib.h>
#include <string.h>

static void note_refusal(struct subject *s, size_t variant, const struct error *err)
{
    char *text = variant_text(&s->variants.specs[variant]);
    if (strstr(err->message, PLUGIN_NO_REASON))
        check_note(s->page, CHECK_C2, FUNCTION_CREATE,
                   "create returned NULL with %s, and left `why` empty", text);
    else if (variant == 0)
        check_note(s->page, CHECK_C1, FUNCTION_CREATE, "with %s, %s%s", text,
                   check_message(err),
                   s->settings->with_count ? "" : "; --with NAME=VALUE gives it what it needs");
    free(text);
}

void stage_settings(struct subject *s)
{
    for (size_t variant = 0; variant < s->variants.count; variant++) {
        struct instance instance;
        struct error err;
        s->page->variants++;
        if (instance_open(&instance, s, variant, s->settings->seed, NULL, &err)) {
            s->page->refused_variants++;
            note_refusal(s, variant, &err);
            continue;
        }
        s->accepted[variant] = true;
        instance_close(&instance);
    }
}
