/* SPDX-License-Identifier: MIT */
#include "base/json_path.h"
#include "service/schema.h"

/* So that comparing each path with each stays quick. */
#define PATHS_MAX 1000

#define PATHS_FORM "expected a path such as name, address.city, items[*].id or tags[0]"

/* Is the text a path? Else says so; `key` names where it stands. */
static bool check_path(struct problems *problems, const struct node *at, const char *text,
                       const char *key)
{
    struct json_path path = json_path_of(text);
    struct json_step step;
    struct json_fault fault;
    char excerpt[EXCERPT_SIZE];
    int more;
    while ((more = json_path_next(&path, &step, &fault)) > 0)
        ;
    if (more < 0)
        service_problem_add(problems, at, "'%s' in '%s' is no path: %s; " PATHS_FORM,
                            service_excerpt(text, excerpt), key, fault.what);
    return more == 0;
}

/* ---- fields ---- */

static bool is_of_array(struct json_step step)
{
    size_t index;
    return json_step_index(step, &index) || slice_equal(step.name, slice_of("length"));
}

/* Where two paths part, does one take each element of an array, and the other something of the
 * same array that makes a map of it? */
static bool contradict(const char *one, const char *other)
{
    struct json_path a = json_path_of(one), b = json_path_of(other);
    struct json_step s, t;
    bool top = true;
    while (json_path_next(&a, &s, NULL) > 0 && json_path_next(&b, &t, NULL) > 0) {
        if (!json_step_equal(s, t))
            return !top && ((s.all && is_of_array(t)) || (t.all && is_of_array(s)));
        top = top && s.all;
    }
    return false;
}

/* Of paths that are each good. */
static void check_contradictions(struct problems *problems, const struct node *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct node *later = list->members[i].value;
        for (size_t j = 0; j < i; j++) {
            const struct node *first = list->members[j].value;
            char a[EXCERPT_SIZE], b[EXCERPT_SIZE];
            if (!contradict(first->text, later->text))
                continue;
            service_problem_add(problems, later,
                                "'%s' and '%s' cannot both be kept: one makes a list, the "
                                "other a map of the same array",
                                service_excerpt(first->text, a),
                                service_excerpt(later->text, b));
            break;
        }
    }
}

void service_paths_check(struct problems *problems, const char *key, const struct node *list)
{
    bool good = true;
    if (list->count > PATHS_MAX) {
        service_problem_add(problems, list, "'%s' has %zu paths; expected at most %d", key,
                            list->count, PATHS_MAX);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct node *value = list->members[i].value;
        good &= form_text.fits(value) && check_path(problems, value, value->text, key);
    }
    if (good)
        check_contradictions(problems, list);
}

/* ---- rename ---- */

void service_renames_check(struct problems *problems, const char *key, const struct node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct node_member *member = &map->members[i];
        struct node place = {.file = map->file, .line = member->line, .column = member->column};
        char from[EXCERPT_SIZE], to[EXCERPT_SIZE];
        if (check_path(problems, &place, member->key, key) && form_text.fits(member->value) &&
            check_path(problems, member->value, member->value->text, key) &&
            json_path_shared(member->key, member->value->text) < 0)
            service_problem_add(problems, member->value,
                                "'%s' cannot be renamed to '%s': " JSON_PATH_RENAME_RULE,
                                service_excerpt(member->key, from),
                                service_excerpt(member->value->text, to));
    }
}
