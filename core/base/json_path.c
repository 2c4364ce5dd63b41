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
