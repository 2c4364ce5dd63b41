/* SPDX-License-Identifier: MIT */
#include "input/records.h"

/* What comes next, white space aside. */
enum state {
    OPENING, /* '[' */
    FIRST,   /* an element or ']' */
    ELEMENT, /* an element */
    INSIDE,  /* the rest of one that has begun */
    SKIP,    /* the rest of one that is nested too deep, and was given as broken */
    AFTER,   /* ',' or ']' */
    CLOSED,  /* nothing */
};

static enum source_answer no_array(const struct array *a, const struct reader *r,
                                   struct error *err)
{
    static const char want[] = "expected a JSON array of objects";
    if (r->length == 0)
        reader_error(r, 0, err, "%s, the text is empty", want);
    else if (r->data[0] == '{' && a->file)
        reader_error(r, 0, err,
                     "%s, this is an object; for one object a line use --input-format ndjson",
                     want);
    else if (strchr("{\"-0123456789", r->data[0]) && r->data[0])
        reader_error(r, 0, err, "%s, this is %s", want,
                     record_type_name((struct slice){r->data, 1}));
    else
        reader_error(r, 0, err, "%s", want);
    return SOURCE_FAILED;
}

/* All bytes are passed and no more will come. */
static enum source_answer no_more(struct array *a, const struct reader *r, struct error *err)
{
    if (a->state == CLOSED)
        return SOURCE_END;
    if (a->state == OPENING)
        return a->file ? SOURCE_END : no_array(a, r, err);
    return record_fail(r, 0, "the text ends inside the array", err);
}

static enum source_answer element_ended(struct array *a, const struct reader *r,
                                        struct record *record)
{
    size_t length = a->scanner.consumed;
    *record = (struct record){.text = {r->data, length}, .length = length};
    a->state = AFTER;
    return SOURCE_ITEM;
}

static enum source_answer too_large(const struct array *a, const struct reader *r,
                                    struct error *err)
{
    char size[RECORD_SIZE_TEXT];
    reader_error(r, 0, err, "this item is larger than %s",
                 record_size_text(a->max_bytes, size));
    return SOURCE_FAILED;
}

/* An element is nested deeper than the scanner goes. Its end can be found all the same. */
static enum source_answer too_deep(struct array *a, const struct reader *r,
                                   struct record *record, struct error *err)
{
    const struct json_scanner *s = &a->scanner;
    reader_error(r, s->fault.offset, err, "%s", s->fault.what);
    *record = (struct record){.length = s->consumed, .broken = true};
    a->skip.depth = s->depth;
    a->skip.bytes = s->consumed;
    a->state = SKIP;
    return SOURCE_ITEM;
}

/* Takes the next byte of such an element; true: it was the last one. */
static bool skip_ends(struct array *a, char c)
{
    if (a->skip.escape)
        a->skip.escape = false;
    else if (c == '"')
        a->skip.string = !a->skip.string;
    else if (a->skip.string)
        a->skip.escape = c == '\\';
    else if (c == '[' || c == '{')
        a->skip.depth++;
    else if (c == ']' || c == '}')
        a->skip.depth--;
    return a->skip.depth == 0;
}

static enum source_answer element_skip(struct array *a, struct reader *r, struct error *err)
{
    size_t count = 0;
    bool over = false;
    while (count < r->length && !over)
        over = skip_ends(a, r->data[count++]);
    a->skip.bytes += count;
    if (a->skip.bytes > a->max_bytes)
        return too_large(a, r, err);
    reader_pass(r, count);
    if (over)
        a->state = AFTER;
    else if (r->ended)
        return record_fail(r, 0, "the text ends inside the array", err);
    return SOURCE_LATER;
}

/* Feeds what is at hand of an element. SOURCE_LATER: more is needed. */
static enum source_answer element_scan(struct array *a, struct reader *r, struct record *record,
                                       struct error *err)
{
    struct json_scanner *s = &a->scanner;
    /* One byte more than allowed shows an item to be too large, in whatever chunks it comes. */
    uint64_t room = a->max_bytes + 1 - s->consumed;
    size_t ahead = r->length - s->consumed, used;
    enum json_progress p = json_scanner_feed(s, r->data + s->consumed,
                                             ahead < room ? ahead : room, &used);
    if (p != JSON_WRONG && s->consumed > a->max_bytes)
        return too_large(a, r, err);
    if (p == JSON_MORE && r->ended)
        p = json_scanner_end(s);
    if (p == JSON_WRONG)
        return s->too_deep ? too_deep(a, r, record, err)
                           : record_fail(r, s->fault.offset, s->fault.what, err);
    return p == JSON_DONE ? element_ended(a, r, record) : SOURCE_LATER;
}

/* Takes the byte between elements that is at hand; SOURCE_LATER: go on. */
static enum source_answer separator(struct array *a, struct reader *r, struct error *err)
{
    char c = r->data[0];
    if (a->state == CLOSED)
        return record_fail(r, 0, "expected the end of the input after the array", err);
    if (a->state == OPENING && c != '[')
        return no_array(a, r, err);
    if (a->state == AFTER && c != ',' && c != ']')
        return record_fail(r, 0, "expected ',' or ']'", err);
    if (a->state == ELEMENT || (a->state == FIRST && c != ']')) {
        a->scanner = (struct json_scanner){0};
        a->skip.string = a->skip.escape = false;
        a->state = INSIDE;
        return SOURCE_LATER;
    }
    a->state = a->state == OPENING ? FIRST : c == ',' ? ELEMENT : CLOSED;
    reader_pass(r, 1);
    return SOURCE_LATER;
}

enum source_answer array_next(struct array *a, struct reader *r, struct record *record,
                              struct error *err)
{
    if (a->state == SKIP && element_skip(a, r, err) == SOURCE_FAILED)
        return SOURCE_FAILED;
    if (a->state == SKIP)
        return SOURCE_LATER;
    while (a->state != INSIDE) {
        reader_pass_space(r);
        if (r->length == 0)
            return r->ended ? no_more(a, r, err) : SOURCE_LATER;
        if (separator(a, r, err) == SOURCE_FAILED)
            return SOURCE_FAILED;
    }
    return element_scan(a, r, record, err);
}
