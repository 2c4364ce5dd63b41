/* SPDX-License-Identifier: MIT */

/* What holds for any JSON, and for any text that is nearly JSON: texts are made from a seed,
 * half of them spoiled. OVRMND_SEEDS=n tries n of them; OVRMND_SEED=n tries that one alone. */

#include "base/json.h"
#include "base/random.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DEFAULT_SEEDS 5000

/* ---- making texts ---- */

static size_t pick(struct random *r, size_t bound)
{
    return (size_t)random_below(r, bound);
}

static void make_one_of(struct random *r, struct buffer *out, const char *const *texts,
                        size_t count)
{
    buffer_append_text(out, texts[pick(r, count)]);
}
#define ONE_OF(r, out, ...)                                                                    \
    make_one_of(r, out, (const char *const[]){__VA_ARGS__},                                    \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void make_space(struct random *r, struct buffer *out)
{
    while (pick(r, 3) == 0)
        ONE_OF(r, out, " ", "\n", "\r\n", "\t", "    ");
}

static void make_string(struct random *r, struct buffer *out)
{
    buffer_append_char(out, '"');
    for (size_t parts = pick(r, 6); parts; parts--)
        ONE_OF(r, out, "a", "plain text that is longer", "\\n", "\\\"", "\\\\", "\\/",
               "\\u0041", "\\uD83D\\uDE00", "\\udead", "\xC3\xA9", "\xE2\x82\xAC",
               "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "{[,:]}", "\x7F", " ");
    buffer_append_char(out, '"');
}

static void make_value(struct random *r, struct buffer *out, unsigned depth)
{
    size_t kind = pick(r, depth < 6 ? 5 : 3);
    if (kind == 0) {
        ONE_OF(r, out, "0", "-0", "12", "-3.50", "1e5", "2E-07", "9007199254740993", "0.0e+0");
    } else if (kind == 1) {
        ONE_OF(r, out, "true", "false", "null");
    } else if (kind == 2) {
        make_string(r, out);
    } else {
        buffer_append_char(out, kind == 3 ? '{' : '[');
        for (size_t i = 0, count = pick(r, 5); i < count; i++) {
            buffer_append_text(out, i ? "," : "");
            make_space(r, out);
            if (kind == 3) {
                make_string(r, out);
                make_space(r, out);
                buffer_append_char(out, ':');
                make_space(r, out);
            }
            make_value(r, out, depth + 1);
            make_space(r, out);
        }
        make_space(r, out);
        buffer_append_char(out, kind == 3 ? '}' : ']');
    }
}

/* A few bytes changed, dropped, doubled or put in; or the end cut off. */
static void spoil(struct random *r, struct buffer *text)
{
    static const char likely[] =
        "{}[],:\"\\0123456789-+.eEtfnu \n\x01\x80\xBF\xC0\xE0\xED\xF4\xFF";
    for (size_t times = 1 + pick(r, 3); times && text->length; times--) {
        size_t at = pick(r, text->length);
        char c = likely[pick(r, sizeof likely)];
        switch (pick(r, 4)) {
        case 0:
            text->data[at] = c;
            break;
        case 1:
            memmove(text->data + at, text->data + at + 1, --text->length - at);
            break;
        case 2:
            buffer_append_char(text, ' ');
            memmove(text->data + at + 1, text->data + at, text->length - 1 - at);
            text->data[at] = pick(r, 2) ? c : text->data[at];
            break;
        case 3:
            text->length = pick(r, 4) ? text->length : at;
            break;
        }
    }
}

/* ---- a second opinion: the grammar, written down as plainly as it goes ---- */

struct plain {
    const uint8_t *at, *end;
};

static bool plain_value(struct plain *p);

static int plain_peek(const struct plain *p)
{
    return p->at < p->end ? *p->at : -1;
}

static bool plain_take(struct plain *p, int c)
{
    bool is = plain_peek(p) == c;
    p->at += is;
    return is;
}

static void plain_space(struct plain *p)
{
    while (plain_take(p, ' ') || plain_take(p, '\t') || plain_take(p, '\n') ||
           plain_take(p, '\r'))
        ;
}

static bool plain_word(struct plain *p, const char *word)
{
    while (*word)
        if (!plain_take(p, (uint8_t)*word++))
            return false;
    return true;
}

static bool plain_digits(struct plain *p)
{
    const uint8_t *start = p->at;
    while (plain_peek(p) >= '0' && plain_peek(p) <= '9')
        p->at++;
    return p->at > start;
}

static bool plain_number(struct plain *p)
{
    plain_take(p, '-');
    if (!plain_take(p, '0') && !plain_digits(p))
        return false;
    if (plain_take(p, '.') && !plain_digits(p))
        return false;
    if (plain_take(p, 'e') || plain_take(p, 'E')) {
        if (!plain_take(p, '+'))
            plain_take(p, '-');
        return plain_digits(p);
    }
    return true;
}

static bool plain_hex4(struct plain *p)
{
    for (int i = 0; i < 4; i++) {
        int c = plain_peek(p);
        if (c <= 0 || !strchr("0123456789abcdefABCDEF", c))
            return false;
        p->at++;
    }
    return true;
}

/* Decodes and looks at the number that comes out. */
static bool plain_character(struct plain *p)
{
    uint32_t lead = *p->at++, point;
    if (lead < 0x80)
        return lead >= 0x20;
    int more = lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 0;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    point = lead & (0x3Fu >> more);
    for (int i = 0; i < more; i++) {
        if (plain_peek(p) < 0 || plain_peek(p) >> 6 != 2)
            return false;
        point = point << 6 | (*p->at++ & 0x3F);
    }
    return more && point >= least[more] && point <= 0x10FFFF && point >> 11 != 0x1B;
}

static bool plain_string(struct plain *p)
{
    if (!plain_take(p, '"'))
        return false;
    while (p->at < p->end) {
        if (plain_take(p, '"'))
            return true;
        if (plain_take(p, '\\')) {
            int c = plain_peek(p);
            if (c <= 0 || !strchr("\"\\/bfnrtu", c))
                return false;
            p->at++;
            if (c == 'u' && !plain_hex4(p))
                return false;
        } else if (!plain_character(p)) {
            return false;
        }
    }
    return false;
}

static bool plain_members(struct plain *p, bool object)
{
    int close = object ? '}' : ']';
    plain_space(p);
    if (plain_take(p, close))
        return true;
    do {
        plain_space(p);
        if (object) {
            if (!plain_string(p))
                return false;
            plain_space(p);
            if (!plain_take(p, ':'))
                return false;
        }
        if (!plain_value(p))
            return false;
    } while (plain_take(p, ','));
    return plain_take(p, close);
}

static bool plain_value(struct plain *p)
{
    bool good;
    plain_space(p);
    switch (plain_peek(p)) {
    case '{':
    case '[':
        good = plain_members(p, *p->at++ == '{');
        break;
    case '"':
        good = plain_string(p);
        break;
    case 't':
        good = plain_word(p, "true");
        break;
    case 'f':
        good = plain_word(p, "false");
        break;
    case 'n':
        good = plain_word(p, "null");
        break;
    default:
        good = plain_number(p);
    }
    plain_space(p);
    return good;
}

static bool plain_check(struct slice text)
{
    struct plain p = {(const uint8_t *)text.data, (const uint8_t *)text.data + text.length};
    return plain_value(&p) && p.at == p.end;
}

/* ---- the properties ---- */

struct answer {
    enum json_progress progress;
    size_t used;
    struct json_fault fault;
};

/* Scans one value in chunks of up to `most` bytes; 0: all at once. Chunks are copies, so that a
 * sanitizer sees a read beyond one. */
static struct answer scan(struct slice text, size_t most, struct random *r)
{
    struct json_scanner s = {0};
    struct answer a = {JSON_MORE, 0, {NULL, 0}};
    while (a.progress == JSON_MORE && a.used < text.length) {
        size_t left = text.length - a.used, length = most ? 1 + pick(r, most) : left, used;
        length = length < left ? length : left;
        char *chunk = malloc(length);
        memcpy(chunk, text.data + a.used, length);
        a.progress = json_scanner_feed(&s, chunk, length, &used);
        free(chunk);
        if (a.progress == JSON_MORE && used != length)
            a.progress = JSON_WRONG;
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

static const char *chunks_do_not_matter(struct slice text, struct random *r)
{
    struct answer whole = scan(text, 0, r);
    if (!same(whole, scan(text, 1, r)))
        return "fed byte by byte, the answer is another";
    for (int i = 0; i < 4; i++)
        if (!same(whole, scan(text, 2 + pick(r, 20), r)))
            return "fed in chunks, the answer is another";
    return NULL;
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
    struct slice key, member;
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

static const char *layouts_agree(struct slice value)
{
    struct buffer minified = {0}, rebuilt = {0}, laid = {0}, back = {0}, again = {0};
    struct json_fault fault;
    const char *wrong = NULL;
    json_minify(value, &minified);
    rebuild(value, &rebuilt);
    json_indent(value, 0, &laid);
    json_minify(buffer_slice(&laid), &back);
    json_indent(buffer_slice(&minified), 0, &again);
    if (!slice_equal(buffer_slice(&minified), buffer_slice(&rebuilt)))
        wrong = "walked members are not what was minified";
    else if (!slice_equal(buffer_slice(&minified), buffer_slice(&back)))
        wrong = "an indented text minifies to another";
    else if (!slice_equal(buffer_slice(&laid), buffer_slice(&again)))
        wrong = "the white space before matters to the layout";
    else if (json_check(buffer_slice(&laid), NULL, &fault) != 0)
        wrong = "an indented text is no JSON";
    buffer_free(&minified);
    buffer_free(&rebuilt);
    buffer_free(&laid);
    buffer_free(&back);
    buffer_free(&again);
    return wrong;
}

/* Any bytes, encoded, are a JSON string; UTF-8 decodes to what it was. */
static const char *strings_return(struct slice text)
{
    struct buffer encoded = {0}, decoded = {0}, again = {0};
    struct json_fault fault;
    struct slice value;
    const char *wrong = NULL;
    json_string_encode(text, &encoded);
    if (json_check(buffer_slice(&encoded), &value, &fault) != 0)
        wrong = "an encoded string is no JSON";
    else if (json_string_decode(value, &decoded) != 0)
        wrong = "an encoded string does not decode";
    else if (json_string_encode(buffer_slice(&decoded), &again) != 0 ||
             !slice_equal(buffer_slice(&encoded), buffer_slice(&again)))
        wrong = "a decoded string encodes to another";
    else if (!json_key_is(value, buffer_slice(&decoded)))
        wrong = "a key is not its own text";
    buffer_free(&encoded);
    buffer_free(&decoded);
    buffer_free(&again);
    return wrong;
}

static const char *holds(uint64_t seed, struct buffer *text)
{
    struct random r = random_seeded(seed);
    bool spoiled = pick(&r, 2);
    buffer_reset(text);
    make_space(&r, text);
    make_value(&r, text, 0);
    make_space(&r, text);
    if (spoiled)
        spoil(&r, text);
    struct slice all = buffer_slice(text), value;
    struct json_fault fault;
    bool good = json_check(all, &value, &fault) == 0;
    if (!spoiled && !good)
        return "JSON is rejected";
    if (good != plain_check(all))
        return good ? "accepted, but the grammar says no"
                    : "rejected, but the grammar says yes";
    const char *wrong = chunks_do_not_matter(all, &r);
    if (!wrong)
        wrong = strings_return(all);
    if (!wrong && good)
        wrong = layouts_agree(value);
    return wrong;
}

static uint64_t number_from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void every_seed_holds(void **unused)
{
    (void)unused;
    bool single = getenv("OVRMND_SEED");
    uint64_t first = number_from_environment("OVRMND_SEED", 0);
    uint64_t count = single ? 1 : number_from_environment("OVRMND_SEEDS", DEFAULT_SEEDS);
    struct buffer text = {0};
    for (uint64_t seed = first; seed < first + count; seed++) {
        const char *wrong = holds(seed, &text);
        if (wrong)
            fail_msg("OVRMND_SEED=%" PRIu64 ": %s: %s", seed, wrong, buffer_text(&text));
    }
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_seed_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
