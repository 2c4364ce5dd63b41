/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_H
#define BASE_JSON_H

/*
 * JSON as text (RFC 8259). Data passes through ovrmnd unchanged, so nothing here turns a value
 * into a number or a tree: a value is the slice of source text that spells it.
 *
 * The scanner checks and finds the end of a value, a chunk at a time; the cursor walks the
 * members of text that has been checked; the writers re-space checked text without touching a
 * token. Text must be valid UTF-8; nesting deeper than JSON_MAX_DEPTH is an error.
 */

#include "base/buffer.h"
#include "base/utf8.h"

#define JSON_MAX_DEPTH 1000

enum json_type {
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
};

/* Why text is not JSON: a phrase such as "expected ',' or '}'" and the byte where. */
struct json_fault {
    const char *what;
    size_t offset; /* from the start of the value's text */
};

/* ---- scanning ---- */

/* What is known after some text: it goes on, it ended, or it is wrong. */
enum json_progress { JSON_MORE, JSON_DONE, JSON_WRONG };

/* The state between two chunks of one value. Treat as opaque. {0} starts a value. */
struct json_scanner {
    uint8_t state;
    bool key;               /* the string being read is one */
    struct utf8 utf8;       /* a character that a chunk may cut */
    uint8_t hex_left;       /* digits of \u still due */
    const char *word;       /* the rest of true, false or null */
    const char *word_fault; /* what to say if it is another */
    uint32_t depth;
    size_t consumed; /* bytes of the value seen in all chunks so far */
    uint64_t nesting[(JSON_MAX_DEPTH + 63) / 64]; /* one bit a level: 1 is an object */
    struct json_fault fault;
    bool too_deep; /* that is the fault; the text may well be JSON */
};

/* Feeds text. On JSON_DONE, `*used` bytes of it belong to the value (leading white space
 * included, trailing not) and the scanner may be zeroed for the next one. A number ends only at
 * the byte after it, so at the end of all text call json_scanner_end. On JSON_WRONG see
 * `scanner->fault`; `*used` bytes of this chunk came before it. Once ended, it takes no more.
 */
enum json_progress json_scanner_feed(struct json_scanner *scanner, const char *text,
                                     size_t length, size_t *used);

/* The text is over: JSON_DONE if what was fed is a whole value, else JSON_WRONG. */
enum json_progress json_scanner_end(struct json_scanner *scanner);

/* White space between tokens. */
static inline bool json_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Checks that `text` is one value with nothing but white space around it. On success `*value`
 * (may be NULL) is the value without that white space. Returns 0 or -1 with `fault` filled. */
int json_check(struct slice text, struct slice *value, struct json_fault *fault);

/* Line and column, from 1, of a byte in text; columns count characters, not bytes. */
void json_locate(struct slice text, size_t offset, size_t *line, size_t *column);

/* ---- looking at checked text ---- */

/* The type of a value, from its first byte. */
enum json_type json_type(struct slice value);

/* Walks an object's or array's members in order, duplicates included. */
struct json_cursor {
    const char *at, *end;
    bool object;
};
struct json_cursor json_members(struct slice container);

/* The next member. `key` is the raw key with its quotes (untouched for arrays, may be NULL);
 * `value` the raw value. False at the end. */
bool json_next(struct json_cursor *cursor, struct slice *key, struct slice *value);

/* The value of the last member of an object with this key (plain UTF-8); false: there is none.
 */
bool json_find(struct slice object, const char *key, struct slice *value);

/* Is this raw key the same text as `name`? Escapes in the key are decoded. */
bool json_key_is(struct slice raw_key, struct slice name);

/* Appends what a raw string (with quotes) says, in UTF-8. -1 for a lone surrogate, which has no
 * UTF-8, or beyond the buffer's limit. \u0000 becomes a NUL byte. */
int json_string_decode(struct slice raw, struct buffer *out);

/* ---- writing: -1 beyond the buffer's limit, with nothing appended ---- */

/* Appends UTF-8 text as a JSON string with quotes, escaping no more than it must. What is not
 * UTF-8 becomes U+FFFD, one for each start of a character that is not followed by its rest. */
int json_string_encode(struct slice text, struct buffer *out);

/* Appends a checked value without its insignificant white space. */
int json_minify(struct slice value, struct buffer *out);

/* Appends a checked value as JSON.stringify(value, null, 2) lays it out, tokens untouched; the
 * lines after the first are indented by `level` further steps of two spaces. */
int json_indent(struct slice value, unsigned level, struct buffer *out);

#endif
