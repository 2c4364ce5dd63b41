/* SPDX-License-Identifier: MIT */

/* Any bytes as an array or NDJSON, by file, pipe and argument. The first line says how: the
 * format by its first letter, a capital for items of at most 20 bytes. */

#include "fuzz/items.h"

/* The same bytes as an argument: all of it counts, or none. */
static void read_text(struct slice text, const struct input_options *options)
{
    char *copy = fuzz_text(text);
    struct error err = {0};
    if (!copy)
        return;
    struct source *source = input_open_text(copy, "--batch-json", options, &err);
    if (source) {
        struct item item = {0};
        uint64_t count = 0;
        enum source_answer answer;
        while ((answer = source->next(source, true, &item, &err)) == SOURCE_ITEM)
            count++;
        MUST(answer == SOURCE_END);
        MUST(source->total_known && source->total == count);
        buffer_free(&item.json);
    } else {
        fuzz_error(&err);
    }
    input_free(source);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum input_format formats[] = {
        ['a'] = INPUT_AUTO, ['j'] = INPUT_JSON, ['n'] = INPUT_NDJSON};
    struct slice text = {(const char *)data, size}, line = fuzz_line(&text);
    if (line.length != 1 || !strchr("ajnAJN", *line.data) || !*line.data)
        return 0;
    struct items items = {0};
    struct input_options options = {.format = formats[*line.data | 0x20],
                                    .max_item_bytes = *line.data & 0x20 ? 0 : 20};
    items_read(text, &options, &items);
    items_drip(text, &options, 1, &items);
    items_drip(text, &options, 30, &items);
    items_return(&items);
    read_text(text, &options);
    items_free(&items);
    return 0;
}
