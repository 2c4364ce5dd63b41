/* SPDX-License-Identifier: MIT */
#include "output/pretty.h"

#include "base/json.h"
#include "output/text.h"

/* Wider tables are unreadable, and padding would multiply what a server sends: such arrays
 * are numbered instead. */
#define MAX_COLUMNS    64
#define MAX_CELL_WIDTH 80

/* Values nested deeper than this many spaces are shown as compact JSON. */
#define MAX_INDENT 64

#define STEP        2
#define NUMBER_STEP 3

#define COLUMN_GAP "\xe2\x94\x82"           /* │ */
#define RULE       "\xe2\x94\x80"           /* ─ */
#define RULE_CROSS RULE "\xe2\x94\xbc" RULE /* ─┼─ */

/* What is put together before it goes out. */
struct pretty {
    struct buffer *out;
    struct buffer raw, clean;
};

static void put_value(struct pretty *p, struct slice value, unsigned indent);

static bool is_container(struct slice value)
{
    return json_type(value) == JSON_OBJECT || json_type(value) == JSON_ARRAY;
}

static bool is_empty(struct slice container)
{
    struct json_cursor c = json_members(container);
    struct slice value;
    return !json_next(&c, NULL, &value);
}

/* A value on one line, into `p->clean`. */
static void clean_value(struct pretty *p, struct slice value, unsigned lets)
{
    buffer_reset(&p->raw);
    buffer_reset(&p->clean);
    if (json_type(value) != JSON_STRING)
        (void)json_minify(value, &p->raw);
    else if (json_string_decode(value, &p->raw) != 0) {
        /* Half of a surrogate pair has no text: shown as written, without the quotes. */
        buffer_reset(&p->raw);
        (void)buffer_append(&p->raw, value.data + 1, value.length - 2);
    }
    text_clean(buffer_slice(&p->raw), lets, &p->clean);
}

/* Appends clean text, whose further lines start `indent` spaces in, and ends the line. */
static void put_lines(struct slice text, unsigned indent, struct buffer *out)
{
    const char *at = text.data, *end = text.data + text.length;
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *next = feed ? feed + 1 : end;
        (void)buffer_append(out, at, (size_t)(next - at));
        if (feed && next < end)
            text_spaces(indent, out);
        at = next;
    }
    if (text.length == 0 || end[-1] != '\n')
        (void)buffer_append_char(out, '\n');
}

static void put_scalar(struct pretty *p, struct slice value, unsigned indent)
{
    clean_value(p, value, TEXT_LINES);
    put_lines(buffer_slice(&p->clean), indent, p->out);
}

/* The value behind a label: on the same line, or on lines of its own further in. */
static void put_labelled(struct pretty *p, struct slice value, unsigned indent)
{
    if (is_container(value) && !is_empty(value) && indent <= MAX_INDENT) {
        (void)buffer_append_char(p->out, '\n');
        put_value(p, value, indent);
    } else {
        (void)buffer_append_char(p->out, ' ');
        put_scalar(p, value, indent);
    }
}

static void put_object(struct pretty *p, struct slice object, unsigned indent)
{
    struct json_cursor c = json_members(object);
    struct slice key, value;
    while (json_next(&c, &key, &value)) {
        text_spaces(indent, p->out);
        clean_value(p, key, 0);
        (void)buffer_append_slice(p->out, buffer_slice(&p->clean));
        (void)buffer_append_char(p->out, ':');
        put_labelled(p, value, indent + STEP);
    }
}

static void put_numbered(struct pretty *p, struct slice array, unsigned indent)
{
    struct json_cursor c = json_members(array);
    struct slice value;
    for (uint64_t i = 1; json_next(&c, NULL, &value); i++) {
        text_spaces(indent, p->out);
        (void)buffer_append_u64(p->out, i);
        (void)buffer_append_char(p->out, '.');
        put_labelled(p, value, indent + NUMBER_STEP);
    }
}

/* ---- tables ---- */

struct table {
    struct slice keys[MAX_COLUMNS]; /* raw */
    size_t widths[MAX_COLUMNS];
    unsigned count;
};

/* The column of this key, made if it is new; -1: there are too many. */
static int column_of(struct table *t, struct slice key)
{
    for (unsigned i = 0; i < t->count; i++)
        if (slice_equal(t->keys[i], key))
            return (int)i;
    if (t->count == MAX_COLUMNS)
        return -1;
    t->keys[t->count] = key;
    t->widths[t->count] = 0;
    return (int)t->count++;
}

/* Makes a column wide enough for a value. False: it is too wide for a table. */
static bool widen(struct pretty *p, struct table *t, int column, struct slice value)
{
    clean_value(p, value, 0);
    size_t width = text_width(buffer_slice(&p->clean));
    if (width > t->widths[column])
        t->widths[column] = width;
    return width <= MAX_CELL_WIDTH;
}

static bool measure_row(struct pretty *p, struct table *t, struct slice row)
{
    struct json_cursor c = json_members(row);
    struct slice key, value;
    while (json_next(&c, &key, &value)) {
        int column = column_of(t, key);
        if (column < 0 || !widen(p, t, column, key) || !widen(p, t, column, value))
            return false;
    }
    return true;
}

/* Is this array a table? All objects, nulls allowed among them, and not too wide. */
static bool measure(struct pretty *p, struct table *t, struct slice array)
{
    struct json_cursor c = json_members(array);
    struct slice row;
    bool null = false;
    t->count = 0;
    while (json_next(&c, NULL, &row)) {
        if (json_type(row) == JSON_NULL)
            null = true;
        else if (json_type(row) != JSON_OBJECT || !measure_row(p, t, row))
            return false;
    }
    if (null && t->count > 0)
        widen(p, t, 0, slice_of("null"));
    return t->count > 0;
}

static void put_cell(struct pretty *p, const struct table *t, unsigned column,
                     struct slice value)
{
    if (column > 0)
        (void)buffer_append_text(p->out, " " COLUMN_GAP " ");
    buffer_reset(&p->clean);
    if (value.data)
        clean_value(p, value, 0);
    (void)buffer_append_slice(p->out, buffer_slice(&p->clean));
    if (column + 1 < t->count)
        text_spaces(t->widths[column] - text_width(buffer_slice(&p->clean)), p->out);
}

static void put_row(struct pretty *p, struct table *t, struct slice row, unsigned indent)
{
    struct slice cells[MAX_COLUMNS] = {{NULL, 0}};
    if (json_type(row) == JSON_NULL) {
        cells[0] = row;
    } else {
        struct json_cursor c = json_members(row);
        struct slice key, value;
        while (json_next(&c, &key, &value))
            cells[column_of(t, key)] = value;
    }
    text_spaces(indent, p->out);
    for (unsigned i = 0; i < t->count; i++)
        put_cell(p, t, i, cells[i]);
    (void)buffer_append_char(p->out, '\n');
}

static void put_head(struct pretty *p, const struct table *t, unsigned indent)
{
    text_spaces(indent, p->out);
    for (unsigned i = 0; i < t->count; i++)
        put_cell(p, t, i, t->keys[i]);
    (void)buffer_append_char(p->out, '\n');
    text_spaces(indent, p->out);
    for (unsigned i = 0; i < t->count; i++) {
        if (i > 0)
            (void)buffer_append_text(p->out, RULE_CROSS);
        for (size_t n = 0; n < t->widths[i]; n++)
            (void)buffer_append_text(p->out, RULE);
    }
    (void)buffer_append_char(p->out, '\n');
}

static bool put_table(struct pretty *p, struct slice array, unsigned indent)
{
    struct table t;
    if (!measure(p, &t, array))
        return false;
    put_head(p, &t, indent);
    struct json_cursor c = json_members(array);
    struct slice row;
    while (json_next(&c, NULL, &row))
        put_row(p, &t, row, indent);
    return true;
}

static void put_value(struct pretty *p, struct slice value, unsigned indent)
{
    if (!is_container(value) || is_empty(value)) {
        text_spaces(indent, p->out);
        put_scalar(p, value, indent);
    } else if (json_type(value) == JSON_OBJECT) {
        put_object(p, value, indent);
    } else if (!put_table(p, value, indent)) {
        put_numbered(p, value, indent);
    }
}

void pretty_value(struct slice value, unsigned indent, struct buffer *out)
{
    struct pretty p = {.out = out};
    put_value(&p, value, indent);
    buffer_free(&p.raw);
    buffer_free(&p.clean);
}

void pretty_text(struct slice text, unsigned indent, struct buffer *out)
{
    struct buffer clean = {0};
    text_clean(text, TEXT_LINES, &clean);
    text_spaces(indent, out);
    put_lines(buffer_slice(&clean), indent, out);
    buffer_free(&clean);
}
