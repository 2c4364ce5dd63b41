/* SPDX-License-Identifier: MIT */
#include "transform/select.h"

#include "base/memory.h"

#include <stdlib.h>

/* A place in the tree of what is wanted. */
struct field {
    const struct step *step;
    struct field *first, *last, *next;
    struct field *each; /* among the children: `[*]` */
    bool whole;         /* all that is here; there are no children */
    bool single;        /* below, one path goes on, to its end */

    /* What the source has here, in the value whose members were just looked at. */
    struct slice key, found;
    char digits[DIGITS_U64]; /* of an array's length */
};

/* ---- the tree ---- */

static void forget_children(struct field *f)
{
    while (f->first) {
        struct field *child = f->first;
        f->first = child->next;
        forget_children(child);
        free(child);
    }
    f->last = f->each = NULL;
}

static struct field *child_for(struct field *f, const struct step *step)
{
    for (struct field *child = f->first; child; child = child->next)
        if (transform_step_equal(child->step, step))
            return child;
    struct field *made = memory_new(1, sizeof *made);
    made->step = step;
    if (step->all)
        f->each = made;
    if (f->last)
        f->last->next = made;
    else
        f->first = made;
    f->last = made;
    return made;
}

static void add(struct field *f, const struct step *steps, size_t count)
{
    for (; count && !f->whole; steps++, count--)
        f = child_for(f, steps);
    if (f->whole)
        return;
    forget_children(f);
    f->whole = true;
}

static void find_single(struct field *f)
{
    for (struct field *child = f->first; child; child = child->next)
        find_single(child);
    f->single = f->whole || (f->first && !f->first->next && f->first->single);
}

static size_t leading(const struct path *path)
{
    size_t count = 0;
    while (count < path->count && path->steps[count].all)
        count++;
    return count;
}

int transform_selection_init(struct selection *s, char *const *fields, size_t count,
                             struct error *err)
{
    *s = (struct selection){.paths = memory_new(count, sizeof *s->paths),
                            .root = memory_new(1, sizeof *s->root)};
    for (; s->path_count < count; s->path_count++)
        if (transform_path_read(&s->paths[s->path_count], fields[s->path_count], err))
            return -1;
    for (size_t i = 0; i < count; i++) {
        size_t lifts = leading(&s->paths[i]);
        s->lifts = i == 0 || lifts < s->lifts ? lifts : s->lifts;
    }
    /* Where only some paths begin with `[*]`, these ask an element for its elements. */
    for (size_t i = 0; i < count; i++)
        if (s->lifts == s->paths[i].count || !s->paths[i].steps[s->lifts].all)
            add(s->root, s->paths[i].steps + s->lifts, s->paths[i].count - s->lifts);
    find_single(s->root);
    return 0;
}

void transform_selection_fini(struct selection *s)
{
    for (size_t i = 0; i < s->path_count; i++)
        transform_path_free(&s->paths[i]);
    free(s->paths);
    if (s->root)
        forget_children(s->root);
    free(s->root);
    *s = (struct selection){0};
}

/* ---- what the source has ---- */

static void look_in_object(struct field *f, struct slice object)
{
    struct json_cursor cursor = json_members(object);
    struct slice key, value;
    while (json_next(&cursor, &key, &value)) {
        struct field *child = f->first;
        while (child && !transform_step_is(child->step, key))
            child = child->next;
        if (child) {
            child->key = key;
            child->found = value;
        }
    }
}

static void look_in_array(struct field *f, struct slice array)
{
    static const struct slice length = {"length", 6};
    struct json_cursor cursor = json_members(array);
    struct slice value;
    size_t count = 0;
    for (; json_next(&cursor, NULL, &value); count++)
        for (struct field *child = f->first; child; child = child->next)
            if (child->step->indexed && child->step->index == count)
                child->found = value;
    for (struct field *child = f->first; child; child = child->next) {
        child->key = child->step->key;
        if (slice_equal(child->step->name, length))
            child->found = (struct slice){child->digits,
                                          buffer_digits_u64(count, child->digits)};
    }
}

/* Says in each child of `f` what the value has for it. False: it has no members. */
static bool look(struct field *f, struct slice value)
{
    for (struct field *child = f->first; child; child = child->next)
        child->found.data = NULL;
    if (transform_is_object(value))
        look_in_object(f, value);
    else if (transform_is_array(value))
        look_in_array(f, value);
    else
        return false;
    return true;
}

/* ---- writing: false where there is nothing, and what was appended is to be dropped ---- */

static bool put(struct field *f, struct slice value, struct buffer *out);

static bool put_members(struct field *f, struct slice value, struct buffer *out)
{
    bool first = true;
    if (!look(f, value))
        return false;
    (void)buffer_append_char(out, '{');
    for (struct field *child = f->first; child; child = child->next) {
        size_t before = out->length;
        bool was_first = first;
        if (!child->found.data)
            continue;
        transform_put_key(child->key, &first, out);
        if (!put(child, child->found, out)) {
            out->length = before;
            first = was_first;
        }
    }
    (void)buffer_append_char(out, '}');
    return !first;
}

static void put_each(struct field *each, struct slice array, struct buffer *out);

/* Where there is one path alone, its value. */
static bool put_single(struct field *f, struct slice value, struct buffer *out)
{
    if (f->whole) {
        (void)buffer_append_slice(out, value);
        return true;
    }
    struct field *child = f->first;
    if (f->each && transform_is_array(value)) {
        put_each(child, value, out);
        return true;
    }
    return look(f, value) && child->found.data && put_single(child, child->found, out);
}

/* Places stay: an element with nothing to keep is {} or null. */
static void put_element(struct field *each, struct slice value, struct buffer *out)
{
    size_t before = out->length;
    if (each->single ? put_single(each, value, out) : put(each, value, out))
        return;
    out->length = before;
    (void)buffer_append_text(out, !each->single && transform_is_object(value) ? "{}" : "null");
}

static void put_each(struct field *each, struct slice array, struct buffer *out)
{
    struct json_cursor cursor = json_members(array);
    struct slice value;
    bool first = true;
    (void)buffer_append_char(out, '[');
    while (json_next(&cursor, NULL, &value)) {
        transform_put_key((struct slice){NULL, 0}, &first, out);
        put_element(each, value, out);
    }
    (void)buffer_append_char(out, ']');
}

static bool put(struct field *f, struct slice value, struct buffer *out)
{
    bool array = transform_is_array(value);
    if (f->whole || (f->each && f->each->whole && array)) {
        (void)buffer_append_slice(out, value);
        return true;
    }
    if (!f->each || !array)
        return put_members(f, value, out);
    put_each(f->each, value, out);
    return true;
}

/* ---- the top: each element of an array is a response of its own ---- */

static void select_at(const struct selection *s, size_t lifts, struct slice value,
                      struct buffer *out)
{
    if (transform_is_array(value) && (lifts || !s->root->whole)) {
        struct json_cursor cursor = json_members(value);
        struct slice element;
        bool first = true;
        (void)buffer_append_char(out, '[');
        while (json_next(&cursor, NULL, &element)) {
            transform_put_key((struct slice){NULL, 0}, &first, out);
            select_at(s, lifts ? lifts - 1 : 0, element, out);
        }
        (void)buffer_append_char(out, ']');
    } else if (transform_is_object(value) && lifts) {
        (void)buffer_append_text(out, "{}");
    } else if (transform_is_object(value) && !s->root->whole) {
        (void)put_members(s->root, value, out);
    } else {
        (void)buffer_append_slice(out, value);
    }
}

void transform_select(const struct selection *s, struct slice value, struct buffer *out)
{
    select_at(s, s->lifts, value, out);
}
