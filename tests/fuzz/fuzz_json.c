/* SPDX-License-Identifier: MIT */

/* Any text as JSON: it is scanned alike in any pieces, and what is JSON stays what it is
 * through the writers. */

#include "fuzz/fuzz.h"

struct answer {
    enum json_progress progress;
    size_t used;
    struct json_fault fault;
};

/* Scans one value in pieces of up to `most` bytes; 0: all at once. */
static struct answer scan(struct slice text, size_t most)
{
    struct random r = fuzz_random(text);
    struct json_scanner s = {0};
    struct answer a = {JSON_MORE, 0, {NULL, 0}};
    while (a.progress == JSON_MORE && a.used < text.length) {
        size_t left = text.length - a.used, used;
        size_t length = most ? 1 + (size_t)random_below(&r, most) : left;
        length = length < left ? length : left;
        char *piece = fuzz_bytes((struct slice){text.data + a.used, length});
        a.progress = json_scanner_feed(&s, piece, length, &used);
        free(piece);
        MUST(used <= length);
        MUST(a.progress != JSON_MORE || used == length);
        a.used += used;
    }
    if (a.progress == JSON_MORE)
        a.progress = json_scanner_end(&s);
    if (a.progress == JSON_WRONG)
        a.fault = s.fault;
    return a;
}

static bool same(struct answer a, struct answer b)
{
    return a.progress == b.progress && a.used == b.used && a.fault.what == b.fault.what &&
           a.fault.offset == b.fault.offset;
}

static void pieces_do_not_matter(struct slice text)
{
    struct answer whole = scan(text, 0);
    MUST(whole.progress != JSON_MORE);
    MUST(same(whole, scan(text, 1)));
    MUST(same(whole, scan(text, 7)));
    if (whole.progress == JSON_WRONG) {
        MUST(whole.fault.what && whole.fault.offset <= text.length);
        return;
    }
    MUST(json_check((struct slice){text.data, whole.used}, NULL, &whole.fault) == 0);
}

/* Members, put together again, are the minified text. */
static void rebuild(struct slice value, struct buffer *out)
{
    enum json_type type = json_type(value);
    if (type != JSON_OBJECT && type != JSON_ARRAY) {
        buffer_append_slice(out, value);
        return;
    }
    struct json_cursor cursor = json_members(value);
    struct slice key = {0}, member;
    buffer_append_char(out, value.data[0]);
    for (bool first = true; json_next(&cursor, &key, &member); first = false) {
        buffer_append_text(out, first ? "" : ",");
        if (type == JSON_OBJECT) {
            buffer_append_slice(out, key);
            buffer_append_char(out, ':');
        }
        rebuild(member, out);
    }
    buffer_append_char(out, value.data[value.length - 1]);
}

static void layouts_agree(struct slice value)
{
    struct buffer minified = {0}, rebuilt = {0}, laid = {0}, back = {0}, again = {0};
    json_minify(value, &minified);
    rebuild(value, &rebuilt);
    json_indent(value, 1, &laid);
    MUST(fuzz_is_json(buffer_slice(&laid)));
    json_minify(buffer_slice(&laid), &back);
    json_indent(buffer_slice(&minified), 1, &again);
    MUST(fuzz_is_json(buffer_slice(&minified)));
    MUST(slice_equal(buffer_slice(&minified), buffer_slice(&rebuilt)));
    MUST(slice_equal(buffer_slice(&minified), buffer_slice(&back)));
    MUST(slice_equal(buffer_slice(&laid), buffer_slice(&again)));
    struct buffer *all[] = {&minified, &rebuilt, &laid, &back, &again};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buffer_free(all[i]);
}

/* What a string says is text, and that text is the string again. */
static void strings_return(struct slice raw)
{
    struct buffer text = {0}, again = {0}, back = {0};
    if (json_string_decode(raw, &text) == 0) {
        MUST(text.length == 0 || utf8_is(text.data, text.length));
        json_string_encode(buffer_slice(&text), &again);
        MUST(fuzz_is_json(buffer_slice(&again)));
        MUST(json_key_is(raw, buffer_slice(&text)));
        MUST(json_key_is(buffer_slice(&again), buffer_slice(&text)));
        MUST(json_string_decode(buffer_slice(&again), &back) == 0);
        MUST(slice_equal(buffer_slice(&text), buffer_slice(&back)));
    }
    buffer_free(&text);
    buffer_free(&again);
    buffer_free(&back);
}

static void each_string_returns(struct slice value)
{
    if (json_type(value) == JSON_STRING)
        strings_return(value);
    if (json_type(value) != JSON_OBJECT && json_type(value) != JSON_ARRAY)
        return;
    struct json_cursor cursor = json_members(value);
    struct slice key = {0}, member;
    while (json_next(&cursor, &key, &member)) {
        if (json_type(value) == JSON_OBJECT)
            strings_return(key);
        each_string_returns(member);
    }
}

/* Any bytes are made a string, and UTF-8 comes back as it was. */
static void any_text_is_a_string(struct slice text)
{
    struct buffer raw = {0}, back = {0};
    json_string_encode(text, &raw);
    MUST(fuzz_is_json(buffer_slice(&raw)));
    MUST(json_string_decode(buffer_slice(&raw), &back) == 0);
    MUST(!utf8_is(text.data, text.length) || slice_equal(text, buffer_slice(&back)));
    buffer_free(&raw);
    buffer_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size}, value;
    struct json_fault fault;
    pieces_do_not_matter(text);
    any_text_is_a_string(text);
    if (json_check(text, &value, &fault))
        return 0;
    MUST(value.data >= text.data && value.length > 0 &&
         value.data + value.length <= text.data + text.length);
    layouts_agree(value);
    each_string_returns(value);
    return 0;
}
