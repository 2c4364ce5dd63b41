/* SPDX-License-Identifier: MIT */

/* Random transforms of random JSON, against a second opinion that parses into a tree, copies it
 * for every rename and never heard of slices. */

#include "base/json.h"
#include "base/memory.h"
#include "base/random.h"
#include "property/seeds.h"
#include "transform/transform.h"

#include <stdio.h>
#include <string.h>

/* ---- memory of one seed ---- */

static struct block {
    struct block *next;
} * blocks;

static void *take(size_t size)
{
    struct block *block = memory_new(1, sizeof *block + size);
    block->next = blocks;
    blocks = block;
    return block + 1;
}

static void drop_all(void)
{
    while (blocks) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

static char *text_of(struct slice s)
{
    char *text = take(s.length + 1);
    memcpy(text, s.data, s.length);
    return text;
}

/* ---- a value as a tree ---- */

struct tree {
    char kind;       /* '{', '[' or 0 */
    char *text;      /* of a scalar */
    char *key, *raw; /* of a member, decoded and as written */
    struct tree *first, *next;
};

static char *key_text(struct slice raw)
{
    struct buffer decoded = {0};
    (void)json_string_decode(raw, &decoded);
    char *text = text_of(buffer_slice(&decoded));
    buffer_free(&decoded);
    return text;
}

static struct tree **end_of(struct tree *t)
{
    struct tree **at = &t->first;
    while (*at)
        at = &(*at)->next;
    return at;
}

static struct tree *member(struct tree *t, const char *key)
{
    struct tree *at = t->first;
    while (at && strcmp(at->key, key) != 0)
        at = at->next;
    return at;
}

static void drop(struct tree *t, const struct tree *child)
{
    struct tree **at = &t->first;
    while (*at != child)
        at = &(*at)->next;
    *at = child->next;
}

/* Of members with one key, the last stays. */
static struct tree *tree_of(struct slice value)
{
    struct tree *t = take(sizeof *t);
    if (value.data[0] != '{' && value.data[0] != '[') {
        t->text = text_of(value);
        return t;
    }
    t->kind = value.data[0];
    struct json_cursor cursor = json_members(value);
    struct slice key = {0}, child;
    while (json_next(&cursor, &key, &child)) {
        struct tree *made = tree_of(child);
        if (t->kind == '{') {
            made->raw = text_of(key);
            made->key = key_text(key);
            struct tree *old = member(t, made->key);
            if (old)
                drop(t, old);
        }
        *end_of(t) = made;
    }
    return t;
}

static struct tree *copy(const struct tree *t)
{
    struct tree *c = take(sizeof *c);
    *c = *t;
    c->first = c->next = NULL;
    struct tree **end = &c->first;
    for (const struct tree *child = t->first; child; child = child->next, end = &(*end)->next)
        *end = copy(child);
    return c;
}

static struct tree *scalar(const char *text)
{
    struct tree *t = take(sizeof *t);
    t->text = text_of(slice_of(text));
    return t;
}

static struct tree *with_key(const struct tree *t, const char *key, const char *raw)
{
    struct tree *c = copy(t);
    struct buffer made = {0};
    (void)json_string_encode(slice_of(key), &made);
    c->key = text_of(slice_of(key));
    c->raw = raw ? text_of(slice_of(raw)) : text_of(buffer_slice(&made));
    buffer_free(&made);
    return c;
}

static const struct tree *nth_key(const struct tree *t, size_t n)
{
    for (const struct tree *a = t->first; a; a = a->next) {
        size_t before = 0;
        for (const struct tree *b = t->first; b; b = b->next)
            before += strcmp(b->key, a->key) < 0;
        if (before == n)
            return a;
    }
    return NULL;
}

/* `sorted` puts members in the order of their keys, so that texts compare without it. */
static void write_tree(const struct tree *t, bool sorted, struct buffer *out)
{
    if (!t->kind) {
        buffer_append_text(out, t->text);
        return;
    }
    buffer_append_char(out, t->kind);
    const struct tree *child = t->first;
    for (size_t n = 0; child; n++, child = child->next) {
        const struct tree *shown = t->kind == '{' && sorted ? nth_key(t, n) : child;
        buffer_append_text(out, n ? "," : "");
        if (t->kind == '{')
            buffer_append_format(out, "%s:", shown->raw);
        write_tree(shown, sorted, out);
    }
    buffer_append_char(out, t->kind == '{' ? '}' : ']');
}

/* ---- paths, as lists of words; "*" is each ---- */

#define MOST_STEPS 4
#define MOST_PATHS 5
struct words {
    const char *word[MOST_STEPS];
    size_t count;
};

static struct words tail(struct words w)
{
    memmove(w.word, w.word + 1, (MOST_STEPS - 1) * sizeof *w.word);
    w.count--;
    return w;
}

static bool each(struct words w)
{
    return w.count && strcmp(w.word[0], "*") == 0;
}

static bool starts_with(struct words w, struct words start)
{
    for (size_t i = 0; i < start.count; i++)
        if (i >= w.count || strcmp(w.word[i], start.word[i]) != 0)
            return false;
    return true;
}

struct paths {
    struct words path[MOST_PATHS];
    size_t count;
};

/* Without those that another one covers. */
static struct paths needed(struct paths all)
{
    struct paths some = {.count = 0};
    for (size_t i = 0; i < all.count; i++) {
        bool covered = false;
        for (size_t j = 0; j < all.count; j++)
            if (j != i && starts_with(all.path[i], all.path[j]))
                covered |= all.path[j].count < all.path[i].count || j < i;
        if (!covered)
            some.path[some.count++] = all.path[i];
    }
    return some;
}

/* Those that begin with this word, without it. */
static struct paths below(struct paths all, const char *word)
{
    struct paths some = {.count = 0};
    for (size_t i = 0; i < all.count; i++)
        if (all.path[i].count && strcmp(all.path[i].word[0], word) == 0)
            some.path[some.count++] = tail(all.path[i]);
    return some;
}

static bool any_empty(struct paths all)
{
    for (size_t i = 0; i < all.count; i++)
        if (all.path[i].count == 0)
            return true;
    return false;
}

/* ---- the second opinion on fields ---- */

static const struct tree *child_of(const struct tree *t, const char *word)
{
    if (t->kind == '{')
        return member((struct tree *)t, word);
    size_t n = 0;
    char place[32];
    for (const struct tree *c = t->first; t->kind == '[' && c; c = c->next, n++) {
        snprintf(place, sizeof place, "%zu", n);
        if (strcmp(place, word) == 0)
            return c;
    }
    return NULL;
}

static const struct tree *child_or_length(const struct tree *t, const char *word)
{
    char text[32];
    size_t n = 0;
    if (t->kind != '[' || strcmp(word, "length") != 0)
        return child_of(t, word);
    for (const struct tree *c = t->first; c; c = c->next)
        n++;
    snprintf(text, sizeof text, "%zu", n);
    return scalar(text);
}

static struct tree *only_value(const struct tree *t, struct words path)
{
    if (path.count == 0)
        return copy(t);
    if (!each(path)) {
        const struct tree *c = child_or_length(t, path.word[0]);
        return c ? only_value(c, tail(path)) : NULL;
    }
    if (t->kind != '[')
        return NULL;
    struct tree *list = take(sizeof *list);
    list->kind = '[';
    for (const struct tree *c = t->first; c; c = c->next) {
        struct tree *value = only_value(c, tail(path));
        *end_of(list) = value ? value : scalar("null");
    }
    return list;
}

static struct tree *pick(const struct tree *t, struct paths paths);

static struct tree *pick_each(const struct tree *t, struct paths paths)
{
    struct paths rest = needed(paths);
    struct tree *list = take(sizeof *list);
    list->kind = '[';
    for (const struct tree *c = t->first; c; c = c->next) {
        struct tree *value = rest.count == 1 ? only_value(c, rest.path[0]) : pick(c, rest);
        if (!value && rest.count > 1 && c->kind == '{') {
            value = take(sizeof *value);
            value->kind = '{';
        }
        *end_of(list) = value ? value : scalar("null");
    }
    return list;
}

/* NULL: nothing of it. */
static struct tree *pick(const struct tree *t, struct paths paths)
{
    if (any_empty(paths))
        return copy(t);
    if (t->kind == '[' && below(paths, "*").count)
        return pick_each(t, below(paths, "*"));
    struct tree *object = take(sizeof *object);
    object->kind = '{';
    for (size_t i = 0; i < paths.count; i++) {
        const char *word = paths.path[i].word[0];
        const struct tree *c = each(paths.path[i]) ? NULL : child_or_length(t, word);
        struct tree *value = c && !member(object, word) ? pick(c, below(paths, word)) : NULL;
        if (value)
            *end_of(object) = with_key(value, word, t->kind == '{' ? c->raw : NULL);
    }
    return object->first ? object : NULL;
}

static struct tree *plain_fields(const struct tree *t, struct paths paths)
{
    if (any_empty(paths) && t->kind)
        return copy(t);
    if (t->kind == '{') {
        struct tree *picked = pick(t, paths), *empty = take(sizeof *empty);
        empty->kind = '{';
        return picked ? picked : empty;
    }
    if (!t->kind)
        return copy(t);
    struct tree *list = take(sizeof *list);
    list->kind = '[';
    struct paths inside = below(paths, "*");
    for (const struct tree *c = t->first; c; c = c->next)
        *end_of(list) = plain_fields(c, paths.count && inside.count == paths.count ? inside
                                                                                   : paths);
    return list;
}

/* ---- the second opinion on renames: get, delete, set ---- */

struct pair {
    struct words from, to;
};

static bool set(struct tree *t, struct words to, const struct tree *value)
{
    struct tree *child = (struct tree *)child_of(t, to.word[0]);
    if (!child) {
        if (t->kind == '[')
            return false;
        child = with_key(scalar("null"), to.word[0], NULL);
        *end_of(t) = child;
    }
    struct tree kept = *child;
    if (to.count == 1) {
        *child = *copy(value);
    } else if (!child->kind) {
        *child = (struct tree){.kind = '{'};
    }
    child->key = kept.key;
    child->raw = kept.raw;
    child->next = kept.next;
    return to.count == 1 || set(child, tail(to), value);
}

static void plain_move(struct tree *t, struct pair p)
{
    struct tree *changed = copy(t), *parent = changed, *value = NULL;
    for (size_t i = 0; i < p.from.count; i++) {
        parent = value ? value : changed;
        value = (struct tree *)child_of(parent, p.from.word[i]);
        if (!value)
            return;
    }
    const struct tree *moved = copy(value);
    if (parent->kind == '{') {
        drop(parent, value);
    } else {
        struct tree *next = value->next;
        *value = *scalar("null");
        value->next = next;
    }
    if (set(changed, p.to, moved))
        t->first = changed->first;
}

static void plain_rename(struct tree *t, struct pair p)
{
    bool some = false;
    for (size_t i = 0; i < p.from.count; i++)
        some |= strcmp(p.from.word[i], "*") == 0;
    if (!t->kind)
        return;
    if (!some) {
        plain_move(t, p);
    } else if (each(p.from)) {
        for (struct tree *c = t->kind == '[' ? t->first : NULL; c; c = c->next)
            plain_rename(c, (struct pair){tail(p.from), tail(p.to)});
    } else {
        struct tree *c = (struct tree *)child_of(t, p.from.word[0]);
        if (c)
            plain_rename(c, (struct pair){tail(p.from), tail(p.to)});
    }
}

static void plain_renames(struct tree *t, const struct pair *pairs, size_t count)
{
    struct pair inside[MOST_PATHS];
    size_t inside_count = 0;
    for (size_t i = 0; i < count; i++)
        if (each(pairs[i].from))
            inside[inside_count++] = (struct pair){tail(pairs[i].from), tail(pairs[i].to)};
    for (struct tree *c = t->kind == '[' ? t->first : NULL; c; c = c->next)
        plain_renames(c, inside_count ? inside : pairs, inside_count ? inside_count : count);
    for (size_t i = 0; t->kind == '{' && i < count; i++)
        if (!each(pairs[i].from))
            plain_rename(t, pairs[i]);
}

/* ---- making things up ---- */

static struct random rng;

static size_t below_n(size_t bound)
{
    return (size_t)random_below(&rng, bound);
}
#define ONE_OF(...)                                                                            \
    ((const char *const[]){__VA_ARGS__}[below_n(sizeof((const char *const[]){__VA_ARGS__}) /   \
                                                sizeof(const char *))])

static void make_value(struct buffer *out, unsigned depth, bool twice)
{
    size_t kind = below_n(depth < 5 ? 8 : 2), used = 0;
    if (kind < 2) {
        buffer_append_text(out, ONE_OF("1.0", "1e400", "-0", "12345678901234567890", "null",
                                       "\"\\u0041{[,\\\"\"", "true", "\"\"", "0.50"));
        return;
    }
    bool object = kind < 6;
    buffer_append_char(out, object ? '{' : '[');
    for (size_t i = 0, count = below_n(5); i < count; i++) {
        size_t key = below_n(7);
        if (object && !twice && used >> key & 1)
            continue;
        static const char *const keys[][2] = {
            {"a", "\\u0061"},     {"b", "b"},       {"c", "\\u0063"}, {"d", "d"},
            {"length", "length"}, {"0", "\\u0030"}, {"1", "1"}};
        buffer_append_text(out, used ? ", " : "");
        used |= (size_t)1 << key;
        if (object)
            buffer_append_format(out, "\"%s\" :", keys[key][below_n(4) == 0]);
        make_value(out, depth + 1, twice);
    }
    buffer_append_char(out, object ? '}' : ']');
}

static const char *make_word(bool stars)
{
    return stars && below_n(3) == 0 ? "*"
                                    : ONE_OF("a", "b", "c", "d", "a", "b", "0", "1", "length");
}

static struct words make_words(bool stars)
{
    struct words w = {.count = 1 + below_n(MOST_STEPS - 1)};
    for (size_t i = 0; i < w.count; i++)
        w.word[i] = make_word(stars);
    return w;
}

static char *spell(struct words w)
{
    struct buffer text = {0};
    for (size_t i = 0; i < w.count; i++) {
        bool digit = w.word[i][0] < 'A' && below_n(2);
        buffer_append_format(&text,
                             digit || w.word[i][0] == '*' ? "[%s]"
                             : i                          ? ".%s"
                                                          : "%s",
                             w.word[i]);
    }
    char *copied = memory_copy(buffer_text(&text));
    buffer_free(&text);
    return copied;
}

static bool same_words(struct words a, struct words b)
{
    return a.count == b.count && starts_with(a, b);
}

/* Both the same up to the last "*", names after it, and not the same. */
static struct pair make_pair(void)
{
    struct pair p;
    do {
        p = (struct pair){make_words(true), make_words(false)};
        size_t last = 0;
        for (size_t i = 0; i < p.from.count; i++)
            last = strcmp(p.from.word[i], "*") == 0 ? i + 1 : last;
        if (last == p.from.count)
            p.from.word[p.from.count++] = make_word(false);
        memcpy(p.to.word, p.from.word, last * sizeof *p.to.word);
        if (p.to.count <= last)
            p.to.word[last] = make_word(false);
        p.to.count = p.to.count <= last ? last + 1 : p.to.count;
    } while (same_words(p.from, p.to));
    return p;
}

/* ---- the properties ---- */

static struct tree *plain_step(struct tree *t, struct transform_step *step)
{
    struct paths paths = {.count = below_n(MOST_PATHS)};
    struct pair pairs[MOST_PATHS];
    step->has_fields = below_n(3) > 0;
    step->field_count = step->has_fields ? paths.count : 0;
    step->rename_count = below_n(4);
    step->fields = memory_new(step->field_count, sizeof *step->fields);
    step->renames = memory_new(step->rename_count, sizeof *step->renames);
    bool stars = below_n(4) > 0, all = below_n(4) == 0;
    for (size_t i = 0; i < step->field_count; i++) {
        paths.path[i] = make_words(stars);
        if (all)
            paths.path[i].word[0] = "*";
        step->fields[i] = spell(paths.path[i]);
    }
    if (step->has_fields)
        t = plain_fields(t, paths);
    for (size_t i = 0; i < step->rename_count; i++) {
        pairs[i] = make_pair();
        step->renames[i] = (struct transform_rename){spell(pairs[i].from), spell(pairs[i].to)};
    }
    plain_renames(t, pairs, step->rename_count);
    return t;
}

/* Where `length` was asked for, there is one number that the source need not hold. */
static bool numbers_are_from(struct slice value, struct slice source)
{
    enum json_type type = json_type(value);
    if (type == JSON_NUMBER)
        return (value.length == 1 && value.data[0] < '5') ||
               memmem(source.data, source.length, value.data, value.length);
    if (type != JSON_OBJECT && type != JSON_ARRAY)
        return true;
    struct json_cursor cursor = json_members(value);
    struct slice child;
    while (json_next(&cursor, NULL, &child))
        if (!numbers_are_from(child, source))
            return false;
    return true;
}

static void describe(const struct transform_steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct transform_step *s = &steps->items[i];
        print_message("step%s", s->has_fields ? ", fields:" : "");
        for (size_t j = 0; j < s->field_count; j++)
            print_message(" %s", s->fields[j]);
        for (size_t j = 0; j < s->rename_count; j++)
            print_message(", %s to %s", s->renames[j].from, s->renames[j].to);
        print_message("\n");
    }
}

static const char *agrees(struct slice json, bool twice, const struct tree *expected,
                          struct slice got)
{
    struct buffer mine = {0}, theirs = {0};
    struct json_fault fault;
    const char *wrong = NULL;
    write_tree(expected, twice, &mine);
    if (json_check(got, NULL, &fault))
        return "the result is no JSON";
    if (twice)
        write_tree(tree_of(got), true, &theirs);
    else
        json_minify(got, &theirs);
    if (!slice_equal(buffer_slice(&mine), buffer_slice(&theirs))) {
        print_message("expected %s\ngot      %s\n", buffer_text(&mine), buffer_text(&theirs));
        wrong = "the second opinion differs";
    } else if (!numbers_are_from(got, json)) {
        wrong = "a number is not from the source";
    }
    buffer_free(&mine);
    buffer_free(&theirs);
    return wrong;
}

static void transforms_are_what_a_tree_would_give(void **state)
{
    (void)state;
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed++) {
        rng = random_seeded(seed);
        struct buffer json = {0}, out = {0};
        struct transform_steps steps = {memory_new(2, sizeof(struct transform_step)),
                                        1 + below_n(2)};
        struct error err;
        bool twice = below_n(4) == 0;
        make_value(&json, 0, twice);
        struct tree *t = tree_of(buffer_slice(&json));
        for (size_t i = 0; i < steps.count; i++)
            t = plain_step(t, &steps.items[i]);
        struct transform *transform = transform_new(&steps, &err);
        if (!transform)
            fail_msg("OVRMND_SEED=%" PRIu64 ": %s", seed, err.message);
        transform_apply(transform, buffer_slice(&json), &out);
        const char *wrong = agrees(buffer_slice(&json), twice, t, buffer_slice(&out));
        if (wrong) {
            describe(&steps);
            fail_msg("OVRMND_SEED=%" PRIu64 ": %s: %s", seed, wrong, buffer_text(&json));
        }
        transform_free(transform);
        transform_steps_free(&steps);
        buffer_free(&json);
        buffer_free(&out);
        drop_all();
    }
}

static void nothing_to_do_leaves_every_byte(void **state)
{
    (void)state;
    char from[] = "none", to[] = "other", deep[] = "a[*].none", deeper[] = "a[*].x.y";
    struct transform_rename renames[] = {{from, to}, {deep, deeper}};
    struct transform_step items[] = {{0}, {.renames = renames, .rename_count = 2}};
    struct transform *t = transform_new(&(struct transform_steps){items, 2}, NULL);
    for (uint64_t seed = seeds_first(); seed <= seeds_last(); seed++) {
        rng = random_seeded(seed);
        struct buffer json = {0}, out = {0};
        make_value(&json, 0, true);
        transform_apply(t, buffer_slice(&json), &out);
        if (!slice_equal(buffer_slice(&json), buffer_slice(&out)))
            fail_msg("OVRMND_SEED=%" PRIu64 ": %s", seed, buffer_text(&json));
        buffer_free(&json);
        buffer_free(&out);
    }
    transform_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transforms_are_what_a_tree_would_give),
        cmocka_unit_test(nothing_to_do_leaves_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
