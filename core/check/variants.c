/* SPDX-License-Identifier: MIT */
#include "check/variants.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "check/check.h"

#include <string.h>

#define LONG_TEXT_BYTES 300

static const char where[] = CHECK_WHERE;

/* ---- one spec ---- */

static void set(struct spec *spec, const char *name, const char *value, size_t length)
{
    for (size_t i = 0; i < spec->count; i++) {
        if (strcmp(spec->options[i].name, name) != 0)
            continue;
        free(spec->options[i].value);
        spec->options[i].value = memory_copy_n(value, length);
        return;
    }
    spec->options = memory_grow(spec->options, spec->count + 1, sizeof *spec->options);
    spec->options[spec->count++] = (struct spec_option){.name = memory_copy(name),
                                                        .value = memory_copy_n(value, length),
                                                        .where = memory_copy(where)};
}

static void copy(const struct spec *from, struct spec *to)
{
    *to = (struct spec){.name = memory_copy(from->name), .where = memory_copy(from->where)};
    for (size_t i = 0; i < from->count; i++)
        set(to, from->options[i].name, from->options[i].value, strlen(from->options[i].value));
}

const char *variant_sample(const struct ovrmnd_option *option)
{
    static const char *const samples[] = {
        [OVRMND_INTEGER] = "1", [OVRMND_NUMBER] = "1", [OVRMND_DURATION] = "1s",
        [OVRMND_RATE] = "10",   [OVRMND_SIZE] = "64K", [OVRMND_STRING] = "text",
        [OVRMND_CHOICE] = NULL, [OVRMND_BOOL] = "true"};
    if (option->fallback)
        return option->fallback;
    if (option->type == OVRMND_CHOICE)
        return option->choices;
    return option->least ? option->least : option->most ? option->most : samples[option->type];
}

static size_t sample_length(const struct ovrmnd_option *option, const char *sample)
{
    return option->type == OVRMND_CHOICE ? strcspn(sample, "|") : strlen(sample);
}

/* ---- all of them ---- */

static void add(struct variants *variants, const char *name, const char *value, size_t length)
{
    if (variants->count == MOST_VARIANTS)
        return;
    copy(&variants->specs[0], &variants->specs[variants->count]);
    set(&variants->specs[variants->count++], name, value, length);
}

static void add_text(struct variants *variants, const char *name, const char *value)
{
    if (value)
        add(variants, name, value, strlen(value));
}

static void add_choices(struct variants *variants, const struct ovrmnd_option *option)
{
    for (const char *at = option->choices;;) {
        size_t length = strcspn(at, "|");
        add(variants, option->name, at, length);
        if (!at[length])
            return;
        at += length + 1;
    }
}

static void add_edges(struct variants *variants, const struct ovrmnd_option *option)
{
    char text[LONG_TEXT_BYTES + 1];
    memset(text, 'x', LONG_TEXT_BYTES);
    text[LONG_TEXT_BYTES] = '\0';
    add_text(variants, option->name, option->least);
    add_text(variants, option->name, option->most);
    switch (option->type) {
    case OVRMND_CHOICE:
        add_choices(variants, option);
        break;
    case OVRMND_BOOL:
        add_text(variants, option->name, "true");
        add_text(variants, option->name, "false");
        break;
    case OVRMND_STRING:
        add_text(variants, option->name, "");
        add_text(variants, option->name, text);
        break;
    default:
        break;
    }
}

static int take_given(struct spec *spec, const char *text, struct error *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return error_set(err, ERROR_USAGE, "--with: an option is written NAME=VALUE, not '%s'",
                         text);
    char *name = memory_copy_n(text, (size_t)(equals - text));
    set(spec, name, equals + 1, strlen(equals + 1));
    free(name);
    return 0;
}

int variants_init(struct variants *variants, const struct plugin *plugin,
                  const char *const *given, size_t given_count, struct error *err)
{
    struct spec *first = &variants->specs[0];
    *first = (struct spec){.name = memory_copy(plugin->about.name),
                           .where = memory_copy(where)};
    variants->count = 1;
    for (uint32_t i = 0; i < plugin->about.option_count; i++) {
        const struct ovrmnd_option *option = &plugin->options[i];
        if (option->flags & OVRMND_REQUIRED) {
            const char *sample = variant_sample(option);
            set(first, option->name, sample, sample_length(option, sample));
        }
    }
    for (size_t i = 0; i < given_count; i++) {
        if (take_given(first, given[i], err)) {
            variants_fini(variants);
            return -1;
        }
    }
    for (uint32_t i = 0; i < plugin->about.option_count; i++)
        add_edges(variants, &plugin->options[i]);
    return 0;
}

void variants_fini(struct variants *variants)
{
    for (size_t i = 0; i < variants->count; i++)
        spec_free(&variants->specs[i]);
    variants->count = 0;
}

char *variant_text(const struct spec *spec)
{
    struct buffer text = {0};
    for (size_t i = 0; i < spec->count; i++)
        buffer_append_format(&text, "%s%s=%s", i ? "," : "", spec->options[i].name,
                             spec->options[i].value);
    if (spec->count == 0)
        buffer_append_text(&text, "defaults");
    char *copied = memory_copy(buffer_text(&text));
    buffer_free(&text);
    return copied;
}
