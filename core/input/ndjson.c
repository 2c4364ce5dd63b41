/* SPDX-License-Identifier: MIT */
#include "input/records.h"

/* The end of the first line at hand, its line feed not included; NULL: not at hand yet. */
static const char *line_end(struct ndjson *n, const struct reader *r)
{
    size_t ahead = r->length - n->searched;
    const char *feed = ahead ? memchr(r->data + n->searched, '\n', ahead) : NULL;
    n->searched = feed ? 0 : r->length;
    return feed ? feed : r->ended ? r->data + r->length : NULL;
}

static bool blank(struct slice line)
{
    size_t i = 0;
    while (i < line.length && json_is_space(line.data[i]))
        i++;
    return i == line.length;
}

/* Looks at the first line at hand. SOURCE_LATER: it goes on. */
static enum source_answer line_look(struct ndjson *n, struct reader *r, struct record *record)
{
    const char *end = line_end(n, r);
    size_t length = end ? (size_t)(end - r->data) : r->length;
    *record = (struct record){.text = {r->data, length}, .length = length};
    if (end && end < r->data + r->length)
        record->length++;
    if (length && r->data[length - 1] == '\r')
        record->text.length--;
    record->broken = record->text.length > n->max_bytes;
    return end || record->broken ? SOURCE_ITEM : SOURCE_LATER;
}

static void too_long(const struct ndjson *n, const struct reader *r, struct error *err)
{
    char size[RECORD_SIZE_TEXT];
    reader_error(r, 0, err, "this line is longer than %s",
                 record_size_text(n->max_bytes, size));
}

static bool line_whole(const struct record *record, const struct reader *r)
{
    return r->ended || r->data[record->length - 1] == '\n';
}

/* Goes as far as the bytes at hand allow. */
static enum source_answer advance(struct ndjson *n, struct reader *r, struct record *record)
{
    while (r->length) {
        if (line_look(n, r, record) == SOURCE_LATER && !n->skipping)
            return SOURCE_LATER;
        bool whole = line_whole(record, r);
        bool pass = n->skipping || (whole && !record->broken && blank(record->text));
        if (!whole)
            n->searched = 0;
        if (!pass) {
            n->skipping = !whole;
            return SOURCE_ITEM;
        }
        n->skipping = n->skipping && !whole;
        reader_pass(r, record->length);
    }
    return r->ended ? SOURCE_END : SOURCE_LATER;
}

enum source_answer ndjson_next(struct ndjson *n, struct reader *r, struct record *record,
                               struct error *err)
{
    enum source_answer answer = advance(n, r, record);
    if (answer == SOURCE_ITEM && record->broken)
        too_long(n, r, err);
    return answer;
}
