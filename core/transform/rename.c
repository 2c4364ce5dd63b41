/* SPDX-License-Identifier: MIT */
#include "transform/rename.h"

/* The rest of a path. */
struct rest {
    const struct step *steps;
    size_t count;
};

static struct rest rest_of(const struct path *path, size_t from)
{
    return (struct rest){path->steps + from, path->count - from};
}

static struct rest rest_next(struct rest rest)
{
    return (struct rest){rest.steps + 1, rest.count - 1};
}

/* ---- reading ---- */

static bool is_idle(const struct renaming *r)
{
    if (r->from.count != r->to.count)
        return false;
    for (size_t i = 0; i < r->from.count; i++)
        if (!transform_step_equal(&r->from.steps[i], &r->to.steps[i]))
            return false;
    return true;
}

int transform_renaming_init(struct renaming *r, const char *from, const char *to,
                            struct error *err)
{
    *r = (struct renaming){0};
    if (transform_path_read(&r->from, from, err) || transform_path_read(&r->to, to, err))
        return -1;
    int shared = json_path_shared(from, to);
    if (shared < 0)
        return error_set(err, ERROR_CONFIG_INVALID,
                         "'%s' cannot be renamed to '%s': " JSON_PATH_RENAME_RULE, from, to);
    r->shared = (size_t)shared;
    r->idle = is_idle(r);
    while (r->lifts < r->shared && r->from.steps[r->lifts].all)
        r->lifts++;
    return 0;
}

void transform_renaming_fini(struct renaming *r)
{
    transform_path_free(&r->from);
    transform_path_free(&r->to);
}

/* ---- may it move? ---- */

/* How deeply a value nests: 0 for one that is no object or array. */
static size_t depth_of(struct slice value)
{
    size_t depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < value.length; i++) {
        char c = value.data[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            deepest = ++depth > deepest ? depth : deepest;
        else if (!in_string && (c == '}' || c == ']'))
            depth--;
    }
    return deepest;
}

/* A value with `moved` taken out at `from` and put in at `to`; either may be elsewhere, its
 * rest empty. `place` is the last value on the way of `to` that is there. */
struct move {
    struct rest from, to;
    struct slice moved, place;
};

/* Can it be put there? Not beside the elements of an array, and not deeper than JSON may nest.
 * Whatever else stands in the way is replaced. */
static bool find_place(struct move *m, size_t level, struct slice value)
{
    if (m->to.count > m->from.count &&
        level + m->to.count + depth_of(m->moved) > JSON_MAX_DEPTH)
        return false;
    m->place = (struct slice){NULL, 0};
    for (struct rest to = m->to; to.count; to = rest_next(to)) {
        struct slice next = transform_step_find(to.steps, value);
        if (!next.data)
            return !transform_is_array(value);
        m->place = value = next;
        if (next.data == m->moved.data)
            return true;
    }
    return true;
}

/* ---- writing ---- */

/* `moved` inside as many new objects as the path has steps. */
static void put_inside(struct rest to, struct slice moved, struct buffer *out)
{
    for (size_t i = 0; i < to.count; i++) {
        (void)buffer_append_char(out, '{');
        (void)buffer_append_slice(out, to.steps[i].key);
        (void)buffer_append_char(out, ':');
    }
    (void)buffer_append_slice(out, moved);
    for (size_t i = 0; i < to.count; i++)
        (void)buffer_append_char(out, '}');
}

static void put_moved(struct move m, struct slice value, struct buffer *out);

/* What becomes of one that is on the way of either path. */
static void put_on_way(struct move m, bool source, bool place, struct slice value,
                       struct buffer *out)
{
    static const struct rest elsewhere = {NULL, 0};
    m.from = source ? rest_next(m.from) : elsewhere;
    m.to = place ? rest_next(m.to) : elsewhere;
    if (transform_is_object(value) || transform_is_array(value))
        put_moved(m, value, out);
    else
        put_inside(m.to, m.moved, out);
}

static bool is_within(struct slice part, struct slice whole)
{
    return part.data >= whole.data && part.data < whole.data + whole.length;
}

/* A key that stands twice goes or is replaced as a whole: else the other would come to light.
 */
static void put_object(struct move m, struct slice value, struct buffer *out)
{
    struct slice key, member;
    bool first = true, placed = m.to.count == 0;
    (void)buffer_append_char(out, '{');
    for (struct json_cursor c = json_members(value); json_next(&c, &key, &member);) {
        bool is_source = m.from.count && is_within(m.moved, member);
        bool is_place = m.to.count && is_within(m.place, member);
        if (m.from.count == 1 && transform_step_is(m.from.steps, key))
            continue;
        if (m.to.count == 1 && !is_place && transform_step_is(m.to.steps, key))
            continue;
        transform_put_key(key, &first, out);
        placed |= is_place;
        if (m.to.count == 1 && is_place)
            (void)buffer_append_slice(out, m.moved);
        else if (is_source || is_place)
            put_on_way(m, is_source, is_place, member, out);
        else
            (void)buffer_append_slice(out, member);
    }
    if (!placed) {
        transform_put_key(m.to.steps->key, &first, out);
        put_inside(rest_next(m.to), m.moved, out);
    }
    (void)buffer_append_char(out, '}');
}

/* An element that is taken away leaves null, so that the others keep their places. */
static void put_array(struct move m, struct slice value, struct buffer *out)
{
    struct json_cursor cursor = json_members(value);
    struct slice element;
    bool first = true;
    (void)buffer_append_char(out, '[');
    for (size_t i = 0; json_next(&cursor, NULL, &element); i++) {
        bool is_source = m.from.count && m.from.steps->index == i;
        bool is_place = m.to.count && m.to.steps->index == i;
        transform_put_key((struct slice){NULL, 0}, &first, out);
        if (is_place && (m.to.count == 1 || (is_source && m.from.count == 1)))
            put_inside(rest_next(m.to), m.moved, out);
        else if (is_source && m.from.count == 1)
            (void)buffer_append_text(out, "null");
        else if (is_source || is_place)
            put_on_way(m, is_source, is_place, element, out);
        else
            (void)buffer_append_slice(out, element);
    }
    (void)buffer_append_char(out, ']');
}

static void put_moved(struct move m, struct slice value, struct buffer *out)
{
    (transform_is_object(value) ? put_object : put_array)(m, value, out);
}

static bool move(const void *context, size_t level, struct slice value, struct buffer *out)
{
    const struct renaming *r = context;
    struct move m = {
        .from = rest_of(&r->from, r->shared), .to = rest_of(&r->to, r->shared), .moved = value};
    for (struct rest from = m.from; from.count; from = rest_next(from)) {
        m.moved = transform_step_find(from.steps, m.moved);
        if (!m.moved.data)
            return false;
    }
    if (!find_place(&m, level, value))
        return false;
    put_moved(m, value, out);
    return true;
}

/* ---- the way to where it happens ---- */

static bool rename_on(const struct rename_way *w, size_t at, size_t level, struct slice value,
                      struct buffer *out);

/* Each member through which the step leads, renamed in; the others as they are. */
static bool rename_members(const struct rename_way *w, size_t at, size_t level,
                           struct slice value, struct buffer *out)
{
    const struct step *step = &w->first->from.steps[at];
    struct slice only = transform_step_find(step, value), key = {NULL, 0}, member;
    struct json_cursor cursor = json_members(value);
    bool first = true, renamed = false;
    (void)buffer_append_char(out, value.data[0]);
    while (json_next(&cursor, &key, &member)) {
        transform_put_key(key, &first, out);
        size_t before = out->length;
        if ((step->all || member.data == only.data) &&
            rename_on(w, at + 1, level + 1, member, out)) {
            renamed = true;
        } else {
            out->length = before;
            (void)buffer_append_slice(out, member);
        }
    }
    (void)buffer_append_char(out, value.data[value.length - 1]);
    return renamed;
}

static bool rename_on(const struct rename_way *w, size_t at, size_t level, struct slice value,
                      struct buffer *out)
{
    bool array = transform_is_array(value);
    if (!array && !transform_is_object(value))
        return false;
    const struct step *step = &w->first->from.steps[at];
    if (at == w->steps)
        return w->rename(w->context, level, value, out);
    if (step->all ? !array : !transform_step_find(step, value).data)
        return false;
    return rename_members(w, at, level, value, out);
}

static bool rename_at(const struct rename_way *w, size_t most_lifts, size_t level,
                      struct slice value, struct buffer *out)
{
    if (!transform_is_array(value)) {
        size_t lifts = w->first->lifts;
        bool here = lifts == (level < most_lifts ? level : most_lifts);
        return here && rename_on(w, lifts, level, value, out);
    }
    struct json_cursor cursor = json_members(value);
    struct slice element;
    bool first = true, renamed = false;
    (void)buffer_append_char(out, '[');
    while (json_next(&cursor, NULL, &element)) {
        transform_put_key((struct slice){NULL, 0}, &first, out);
        size_t before = out->length;
        if (rename_at(w, most_lifts, level + 1, element, out)) {
            renamed = true;
        } else {
            out->length = before;
            (void)buffer_append_slice(out, element);
        }
    }
    (void)buffer_append_char(out, ']');
    return renamed;
}

bool transform_rename_way(const struct rename_way *way, size_t most_lifts, struct slice value,
                          struct buffer *out)
{
    return rename_at(way, most_lifts, 0, value, out);
}

bool transform_rename(const struct renaming *r, size_t most_lifts, struct slice value,
                      struct buffer *out)
{
    struct rename_way way = {r, r->shared, move, r};
    return !r->idle && transform_rename_way(&way, most_lifts, value, out);
}
