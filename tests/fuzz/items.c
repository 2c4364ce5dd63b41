/* SPDX-License-Identifier: MIT */
#include "fuzz/items.h"

#include <stdio.h>
#include <unistd.h>

/* The message behind the name of what was read. */
static const char *behind_name(const struct error *err)
{
    fuzz_error(err);
    MUST(err->code == ERROR_INPUT_INVALID);
    MUST(!fuzz_has_control(slice_of(err->message)));
    const char *colon = strchr(err->message, ':');
    MUST(colon);
    return colon;
}

static void take_item(const struct item *item, struct items *out)
{
    MUST(item->index == out->count);
    out->count++;
    if (item->broken) {
        MUST(item->json.length == 0);
        out->broken++;
        buffer_append_format(&out->text, "!%s\n", behind_name(&item->error));
        return;
    }
    struct slice json = buffer_slice(&item->json);
    MUST(fuzz_is_json(json) && json_type(json) == JSON_OBJECT);
    buffer_append_slice(&out->text, json);
    buffer_append_char(&out->text, '\n');
    buffer_append_text(&out->joined, out->joined.length ? "," : "");
    json_minify(json, &out->joined);
}

/* The pieces that come after each SOURCE_LATER. */
struct drip {
    struct slice text;
    int writer; /* -1: closed */
    size_t most;
    struct random random;
};

static void drip_next(struct drip *d)
{
    if (d->writer < 0)
        return;
    size_t count = 1 + (size_t)random_below(&d->random, d->most);
    count = count < d->text.length ? count : d->text.length;
    MUST(write(d->writer, d->text.data, count) == (ssize_t)count);
    d->text = (struct slice){d->text.data + count, d->text.length - count};
    if (d->text.length == 0) {
        close(d->writer);
        d->writer = -1;
    }
}

static void drain(struct source *source, struct drip *drip, struct items *out)
{
    struct item item = {0};
    struct error err = {0};
    enum source_answer answer;
    while ((answer = source->next(source, !drip, &item, &err)) <= SOURCE_LATER) {
        if (answer == SOURCE_ITEM)
            take_item(&item, out);
        else if (drip)
            drip_next(drip);
    }
    out->failed = answer == SOURCE_FAILED;
    if (out->failed)
        buffer_append_text(&out->text, behind_name(&err));
    MUST(out->failed || !source->total_known || source->total == out->count);
    buffer_free(&item.json);
}

static struct source *open_fd(int fd, const struct input_options *options)
{
    char path[32];
    struct error err;
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    struct source *source = input_open_file(path, options, &err);
    MUST(source);
    return source;
}

void items_read(struct slice text, const struct input_options *options, struct items *out)
{
    struct input_options counted = *options;
    struct items again = {0};
    counted.count = true;
    int fd = fuzz_file(text);
    struct source *source = open_fd(fd, options);
    drain(source, NULL, out);
    input_free(source);
    source = open_fd(fd, &counted);
    drain(source, NULL, &again);
    input_free(source);
    close(fd);
    MUST(slice_equal(buffer_slice(&out->text), buffer_slice(&again.text)));
    items_free(&again);
}

void items_free(struct items *items)
{
    buffer_free(&items->text);
    buffer_free(&items->joined);
    *items = (struct items){0};
}

void items_drip(struct slice text, const struct input_options *options, size_t most,
                const struct items *whole)
{
    struct items dripped = {0};
    int ends[2];
    MUST(pipe(ends) == 0);
    struct drip drip = {text, ends[1], most, fuzz_random(text)};
    struct source *source = open_fd(ends[0], options);
    close(ends[0]);
    drain(source, &drip, &dripped);
    input_free(source);
    if (drip.writer >= 0)
        close(drip.writer);
    MUST(slice_equal(buffer_slice(&whole->text), buffer_slice(&dripped.text)));
    MUST(whole->failed == dripped.failed);
    items_free(&dripped);
}

static void same_objects(const struct items *items, const struct items *again)
{
    MUST(!again->failed && !again->broken);
    MUST(slice_equal(buffer_slice(&items->joined), buffer_slice(&again->joined)));
}

void items_return(const struct items *items)
{
    struct buffer array = {0};
    struct items again = {0};
    struct error err;
    buffer_append_char(&array, '[');
    buffer_append_slice(&array, buffer_slice(&items->joined));
    buffer_append_char(&array, ']');
    struct source *source = input_open_text(buffer_text(&array), "text",
                                            &(struct input_options){0}, &err);
    MUST(source && source->total_known);
    drain(source, NULL, &again);
    input_free(source);
    same_objects(items, &again);
    items_free(&again);
    items_read(buffer_slice(&array), &(struct input_options){0}, &again);
    same_objects(items, &again);
    items_free(&again);
    buffer_free(&array);
}
