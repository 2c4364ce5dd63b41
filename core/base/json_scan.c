/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/json_text.h"

#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)

/* What the scanner is about to read. White space may come before the first group alone. */
enum state {
    VALUE, /* a value: at the start, after ':' and after ',' in an array */
    FIRST_ELEMENT,
    FIRST_KEY,
    KEY,
    COLON,
    AFTER_MEMBER,

    STRING,
    CHARACTER, /* the rest of one that is not ASCII */
    ESCAPE,
    HEX,
    WORD,

    NUMBER_MINUS, /* named by what came last */
    NUMBER_ZERO,
    NUMBER_INTEGER,
    NUMBER_POINT,
    NUMBER_FRACTION,
    NUMBER_E,
    NUMBER_E_SIGN,
    NUMBER_EXPONENT,

    DONE,
    WRONG,
};

/* Each step takes bytes from `at` on and returns where it stopped: before the wrong byte after
 * fail(). */
static const char *fail(struct json_scanner *s, const char *at, const char *what)
{
    s->state = WRONG;
    s->fault.what = what;
    return at;
}

static bool in_object(const struct json_scanner *s)
{
    uint32_t level = s->depth - 1;
    return s->nesting[level / 64] >> level % 64 & 1;
}

static void value_ended(struct json_scanner *s)
{
    s->state = s->depth ? AFTER_MEMBER : DONE;
}

static const char *container_opens(struct json_scanner *s, const char *at)
{
    if (s->depth == JSON_MAX_DEPTH) {
        s->too_deep = true;
        return fail(s, at, "nested deeper than " TEXT(JSON_MAX_DEPTH) " levels");
    }
    uint32_t level = s->depth++;
    uint64_t bit = UINT64_C(1) << level % 64;
    if (*at == '{')
        s->nesting[level / 64] |= bit;
    else
        s->nesting[level / 64] &= ~bit;
    s->state = *at == '{' ? FIRST_KEY : FIRST_ELEMENT;
    return at + 1;
}

static const char *container_closes(struct json_scanner *s, const char *at)
{
    s->depth--;
    value_ended(s);
    return at + 1;
}

static const char *string_starts(struct json_scanner *s, const char *at, bool key)
{
    s->state = STRING;
    s->key = key;
    return at + 1;
}

static const char *word_starts(struct json_scanner *s, const char *at, const char *rest,
                               const char *fault)
{
    s->state = WORD;
    s->word = rest;
    s->word_fault = fault;
    return at + 1;
}

static const char *value_starts(struct json_scanner *s, const char *at)
{
    switch (*at) {
    case '{':
    case '[':
        return container_opens(s, at);
    case '"':
        return string_starts(s, at, false);
    case 't':
        return word_starts(s, at, "rue", "expected true");
    case 'f':
        return word_starts(s, at, "alse", "expected false");
    case 'n':
        return word_starts(s, at, "ull", "expected null");
    case '-':
        s->state = NUMBER_MINUS;
        return at + 1;
    case '0':
        s->state = NUMBER_ZERO;
        return at + 1;
    }
    if (!json_is_digit(*at))
        return fail(s, at,
                    s->state == FIRST_ELEMENT ? "expected a value or ']'" : "expected a value");
    s->state = NUMBER_INTEGER;
    return at + 1;
}

static const char *after_member(struct json_scanner *s, const char *at)
{
    bool object = in_object(s);
    if (*at == ',') {
        s->state = object ? KEY : VALUE;
        return at + 1;
    }
    if (*at == (object ? '}' : ']'))
        return container_closes(s, at);
    return fail(s, at, object ? "expected ',' or '}'" : "expected ',' or ']'");
}

static const char *structure(struct json_scanner *s, const char *at, const char *end)
{
    at = json_space_end(at, end);
    if (at == end)
        return at;
    switch (s->state) {
    case FIRST_KEY:
        if (*at == '}')
            return container_closes(s, at);
        return *at == '"' ? string_starts(s, at, true)
                          : fail(s, at, "expected a key in quotes or '}'");
    case KEY:
        return *at == '"' ? string_starts(s, at, true)
                          : fail(s, at, "expected a key in quotes");
    case COLON:
        if (*at != ':')
            return fail(s, at, "expected ':' after the key");
        s->state = VALUE;
        return at + 1;
    case AFTER_MEMBER:
        return after_member(s, at);
    case FIRST_ELEMENT:
        if (*at == ']')
            return container_closes(s, at);
        break;
    }
    return value_starts(s, at);
}

/* A run of characters that are not ASCII. */
static const char *characters(struct json_scanner *s, const char *at, const char *end)
{
    s->state = CHARACTER;
    for (; at < end; at++) {
        if (!s->utf8.left && (uint8_t)*at < 0x80)
            break;
        if (!utf8_take(&s->utf8, (uint8_t)*at))
            return fail(s, at, "not UTF-8");
    }
    if (!s->utf8.left)
        s->state = STRING;
    return at;
}

static const char *string(struct json_scanner *s, const char *at, const char *end)
{
    at = json_plain_end(at, end, true);
    if (at == end)
        return at;
    if (*at == '"') {
        if (s->key)
            s->state = COLON;
        else
            value_ended(s);
        return at + 1;
    }
    if (*at == '\\') {
        s->state = ESCAPE;
        return at + 1;
    }
    if ((uint8_t)*at < 0x20)
        return fail(s, at, "a control character must be escaped");
    return characters(s, at, end);
}

static const char *escape(struct json_scanner *s, const char *at)
{
    if (*at == 'u') {
        s->state = HEX;
        s->hex_left = 4;
    } else if (*at && strchr("\"\\/bfnrt", *at)) {
        s->state = STRING;
    } else {
        return fail(s, at, "expected one of \"\\/bfnrtu after the backslash");
    }
    return at + 1;
}

static const char *hex(struct json_scanner *s, const char *at, const char *end)
{
    for (; at < end && s->hex_left; at++, s->hex_left--)
        if (!json_is_digit(*at) && (uint8_t)((*at | 0x20) - 'a') > 5)
            return fail(s, at, "expected four hexadecimal digits after \\u");
    if (!s->hex_left)
        s->state = STRING;
    return at;
}

static const char *word(struct json_scanner *s, const char *at, const char *end)
{
    for (; at < end && *s->word; at++, s->word++)
        if (*at != *s->word)
            return fail(s, at, s->word_fault);
    if (!*s->word)
        value_ended(s);
    return at;
}

/* A number's states and what a byte makes of them. DONE: the byte is no part of the number;
 * WRONG: another was needed. */
enum { ZERO, DIGIT, POINT, E, SIGN, OTHER, KINDS };

static const uint8_t number_steps[][KINDS] = {
    /* after '-' */ {NUMBER_ZERO, NUMBER_INTEGER, WRONG, WRONG, WRONG, WRONG},
    /* 0        */ {WRONG, WRONG, NUMBER_POINT, NUMBER_E, DONE, DONE},
    /* 12       */ {NUMBER_INTEGER, NUMBER_INTEGER, NUMBER_POINT, NUMBER_E, DONE, DONE},
    /* 12.      */ {NUMBER_FRACTION, NUMBER_FRACTION, WRONG, WRONG, WRONG, WRONG},
    /* 12.3     */ {NUMBER_FRACTION, NUMBER_FRACTION, DONE, NUMBER_E, DONE, DONE},
    /* 12e      */ {NUMBER_EXPONENT, NUMBER_EXPONENT, WRONG, WRONG, NUMBER_E_SIGN, WRONG},
    /* 12e-     */ {NUMBER_EXPONENT, NUMBER_EXPONENT, WRONG, WRONG, WRONG, WRONG},
    /* 12e-4    */ {NUMBER_EXPONENT, NUMBER_EXPONENT, DONE, DONE, DONE, DONE},
};

static enum state number_step(enum state state, char c)
{
    int kind = OTHER;
    if (json_is_digit(c))
        kind = c == '0' ? ZERO : DIGIT;
    else if (c == '.')
        kind = POINT;
    else if (c == 'e' || c == 'E')
        kind = E;
    else if (c == '+' || c == '-')
        kind = SIGN;
    return number_steps[state - NUMBER_MINUS][kind];
}

static const char *number(struct json_scanner *s, const char *at, const char *end)
{
    enum state state = s->state;
    for (; at < end; at++) {
        enum state next = number_step(state, *at);
        if (next == WRONG)
            return fail(s, at,
                        state == NUMBER_ZERO ? "a number must not start with 0"
                                             : "expected a digit");
        if (next == DONE) {
            value_ended(s);
            return at;
        }
        state = next;
    }
    s->state = (uint8_t)state;
    return at;
}

static const char *step(struct json_scanner *s, const char *at, const char *end)
{
    switch (s->state) {
    case STRING:
        return string(s, at, end);
    case CHARACTER:
        return characters(s, at, end);
    case ESCAPE:
        return escape(s, at);
    case HEX:
        return hex(s, at, end);
    case WORD:
        return word(s, at, end);
    default:
        return s->state < STRING ? structure(s, at, end) : number(s, at, end);
    }
}

static enum json_progress progress(const struct json_scanner *s)
{
    return s->state == DONE ? JSON_DONE : s->state == WRONG ? JSON_WRONG : JSON_MORE;
}

enum json_progress json_scanner_feed(struct json_scanner *s, const char *text, size_t length,
                                     size_t *used)
{
    const char *at = text, *end = text + length;
    bool running = s->state < DONE;
    while (at < end && s->state < DONE)
        at = step(s, at, end);
    *used = (size_t)(at - text);
    s->consumed += *used;
    /* A character that is not UTF-8 is wrong where it begins. */
    if (running && s->state == WRONG)
        s->fault.offset = s->consumed - s->utf8.seen;
    return progress(s);
}

static bool whole_number(enum state state)
{
    return state == NUMBER_ZERO || state == NUMBER_INTEGER || state == NUMBER_FRACTION ||
           state == NUMBER_EXPONENT;
}

static const char *what_is_missing(const struct json_scanner *s)
{
    if (s->state >= STRING && s->state <= HEX)
        return "the text ends inside a string";
    if (s->state == WORD)
        return s->word_fault;
    if (s->state >= NUMBER_MINUS && !whole_number(s->state))
        return "expected a digit";
    if (!s->depth)
        return "expected a value";
    return in_object(s) ? "the text ends inside an object" : "the text ends inside an array";
}

enum json_progress json_scanner_end(struct json_scanner *s)
{
    if (s->state >= DONE)
        return progress(s);
    if (whole_number(s->state) && !s->depth) {
        s->state = DONE;
    } else {
        s->fault = (struct json_fault){what_is_missing(s), s->consumed};
        s->state = WRONG;
    }
    return progress(s);
}

int json_check(struct slice text, struct slice *value, struct json_fault *fault)
{
    struct json_scanner s = {0};
    size_t used;
    enum json_progress p = json_scanner_feed(&s, text.data, text.length, &used);
    if (p == JSON_MORE)
        p = json_scanner_end(&s);
    if (p == JSON_WRONG) {
        *fault = s.fault;
        return -1;
    }
    const char *end = text.data + text.length;
    const char *rest = json_space_end(text.data + used, end);
    if (rest < end) {
        *fault = (struct json_fault){"expected the end after the value",
                                     (size_t)(rest - text.data)};
        return -1;
    }
    if (value) {
        const char *start = json_space_end(text.data, end);
        *value = (struct slice){start, (size_t)(text.data + used - start)};
    }
    return 0;
}

void json_locate(struct slice text, size_t offset, size_t *line, size_t *column)
{
    const char *at = text.data, *stop = text.data + offset;
    *line = *column = 1;
    for (const char *feed; (feed = memchr(at, '\n', (size_t)(stop - at))); at = feed + 1)
        ++*line;
    for (; at < stop; at++)
        *column += !utf8_continues(*at);
}
