/* SPDX-License-Identifier: MIT */
#include "base/json_path.h"

#include "base/json_text.h"

#define INDEX_MAX_DIGITS 15

static int fail(size_t at, const char *what, struct json_fault *fault)
{
    if (fault)
        *fault = (struct json_fault){what, at};
    return -1;
}

bool json_step_index(struct json_step step, size_t *index)
{
    struct slice digits = step.name;
    if (digits.length == 0 || digits.length > INDEX_MAX_DIGITS ||
        (digits.data[0] == '0' && digits.length > 1))
        return false;
    *index = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (!json_is_digit(digits.data[i]))
            return false;
        *index = *index * 10 + (size_t)(digits.data[i] - '0');
    }
    return true;
}

bool json_step_equal(struct json_step a, struct json_step b)
{
    return a.all == b.all && slice_equal(a.name, b.name);
}

static int bracket(struct json_path *path, struct json_step *step, struct json_fault *fault)
{
    const char *inside = path->text + path->at + 1;
    size_t length = strcspn(inside, "[]"), index;
    if (inside[length] != ']')
        return fail(path->at, "'[' is not closed", fault);
    *step = (struct json_step){.name = {inside, length}};
    if (length == 1 && *inside == '*')
        *step = (struct json_step){.name = {inside, 0}, .all = true};
    else if (!json_step_index(*step, &index))
        return fail(path->at, "expected a number or * between '[' and ']'", fault);
    path->at += length + 2;
    char next = path->text[path->at];
    if (next && next != '.' && next != '[')
        return fail(path->at, "expected '.' or '[' after ']'", fault);
    return 1;
}

static int name(struct json_path *path, struct json_step *step, struct json_fault *fault)
{
    path->at += path->at > 0; /* the dot */
    const char *start = path->text + path->at;
    size_t length = strcspn(start, ".[]");
    if (start[length] == ']')
        return fail(path->at + length, "']' has no '['", fault);
    if (length == 0)
        return fail(path->at, "a name is empty", fault);
    *step = (struct json_step){.name = {start, length}};
    path->at += length;
    return 1;
}

int json_path_next(struct json_path *path, struct json_step *step, struct json_fault *fault)
{
    char c = path->text[path->at];
    if (!c && path->at > 0)
        return 0;
    _Static_assert(JSON_PATH_MAX_STEPS == 100, "the message says so");
    if (path->steps++ == JSON_PATH_MAX_STEPS)
        return fail(path->at, "it has more than 100 steps", fault);
    return c == '[' ? bracket(path, step, fault) : name(path, step, fault);
}

/* The steps up to the last `[*]`, and how many follow. */
static int steps_to_last_all(const char *text, int *after)
{
    struct json_path path = json_path_of(text);
    struct json_step step;
    int count = 0, last = 0;
    while (json_path_next(&path, &step, NULL) > 0) {
        count++;
        last = step.all ? count : last;
    }
    *after = count - last;
    return last;
}

int json_path_shared(const char *from, const char *to)
{
    struct json_path a = json_path_of(from), b = json_path_of(to);
    struct json_step s, t;
    int after_from, after_to;
    int shared = steps_to_last_all(from, &after_from);
    if (steps_to_last_all(to, &after_to) != shared || !after_from || !after_to)
        return -1;
    for (int i = 0; i < shared; i++)
        if (json_path_next(&a, &s, NULL) <= 0 || json_path_next(&b, &t, NULL) <= 0 ||
            !json_step_equal(s, t))
            return -1;
    return shared;
}
