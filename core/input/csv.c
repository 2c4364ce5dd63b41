/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/units.h"
#include "input/records.h"

#include <csv.h>
#include <stdlib.h>

/*
 * CSV as RFC 4180 has it, strictly, by libcsv. A row stays at hand in full until it is over, so
 * that whatever is wrong in it can be shown by its place.
 */

#define STEP_BYTES ((size_t)16 << 10)
#define MOST_SHOWN ((size_t)100) /* of a name, in a message */

struct rows {
    uint64_t max_bytes;
    char delimiter;
    struct csv_parser parser;
    size_t fed;           /* bytes at hand, of this row, that the parser has seen */
    bool ended;           /* the row, by a line feed or carriage return */
    size_t cells;         /* seen of this row */
    struct buffer names;  /* of the header, each as JSON with a colon behind it */
    size_t *name_ends;    /* where each ends in `names` */
    size_t width;         /* how many there are; 0: the header is to come */
    struct buffer object; /* made of this row */
    bool too_large;       /* for `object` */
};

/* ---- what the parser says ---- */

static struct slice name_of(const struct rows *t, size_t number)
{
    size_t start = number ? t->name_ends[number - 1] : 0;
    return (struct slice){t->names.data + start, t->name_ends[number] - start};
}

static void take_name(struct rows *t, struct slice text)
{
    if ((t->cells & (t->cells - 1)) == 0) /* a power of two: the array is full */
        t->name_ends = memory_grow(t->name_ends, t->cells ? 2 * t->cells : 1,
                                   sizeof *t->name_ends);
    json_string_encode(text, &t->names);
    buffer_append_char(&t->names, ':');
    t->name_ends[t->cells] = t->names.length;
}

static void take_cell(void *data, size_t length, void *self)
{
    struct rows *t = self;
    struct slice text = {data, length};
    if (!t->width)
        take_name(t, text);
    else if (t->cells < t->width)
        t->too_large = t->too_large || buffer_append_char(&t->object, t->cells ? ',' : '{') ||
                       buffer_append_slice(&t->object, name_of(t, t->cells)) ||
                       json_string_encode(text, &t->object);
    t->cells++;
}

static void take_end(int by, void *self)
{
    (void)by;
    struct rows *t = self;
    t->ended = true;
}

/* Cells keep their white space. */
static int never(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void *grow(void *old, size_t size)
{
    return memory_grow(old, size, 1);
}

struct rows *rows_new(uint64_t max_bytes, char delimiter)
{
    struct rows *t = memory_new(1, sizeof *t);
    t->max_bytes = max_bytes;
    t->delimiter = delimiter;
    t->object.limit = max_bytes;
    csv_init(&t->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&t->parser, (unsigned char)delimiter);
    csv_set_space_func(&t->parser, never);
    csv_set_realloc_func(&t->parser, grow);
    csv_set_blk_size(&t->parser, STEP_BYTES);
    return t;
}

void rows_free(struct rows *t)
{
    if (!t)
        return;
    csv_free(&t->parser);
    buffer_free(&t->names);
    buffer_free(&t->object);
    free(t->name_ends);
    free(t);
}

/* ---- what is wrong ---- */

/* Where a cell of the row at hand starts, up to which it is well formed. */
static size_t cell_start(const struct rows *t, const struct reader *r, size_t number)
{
    bool quoted = false;
    size_t at = 0;
    for (; number; at++) {
        if (r->data[at] == '"')
            quoted = !quoted;
        else if (r->data[at] == t->delimiter && !quoted)
            number--;
    }
    return at;
}

/* The parser stopped before a byte. Nobody can tell where the next row starts. */
static enum source_answer bad_quote(const struct rows *t, const struct reader *r,
                                    struct error *err)
{
    bool quoted = r->data[cell_start(t, r, t->cells)] == '"';
    return record_fail(
        r, t->fed,
        quoted ? "text after the quote that ends a cell; a quote inside a cell must be "
                 "doubled"
               : "a quote in a cell that does not start with one; put the cell in "
                 "quotes and double those inside it",
        err);
}

static enum source_answer too_large(const struct rows *t, const struct reader *r,
                                    struct error *err)
{
    char size[RECORD_SIZE_TEXT];
    reader_error(r, 0, err, "this row is larger than %s; is a quote in it never closed?",
                 record_size_text(t->max_bytes, size));
    return SOURCE_FAILED;
}

/* The offset of the first character that is not UTF-8; the length: there is none. */
static size_t utf8_end(struct slice text)
{
    struct utf8 u = {0};
    size_t i = 0;
    for (; i < text.length; i++) {
        uint64_t eight;
        if (!u.left && text.length - i >= sizeof eight) {
            memcpy(&eight, text.data + i, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                i += sizeof eight - 1;
                continue;
            }
        }
        if (!utf8_take(&u, (uint8_t)text.data[i]))
            break;
    }
    return i - u.seen;
}

/* ---- the header ---- */

struct name {
    struct slice text;
    size_t number;
};

static int compare_names(const void *one, const void *other)
{
    const struct name *a = one, *b = other;
    size_t shorter = a->text.length < b->text.length ? a->text.length : b->text.length;
    int order = memcmp(a->text.data, b->text.data, shorter);
    if (order == 0 && a->text.length != b->text.length)
        return a->text.length < b->text.length ? -1 : 1;
    return order ? order : a->number < b->number ? -1 : 1;
}

/* The number of the first name that was there before; `cells`: there is none. */
static size_t repeated_name(const struct rows *t)
{
    struct name *names = memory_new(t->cells, sizeof *names);
    size_t first = t->cells;
    for (size_t i = 0; i < t->cells; i++)
        names[i] = (struct name){name_of(t, i), i};
    qsort(names, t->cells, sizeof *names, compare_names);
    for (size_t i = 1; i < t->cells; i++)
        if (slice_equal(names[i - 1].text, names[i].text) && names[i].number < first)
            first = names[i].number;
    free(names);
    return first;
}

static int header_check(const struct rows *t, const struct reader *r, struct error *err)
{
    size_t wrong = utf8_end((struct slice){r->data, t->fed});
    if (wrong < t->fed)
        return reader_error(r, wrong, err, "not UTF-8");
    for (size_t i = 0; i < t->cells; i++)
        if (name_of(t, i).length == sizeof "\"\":" - 1)
            return reader_error(r, cell_start(t, r, i), err, "column %zu has no name", i + 1);
    size_t again = repeated_name(t);
    if (again == t->cells)
        return 0;
    struct slice name = name_of(t, again);
    size_t shown = name.length <= MOST_SHOWN ? name.length - 1 : MOST_SHOWN;
    while (utf8_continues(name.data[shown]))
        shown--;
    return reader_error(r, cell_start(t, r, again), err, "column %zu is another %.*s",
                        again + 1, (int)shown, name.data);
}

/* ---- rows ---- */

static void pass_line_ends(struct reader *r)
{
    size_t count = 0;
    while (count < r->length && (r->data[count] == '\n' || r->data[count] == '\r'))
        count++;
    reader_pass(r, count);
}

static void row_begin(struct rows *t)
{
    if (csv_get_buffer_size(&t->parser) > READER_KEEP_BYTES)
        csv_free(&t->parser);
    buffer_trim(&t->object, READER_KEEP_BYTES);
    t->cells = 0;
    t->ended = t->too_large = false;
}

/* How much the parser may see so that no more than one row ends in it. */
static size_t piece(const struct rows *t, const struct reader *r)
{
    const char *at = r->data + t->fed;
    size_t ahead = r->length - t->fed;
    uint64_t room = t->max_bytes + 1 - t->fed;
    const char *feed = memchr(at, '\n', ahead);
    ahead = feed ? (size_t)(feed - at) + 1 : ahead;
    const char *back = memchr(at, '\r', ahead);
    ahead = back ? (size_t)(back - at) + 1 : ahead;
    return ahead < room ? ahead : room;
}

/* Parses what is at hand of a row. SOURCE_LATER: it goes on. */
static enum source_answer row_parse(struct rows *t, struct reader *r, struct error *err)
{
    if (t->fed == 0)
        row_begin(t);
    while (t->fed < r->length && !t->ended) {
        size_t count = piece(t, r);
        size_t taken = csv_parse(&t->parser, r->data + t->fed, count, take_cell, take_end, t);
        t->fed += taken;
        if (taken < count)
            return bad_quote(t, r, err);
        if (t->fed - t->ended > t->max_bytes)
            return too_large(t, r, err);
    }
    if (t->ended)
        return SOURCE_ITEM;
    if (!r->ended)
        return SOURCE_LATER;
    if (csv_fini(&t->parser, take_cell, take_end, t) == 0)
        return SOURCE_ITEM;
    return record_fail(r, cell_start(t, r, t->cells), "this quote is never closed", err);
}

/* -1: the row is no item, and `err` says why. */
static int row_check(const struct rows *t, const struct reader *r, struct error *err)
{
    size_t wrong = utf8_end((struct slice){r->data, t->fed});
    if (wrong < t->fed)
        return reader_error(r, wrong, err, "not UTF-8");
    if (t->cells != t->width)
        return reader_error(r, 0, err, "this row has %zu cell%s, the header has %zu", t->cells,
                            units_plural(t->cells), t->width);
    char size[RECORD_SIZE_TEXT];
    if (t->too_large)
        return reader_error(r, 0, err, "as JSON, this row is larger than %s",
                            record_size_text(t->max_bytes, size));
    return 0;
}

static void row_give(struct rows *t, const struct reader *r, struct record *record,
                     struct error *err)
{
    t->too_large = t->too_large || buffer_append_char(&t->object, '}');
    record->broken = row_check(t, r, err) != 0;
    record->text = record->broken ? (struct slice){0} : buffer_slice(&t->object);
    record->length = t->fed;
    t->fed = 0;
}

static int header_take(struct rows *t, struct reader *r, struct error *err)
{
    if (header_check(t, r, err) != 0)
        return -1;
    t->width = t->cells;
    reader_pass(r, t->fed);
    t->fed = 0;
    return 0;
}

enum source_answer rows_next(struct rows *t, struct reader *r, struct record *record,
                             struct error *err)
{
    for (;;) {
        if (t->fed == 0)
            pass_line_ends(r);
        if (r->length == 0)
            return r->ended ? SOURCE_END : SOURCE_LATER;
        enum source_answer answer = row_parse(t, r, err);
        if (answer == SOURCE_ITEM && t->width)
            row_give(t, r, record, err);
        if (answer != SOURCE_ITEM || t->width)
            return answer;
        if (header_take(t, r, err) != 0)
            return SOURCE_FAILED;
    }
}
