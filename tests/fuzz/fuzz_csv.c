/* SPDX-License-Identifier: MIT */

/* Any bytes as CSV. The first line is the delimiter; "\" behind it is for rows of at most 20
 * bytes. */

#include "fuzz/items.h"

/* The raw text of a JSON string as a cell in quotes. */
static void write_cell(struct slice raw, char delimiter, bool first, struct buffer *csv)
{
    struct buffer text = {0};
    MUST(json_type(raw) == JSON_STRING && json_string_decode(raw, &text) == 0);
    if (!first)
        buffer_append_char(csv, delimiter);
    buffer_append_char(csv, '"');
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"')
            buffer_append_char(csv, '"');
        buffer_append_char(csv, text.data[i]);
    }
    buffer_append_char(csv, '"');
    buffer_free(&text);
}

static void write_row(struct slice object, bool header, char delimiter, struct buffer *csv)
{
    struct json_cursor cursor = json_members(object);
    struct slice key, value;
    for (bool first = true; json_next(&cursor, &key, &value); first = false)
        write_cell(header ? key : value, delimiter, first, csv);
    buffer_append_text(csv, "\r\n");
}

/* Written as CSV with all in quotes, the items are the same. */
static void items_return_as_csv(const struct items *items, char delimiter)
{
    struct buffer array = {0}, csv = {0};
    struct items again = {0};
    buffer_append_char(&array, '[');
    buffer_append_slice(&array, buffer_slice(&items->joined));
    buffer_append_char(&array, ']');
    struct json_cursor cursor = json_members(buffer_slice(&array));
    struct slice object;
    for (bool first = true; json_next(&cursor, NULL, &object); first = false) {
        if (first)
            write_row(object, true, delimiter, &csv);
        write_row(object, false, delimiter, &csv);
    }
    items_read(buffer_slice(&csv),
               &(struct input_options){.format = INPUT_CSV, .csv_delimiter = delimiter},
               &again);
    MUST(!again.failed && !again.broken);
    MUST(slice_equal(buffer_slice(&items->joined), buffer_slice(&again.joined)));
    items_free(&again);
    buffer_free(&array);
    buffer_free(&csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size}, line = fuzz_line(&text);
    if (line.length == 0 || line.length > 2 || (uint8_t)*line.data >= 0x80 ||
        strchr("\"\r", *line.data) || (line.length == 2 && line.data[1] != '\\'))
        return 0;
    struct items items = {0};
    struct input_options options = {.format = INPUT_CSV,
                                    .csv_delimiter = *line.data,
                                    .max_item_bytes = line.length == 2 ? 20 : 0};
    items_read(text, &options, &items);
    items_drip(text, &options, 1, &items);
    items_drip(text, &options, 30, &items);
    items_return(&items);
    items_return_as_csv(&items, *line.data);
    items_free(&items);
    return 0;
}
