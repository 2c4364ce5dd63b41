/* SPDX-License-Identifier: MIT */
#include "unit/base/json_cases.h"
#include "unit/input/reading.h"

/* Every case of json_cases.h where input meets JSON: as a line, in a line, in an array, as the
 * whole file. */

static void read_bytes(const char *name, const struct buffer *bytes, struct buffer *got)
{
    struct error err;
    write_file(name, buffer_slice(bytes));
    struct source *source = input_open_file(name, &(struct input_options){0}, &err);
    assert_non_null(source);
    buffer_reset(got);
    drain(source, got);
    input_free(source);
    unlink(name);
}

static bool starts(const struct buffer *text, const char *with)
{
    return text->length >= strlen(with) && memcmp(text->data, with, strlen(with)) == 0;
}

static bool ends(const struct buffer *text, const char *with)
{
    return text->length >= strlen(with) &&
           memcmp(text->data + text->length - strlen(with), with, strlen(with)) == 0;
}

static void a_value_in_a_line_passes_or_is_broken_alone(void **unused)
{
    (void)unused;
    struct buffer text = {0}, got = {0}, item = {0};
    for (size_t i = 0; i < JSON_CASES; i++) {
        const struct json_case *c = &json_cases[i];
        if (memchr(c->text.data, '\n', c->text.length))
            continue;
        buffer_reset(&text);
        buffer_reset(&item);
        buffer_append_text(&item, "{\"v\":");
        buffer_append_slice(&item, c->text);
        buffer_append_text(&item, "}\n");
        buffer_append_slice(&text, buffer_slice(&item));
        buffer_append_text(&text, "{\"next\":1}\n");
        read_bytes("a.ndjson", &text, &got);
        bool good = c->json ? starts(&got, buffer_text(&item)) : starts(&got, "!a.ndjson:1:");
        if (!good || !ends(&got, "\n{\"next\":1}\nEND"))
            fail_msg("%s: %s", c->name, buffer_text(&got));
    }
    buffer_free(&text);
    buffer_free(&got);
    buffer_free(&item);
}

static void a_line_is_an_object_or_broken_alone(void **unused)
{
    (void)unused;
    struct buffer text = {0}, got = {0};
    for (size_t i = 0; i < JSON_CASES; i++) {
        const struct json_case *c = &json_cases[i];
        bool blank = c->text.length == 0 || strcmp(c->text.data, " ") == 0;
        if (memchr(c->text.data, '\n', c->text.length) || blank)
            continue;
        buffer_reset(&text);
        buffer_append_text(&text, "{}\n");
        buffer_append_slice(&text, c->text);
        buffer_append_text(&text, "\n{}");
        read_bytes("a.ndjson", &text, &got);
        bool object = c->json && c->text.data[0] == '{';
        if (!starts(&got, object ? "{}\n{" : "{}\n!a.ndjson:2:") || !ends(&got, "\n{}\nEND"))
            fail_msg("%s: %s", c->name, buffer_text(&got));
    }
    buffer_free(&text);
    buffer_free(&got);
}

static void a_value_in_an_array_passes_or_ends_it(void **unused)
{
    (void)unused;
    struct buffer text = {0}, got = {0}, item = {0};
    for (size_t i = 0; i < JSON_CASES; i++) {
        const struct json_case *c = &json_cases[i];
        buffer_reset(&text);
        buffer_reset(&item);
        buffer_append_text(&item, "{\"v\":");
        buffer_append_slice(&item, c->text);
        buffer_append_text(&item, "}");
        buffer_append_text(&text, "[{},");
        buffer_append_slice(&text, buffer_slice(&item));
        buffer_append_text(&text, ",{\"next\":1}]");
        read_bytes("a.json", &text, &got);
        bool passed = starts(&got, "{}\n") && strstr(buffer_text(&got), buffer_text(&item)) &&
                      ends(&got, "\n{\"next\":1}\nEND");
        bool failed = starts(&got, "{}\n") && strstr(buffer_text(&got), "\nFAILED a.json:");
        if (c->json ? !passed : !failed)
            fail_msg("%s: %s", c->name, buffer_text(&got));
    }
    buffer_free(&text);
    buffer_free(&got);
    buffer_free(&item);
}

static void a_file_is_an_array_or_fails(void **unused)
{
    (void)unused;
    struct buffer text = {0}, got = {0};
    for (size_t i = 0; i < JSON_CASES; i++) {
        const struct json_case *c = &json_cases[i];
        /* An empty input is no items, and a byte order mark in front is passed. */
        if (c->text.length == 0 || strcmp(c->text.data, " ") == 0 ||
            strncmp(c->text.data, "\xEF\xBB\xBF", 3) == 0)
            continue;
        buffer_reset(&text);
        buffer_append_slice(&text, c->text);
        read_bytes("a.json", &text, &got);
        bool array = c->json && c->text.data[strspn(c->text.data, " \t\r\n")] == '[';
        if (array ? !ends(&got, "END") : !strstr(buffer_text(&got), "FAILED a.json:"))
            fail_msg("%s: %s", c->name, buffer_text(&got));
    }
    buffer_free(&text);
    buffer_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_in_a_line_passes_or_is_broken_alone),
        cmocka_unit_test(a_line_is_an_object_or_broken_alone),
        cmocka_unit_test(a_value_in_an_array_passes_or_ends_it),
        cmocka_unit_test(a_file_is_an_array_or_fails),
    };
    return cmocka_run_group_tests(tests, reading_set_up, reading_tear_down);
}
