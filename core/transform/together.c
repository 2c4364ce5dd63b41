/* SPDX-License-Identifier: MIT */
#include "transform/together.h"

#include "base/memory.h"

#include <stdlib.h>

#define KEEP_MEMBERS 10000
#define KEEP_BYTES   (1u << 16)

/* ---- which ---- */

static const struct step *last_step(const struct path *path)
{
    return &path->steps[path->count - 1];
}

static bool same_way(const struct path *a, const struct path *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i + 1 < a->count; i++)
        if (!transform_step_equal(&a->steps[i], &b->steps[i]))
            return false;
    return true;
}

/* From a key to a key of the same object: digits may name an array's element. */
static bool is_within_object(const struct renaming *r)
{
    const struct step *from = last_step(&r->from), *to = last_step(&r->to);
    return same_way(&r->from, &r->to) && !from->indexed && !to->indexed;
}

size_t transform_together_count(const struct renaming *renames, size_t count)
{
    size_t i = 0;
    while (i < count && is_within_object(&renames[i]) &&
           same_way(&renames[0].from, &renames[i].from))
        i++;
    return i;
}

/* ---- the members of an object ---- */

static struct member *add_member(struct together *t, struct slice key, struct slice value)
{
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        t->members = memory_grow(t->members, t->room, sizeof *t->members);
    }
    struct member *m = &t->members[t->count++];
    *m = (struct member){.key = key, .value = value};
    return m;
}

static bool has_escape(struct slice key)
{
    return memchr(key.data, '\\', key.length) != NULL;
}

static void read_members(struct together *t, struct slice object)
{
    struct json_cursor cursor = json_members(object);
    struct slice key, value;
    t->count = 0;
    buffer_reset(&t->names);
    while (json_next(&cursor, &key, &value)) {
        struct member *m = add_member(t, key, value);
        m->name_at = t->names.length;
        if (has_escape(key) && json_string_decode(key, &t->names) < 0)
            m->name_at = SIZE_MAX; /* half a surrogate pair: no path can name it */
        m->name_length = t->names.length - (m->name_at == SIZE_MAX ? 0 : m->name_at);
    }
}

/* Names that were decoded lie in a buffer, which stays where it is only now. */
static void index_members(struct together *t)
{
    name_table_begin(&t->table, t->count);
    for (size_t i = 0; i < t->count; i++) {
        struct member *m = &t->members[i];
        struct slice name = {m->key.data + 1, m->key.length - 2};
        if (m->name_at == SIZE_MAX)
            continue;
        if (has_escape(m->key))
            name = (struct slice){buffer_text(&t->names) + m->name_at, m->name_length};
        size_t *last = name_table_put(&t->table, name, 0);
        m->before = *last;
        *last = i + 1;
    }
}

/* ---- renaming ---- */

/* Takes away the members of a name from the `last`th on, counted from 1. */
static void remove_from(struct together *t, size_t last)
{
    while (last) {
        struct member *m = &t->members[last - 1];
        m->key.data = NULL;
        last = m->before;
    }
}

/* A key that stands twice goes or is replaced as a whole, as in `rename.c`. */
static bool rename_one(struct together *t, const struct renaming *r)
{
    size_t *from = name_table_find(&t->table, last_step(&r->from)->name);
    if (r->idle || !from || !*from)
        return false;
    struct slice moved = t->members[*from - 1].value;
    remove_from(t, *from);
    *from = 0;
    size_t *to = name_table_put(&t->table, last_step(&r->to)->name, 0);
    if (*to) {
        struct member *m = &t->members[*to - 1];
        remove_from(t, m->before);
        m->before = 0;
        m->value = moved;
    } else {
        add_member(t, last_step(&r->to)->key, moved);
        *to = t->count;
    }
    return true;
}

static void put_members(const struct together *t, struct buffer *out)
{
    bool first = true;
    (void)buffer_append_char(out, '{');
    for (size_t i = 0; i < t->count; i++) {
        const struct member *m = &t->members[i];
        if (!m->key.data)
            continue;
        transform_put_key(m->key, &first, out);
        (void)buffer_append_slice(out, m->value);
    }
    (void)buffer_append_char(out, '}');
}

struct work {
    struct together *room;
    const struct renaming *renames;
    size_t count;
};

static bool rename_object(const void *context, size_t level, struct slice value,
                          struct buffer *out)
{
    const struct work *work = context;
    struct together *t = work->room;
    bool renamed = false;
    (void)level; /* nothing moves to another */
    if (!transform_is_object(value))
        return false;
    read_members(t, value);
    index_members(t);
    for (size_t i = 0; i < work->count; i++)
        renamed |= rename_one(t, &work->renames[i]);
    if (renamed)
        put_members(t, out);
    return renamed;
}

bool transform_together(struct together *t, const struct renaming *renames, size_t count,
                        size_t most_lifts, struct slice value, struct buffer *out)
{
    struct work work = {t, renames, count};
    struct rename_way way = {renames, renames->from.count - 1, rename_object, &work};
    return transform_rename_way(&way, most_lifts, value, out);
}

void transform_together_trim(struct together *t)
{
    name_table_trim(&t->table, KEEP_MEMBERS);
    buffer_trim(&t->names, KEEP_BYTES);
    if (t->room <= KEEP_MEMBERS)
        return;
    free(t->members);
    t->members = NULL;
    t->count = t->room = 0;
}

void transform_together_free(struct together *t)
{
    free(t->members);
    buffer_free(&t->names);
    name_table_free(&t->table);
}
