/* SPDX-License-Identifier: MIT */
#include "transform/path.h"

#include "base/memory.h"

#include <stdlib.h>

/* The keys move while their buffer grows, so they are found once all are there. */
static void point_at_keys(struct path *path)
{
    const char *at = buffer_text(&path->keys);
    for (size_t i = 0; i < path->count; i++) {
        path->steps[i].key.data = at;
        at += path->steps[i].key.length;
    }
}

int transform_path_read(struct path *path, const char *text, struct error *err)
{
    *path = (struct path){.text = memory_copy(text)};
    struct json_path rest = json_path_of(path->text);
    struct json_step next;
    struct json_fault fault;
    int more;
    while ((more = json_path_next(&rest, &next, &fault)) > 0) {
        path->steps = memory_grow(path->steps, path->count + 1, sizeof *path->steps);
        struct step *step = &path->steps[path->count++];
        *step = (struct step){.name = next.name, .all = next.all};
        step->indexed = json_step_index(next, &step->index);
        size_t before = path->keys.length;
        (void)json_string_encode(step->name, &path->keys);
        step->key.length = path->keys.length - before;
    }
    point_at_keys(path);
    if (more == 0)
        return 0;
    transform_path_free(path);
    return error_set(err, ERROR_CONFIG_INVALID, "'%s' is no path in a response: %s", text,
                     fault.what);
}

void transform_path_free(struct path *path)
{
    free(path->steps);
    free(path->text);
    buffer_free(&path->keys);
    *path = (struct path){0};
}

bool transform_step_equal(const struct step *a, const struct step *b)
{
    return a->all == b->all && slice_equal(a->name, b->name);
}

/* A key without escapes, as nearly all are, is compared as it stands; an escape only ever makes
 * it longer than what it says. */
bool transform_step_is(const struct step *step, struct slice raw_key)
{
    struct slice name = step->name;
    size_t length = raw_key.length - 2;
    if (step->all || length < name.length)
        return false;
    if (length == name.length)
        return memcmp(raw_key.data + 1, name.data, length) == 0 &&
               !memchr(name.data, '\\', length);
    return memchr(raw_key.data, '\\', raw_key.length) && json_key_is(raw_key, name);
}

struct slice transform_step_find(const struct step *step, struct slice value)
{
    struct slice found = {NULL, 0}, key, member;
    bool object = transform_is_object(value);
    if (step->all || (!object && !(transform_is_array(value) && step->indexed)))
        return found;
    struct json_cursor cursor = json_members(value);
    for (size_t i = 0; json_next(&cursor, &key, &member); i++) {
        if (object && transform_step_is(step, key))
            found = member;
        else if (!object && i == step->index)
            return member;
    }
    return found;
}

void transform_put_key(struct slice key, bool *first, struct buffer *out)
{
    if (!*first)
        (void)buffer_append_char(out, ',');
    *first = false;
    if (key.length == 0)
        return;
    (void)buffer_append_slice(out, key);
    (void)buffer_append_char(out, ':');
}
