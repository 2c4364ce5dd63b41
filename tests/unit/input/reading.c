/* SPDX-License-Identifier: MIT */
#include "unit/input/reading.h"

#include <stdlib.h>
#include <sys/stat.h>

static char folder[] = "/tmp/ovrmnd-input-XXXXXX";

int reading_set_up(void **unused)
{
    (void)unused;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

int reading_tear_down(void **unused)
{
    (void)unused;
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

void write_file(const char *name, struct slice text)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.length, file), text.length);
    assert_int_equal(fclose(file), 0);
}

void drain(struct source *source, struct buffer *out)
{
    struct item item = {0};
    struct error err;
    enum source_answer answer;
    for (uint64_t i = 0; (answer = source->next(source, true, &item, &err)) == SOURCE_ITEM;
         i++) {
        assert_int_equal(item.index, i);
        if (item.broken) {
            assert_int_equal(item.error.code, ERROR_INPUT_INVALID);
            assert_int_equal(item.json.length, 0);
        }
        buffer_append_format(out, "%s%s\n", item.broken ? "!" : "",
                             item.broken ? item.error.message : buffer_text(&item.json));
    }
    assert_int_not_equal(answer, SOURCE_LATER);
    if (answer == SOURCE_FAILED)
        assert_int_equal(err.code, ERROR_INPUT_INVALID);
    buffer_append_text(out, answer == SOURCE_END ? "END" : "FAILED ");
    buffer_append_text(out, answer == SOURCE_END ? "" : err.message);
    buffer_free(&item.json);
}

void expect_options(const char *name, const char *text, struct input_options options,
                    const char *want)
{
    struct error err = {0};
    struct buffer got = {0};
    write_file(name, slice_of(text));
    struct source *source = input_open_file(name, &options, &err);
    assert_string_equal(err.message, "");
    assert_non_null(source);
    assert_int_equal(source->fd, -1);
    assert_false(source->endless);
    drain(source, &got);
    assert_string_equal(buffer_text(&got), want);
    input_free(source);
    unlink(name);
    buffer_free(&got);
}

void expect(const char *name, const char *text, const char *want)
{
    expect_options(name, text, (struct input_options){0}, want);
}

struct source *open_pipe(int *writer, struct input_options options)
{
    int ends[2];
    char path[32];
    struct error err;
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct source *source = input_open_file(path, &options, &err);
    assert_non_null(source);
    assert_true(source->endless);
    assert_true(source->fd >= 0);
    assert_false(source->total_known);
    close(ends[0]);
    *writer = ends[1];
    return source;
}

void send_text(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

void drip_by(struct source *source, int *writer, struct slice text, struct random *r,
             size_t most, struct buffer *out)
{
    struct item item = {0};
    struct error err = {.message = ":"};
    enum source_answer answer;
    while ((answer = source->next(source, false, &item, &err)) <= SOURCE_LATER) {
        if (answer == SOURCE_ITEM) {
            buffer_append_format(out, "%s\n",
                                 item.broken ? strchr(item.error.message, ':')
                                             : buffer_text(&item.json));
            continue;
        }
        if (*writer < 0)
            continue;
        size_t count = 1 + random_below(r, most);
        count = count < text.length ? count : text.length;
        assert_int_equal(write(*writer, text.data, count), count);
        text = (struct slice){text.data + count, text.length - count};
        if (text.length == 0) {
            close(*writer);
            *writer = -1;
        }
    }
    if (*writer >= 0)
        close(*writer);
    buffer_append_format(out, "%d%s", (int)answer, strchr(err.message, ':'));
    buffer_free(&item.json);
}
