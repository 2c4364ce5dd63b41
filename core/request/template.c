/* SPDX-License-Identifier: MIT */
#include "request/template.h"

#include "base/memory.h"

#include <stdlib.h>

int template_name_index(const struct template *t, struct slice name)
{
    for (size_t i = 0; i < t->name_count; i++)
        if (slice_equal(slice_of(t->names[i]), name))
            return (int)i;
    return -1;
}

static void add_part(struct template *t, const char *start, const char *end, bool is_name)
{
    struct slice text = {start, (size_t)(end - start)};
    if (!text.length)
        return;
    t->parts = memory_grow(t->parts, t->part_count + 1, sizeof *t->parts);
    t->parts[t->part_count++] = (struct template_part){text, is_name};
    if (!is_name || template_name_index(t, text) >= 0)
        return;
    t->names = memory_grow(t->names, t->name_count + 1, sizeof *t->names);
    t->names[t->name_count++] = memory_copy_n(start, text.length);
}

/* Takes text[0..end) apart into a run of parts. */
static int add_run(struct template *t, const char *text, const char *end,
                   struct template_run *run, struct error *err)
{
    run->first = t->part_count;
    while (text < end) {
        const char *open = memchr(text, '{', (size_t)(end - text));
        if (!open)
            break;
        const char *close = memchr(open, '}', (size_t)(end - open));
        if (!close || close == open + 1)
            return error_set(err, ERROR_CONFIG_INVALID,
                             "the path '%s' has a '{' without a name and a '}' after it",
                             t->text);
        add_part(t, text, open, false);
        add_part(t, open + 1, close, true);
        text = close + 1;
    }
    add_part(t, text, end, false);
    run->count = t->part_count - run->first;
    return 0;
}

static int add_pair(struct template *t, const char *text, const char *end, struct error *err)
{
    const char *equals = memchr(text, '=', (size_t)(end - text));
    const char *key_end = equals ? equals : end;
    struct template_pair pair = {.key = {text, (size_t)(key_end - text)}, .has_value = equals};
    if (equals && add_run(t, equals + 1, end, &pair.value, err))
        return -1;
    t->pairs = memory_grow(t->pairs, t->pair_count + 1, sizeof *t->pairs);
    t->pairs[t->pair_count++] = pair;
    return 0;
}

static int add_query(struct template *t, const char *text, const char *end, struct error *err)
{
    while (text < end) {
        const char *ampersand = memchr(text, '&', (size_t)(end - text));
        const char *pair_end = ampersand ? ampersand : end;
        if (pair_end > text && add_pair(t, text, pair_end, err))
            return -1;
        text = pair_end + 1;
    }
    return 0;
}

/* What cannot stand in a URL as it is: blanks, and all that is not ASCII. */
static bool is_foreign(unsigned char c)
{
    return c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '`';
}

/* The text with all that encoded, as browsers do it, but for the names in braces. */
static char *url_text(const char *path)
{
    struct buffer text = {0};
    bool name = false;
    for (const char *at = path; *at; at++) {
        name = *at == '{' || (name && *at != '}');
        if (!name && is_foreign((unsigned char)*at))
            buffer_append_format(&text, "%%%02X", (unsigned char)*at);
        else
            buffer_append_char(&text, *at);
    }
    char *copy = memory_copy(buffer_text(&text));
    buffer_free(&text);
    return copy;
}

int template_init(struct template *t, const char *path, struct error *err)
{
    *t = (struct template){.text = url_text(path)};
    const char *end = t->text + strcspn(t->text, "#");
    const char *question = memchr(t->text, '?', (size_t)(end - t->text));
    if (add_run(t, t->text, question ? question : end, &t->path, err) ||
        (question && add_query(t, question + 1, end, err))) {
        template_fini(t);
        return -1;
    }
    return 0;
}

void template_fini(struct template *t)
{
    for (size_t i = 0; i < t->name_count; i++)
        free((void *)t->names[i]);
    free(t->names);
    free(t->pairs);
    free(t->parts);
    free(t->text);
    *t = (struct template){0};
}
