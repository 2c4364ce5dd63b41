/* SPDX-License-Identifier: MIT */

/* Lines of "path" (a field), "from>to" (a rename) and "|" (the next step), an empty line, and
 * JSON: what becomes of JSON is JSON, always the same, and the rest is said. */

#include "base/json_path.h"
#include "base/memory.h"
#include "fuzz/fuzz.h"
#include "transform/transform.h"

static void add_word(struct transform_step *step, char *word)
{
    char *arrow = strchr(word, '>');
    if (!arrow) {
        step->has_fields = true;
        step->fields = memory_grow(step->fields, step->field_count + 1, sizeof *step->fields);
        step->fields[step->field_count++] = word;
        return;
    }
    *arrow = '\0';
    step->renames = memory_grow(step->renames, step->rename_count + 1, sizeof *step->renames);
    step->renames[step->rename_count++] = (struct transform_rename){word,
                                                                    memory_copy(arrow + 1)};
}

static void add_step(struct transform_steps *steps)
{
    steps->items = memory_grow(steps->items, steps->count + 1, sizeof *steps->items);
    steps->items[steps->count++] = (struct transform_step){0};
}

static struct transform_steps read_steps(struct slice *text)
{
    struct transform_steps steps = {0};
    add_step(&steps);
    while (text->length) {
        struct slice line = fuzz_line(text);
        if (line.length == 0)
            break;
        char *word = fuzz_text(line);
        if (!word)
            continue;
        if (strcmp(word, "|") != 0) {
            add_word(&steps.items[steps.count - 1], word);
            continue;
        }
        add_step(&steps);
        free(word);
    }
    return steps;
}

static void check_path(const char *text)
{
    struct json_path path = json_path_of(text);
    struct json_step step;
    struct json_fault fault = {NULL, 0};
    int more;
    size_t index;
    while ((more = json_path_next(&path, &step, &fault)) > 0) {
        MUST(step.all ? step.name.length == 0 : !memchr(step.name.data, '[', step.name.length));
        MUST(json_step_equal(step, step));
        (void)json_step_index(step, &index);
    }
    MUST(more == 0 || (fault.what && fault.offset <= strlen(text)));
}

/* Numbers are the server's, but for one that `length` asks for. */
static void numbers_are_from(struct slice value, struct slice source)
{
    enum json_type type = json_type(value);
    if (type == JSON_NUMBER)
        MUST(memmem(source.data, source.length, value.data, value.length) ||
             strspn(value.data, "0123456789") >= value.length);
    if (type != JSON_OBJECT && type != JSON_ARRAY)
        return;
    struct json_cursor cursor = json_members(value);
    struct slice member;
    while (json_next(&cursor, NULL, &member))
        numbers_are_from(member, source);
}

static void apply(struct transform *t, struct slice json)
{
    struct buffer once = {0}, again = {0}, limited = {.limit = 3};
    MUST(transform_apply(t, json, &once) == 0);
    MUST(fuzz_is_json(buffer_slice(&once)));
    numbers_are_from(buffer_slice(&once), json);
    MUST(transform_apply(t, json, &again) == 0);
    MUST(slice_equal(buffer_slice(&once), buffer_slice(&again)));
    MUST((transform_apply(t, json, &limited) == 0) == (once.length <= 3));
    buffer_free(&once);
    buffer_free(&again);
    buffer_free(&limited);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size}, value;
    struct transform_steps steps = read_steps(&text);
    struct error err = {0};
    struct json_fault fault;
    for (size_t i = 0; i < steps.count; i++)
        for (size_t j = 0; j < steps.items[i].field_count; j++)
            check_path(steps.items[i].fields[j]);
    struct transform *t = transform_new(&steps, &err);
    if (!t) {
        fuzz_error(&err);
        MUST(err.code == ERROR_CONFIG_INVALID);
    } else if (json_check(text, &value, &fault) == 0) {
        char *copy = fuzz_bytes(value);
        apply(t, (struct slice){copy, value.length});
        free(copy);
    }
    transform_free(t);
    transform_steps_free(&steps);
    return 0;
}
