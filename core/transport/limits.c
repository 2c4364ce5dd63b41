/* SPDX-License-Identifier: MIT */
#include "transport/limits.h"

#include "base/units.h"
#include "transport/hints.h"

#include <string.h>
#include <strings.h>

/* ---- which fields ---- */

static bool begins(const char *line, size_t length, const char *with)
{
    size_t wanted = strlen(with);
    return length >= wanted && strncasecmp(line, with, wanted) == 0;
}

bool limits_worth_reading(const char *line, size_t length)
{
    if (length == 0)
        return false;
    switch (line[0] | 0x20) {
    case 'r':
        return begins(line, length, "ratelimit") || begins(line, length, "retry-after");
    case 'x':
        return begins(line, length, "x-rate");
    case 'a':
        return begins(line, length, "anthropic-r");
    default:
        return false;
    }
}

static const struct {
    const char *remaining, *reset;
} families[LIMIT_FAMILIES] = {
    [LIMIT_PLAIN] = {"RateLimit-Remaining", "RateLimit-Reset"},
    [LIMIT_X] = {"X-RateLimit-Remaining", "X-RateLimit-Reset"},
    [LIMIT_X_RATE] = {"X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"},
    [LIMIT_X_REQUESTS] = {"X-RateLimit-Remaining-Requests", "X-RateLimit-Reset-Requests"},
    [LIMIT_ANTHROPIC] = {"Anthropic-RateLimit-Requests-Remaining",
                         "Anthropic-RateLimit-Requests-Reset"},
};

void limits_take(struct limit_fields *f, const char *name, const char *value)
{
    if (strcasecmp(name, "RateLimit") == 0) {
        if (f->field_count < LIMIT_MOST_FIELDS)
            f->fields[f->field_count++] = value;
        return;
    }
    const char **place = NULL;
    if (strcasecmp(name, "RateLimit-Policy") == 0)
        place = &f->policy;
    else if (strcasecmp(name, "Retry-After") == 0)
        place = &f->retry_after;
    else if (strcasecmp(name, "Date") == 0)
        place = &f->date;
    else if (strcasecmp(name, "Age") == 0)
        place = &f->age;
    for (unsigned i = 0; !place && i < LIMIT_FAMILIES; i++) {
        if (strcasecmp(name, families[i].remaining) == 0)
            place = &f->remaining[i];
        else if (strcasecmp(name, families[i].reset) == 0)
            place = &f->reset[i];
    }
    if (place && !*place) /* the first of equal names counts */
        *place = value;
}

/* ---- numbers and times ---- */

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

/* Digits, saturating; returns how many there were. */
static size_t read_digits(const char *text, uint64_t *value)
{
    size_t digits = strspn(text, "0123456789");
    *value = 0;
    for (size_t i = 0; i < digits; i++)
        *value = add(times(*value, 10), (uint64_t)(text[i] - '0'));
    return digits;
}

/* 12 or 12.5: whole parts, and the rest in parts of `unit`, rounded down. NULL: is no number.
 */
static const char *read_decimal(const char *text, uint64_t unit, uint64_t *whole,
                                uint64_t *rest)
{
    size_t digits = read_digits(text, whole);
    *rest = 0;
    if (!digits)
        return NULL;
    text += digits;
    if (*text != '.')
        return text;
    for (text++; *text >= '0' && *text <= '9'; text++) {
        unit /= 10;
        *rest += unit * (uint64_t)(*text - '0');
    }
    return text;
}

/* "76;w=21600" too, as Docker Hub has it; a fraction, as Reddit has it, is cut off. */
static bool read_count(const char *text, uint64_t *count)
{
    uint64_t rest;
    const char *end = read_decimal(skip_blanks(text), 1, count, &rest);
    if (!end)
        return false;
    end = skip_blanks(end);
    return *end == '\0' || *end == ';';
}

static const struct {
    const char *name;
    uint64_t ns;
} units[] = {
    {"ms", NS_PER_MS}, {"us", 1000},         {"\xc2\xb5s", 1000},    {"ns", 1},
    {"s", NS_PER_S},   {"m", 60 * NS_PER_S}, {"h", 3600 * NS_PER_S},
};

/* 6m0s, 1.5s, 120ms: what Go prints for a duration. */
static bool read_duration(const char *text, uint64_t *ns)
{
    *ns = 0;
    do {
        uint64_t whole, rest, unit = 0;
        const char *end = read_decimal(text, NS_PER_S, &whole, &rest);
        if (!end)
            return false;
        for (size_t i = 0; !unit && i < sizeof units / sizeof *units; i++)
            if (begins(end, strlen(end), units[i].name)) {
                unit = units[i].ns;
                end += strlen(units[i].name);
            }
        if (!unit)
            return false;
        uint64_t part_ns = (uint64_t)((unsigned __int128)rest * unit / NS_PER_S);
        *ns = add(*ns, add(times(whole, unit), part_ns));
        text = end;
    } while (*text && *text != ' ');
    return true;
}

/* Days since 1970 of a day of the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms"): years begin in March, so that the leap day is the last. */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, year_of_era = year % 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* Numbers at the places of `form` where it has a '0', and its other bytes as they are. */
static const char *read_form(const char *text, const char *form, int64_t *numbers)
{
    for (size_t i = 0; form[i]; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : (text[i] & ~0x20) != (form[i] & ~0x20))
            return NULL;
        if (form[i] != '0')
            continue;
        if (i == 0 || form[i - 1] != '0')
            *numbers++ = 0;
        numbers[-1] = numbers[-1] * 10 + (text[i] - '0');
    }
    return text + strlen(form);
}

/* RFC 3339: 2024-05-01T12:00:00Z, with a fraction, which is left out, and with an offset. */
static bool read_rfc3339(const char *text, int64_t *seconds)
{
    int64_t n[6], offset[2] = {0, 0};
    const char *end = read_form(text, "0000-00-00T00:00:00", n);
    if (!end || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 || n[3] > 23 || n[4] > 59 ||
        n[5] > 60)
        return false;
    if (*end == '.')
        end += 1 + strspn(end + 1, "0123456789");
    bool east = *end == '+';
    if (*end == 'Z' || *end == 'z')
        end++;
    else if (!(end = read_form(end, east ? "+00:00" : "-00:00", offset)))
        return false;
    int64_t shift = (offset[0] * 60 + offset[1]) * 60;
    *seconds = days_since_1970(n[0], n[1], n[2]) * 86400 + n[3] * 3600 + n[4] * 60 + n[5] -
               (east ? shift : -shift);
    return *skip_blanks(end) == '\0';
}

#define LEAST_EPOCH    UINT64_C(1000000000)   /* September 2001; 31 years as a span */
#define LEAST_EPOCH_MS UINT64_C(100000000000) /* in seconds that would be the year 5138 */

/* How far off a time in seconds since 1970 is, by the server's clock. */
static uint64_t until(int64_t then, int64_t server_seconds)
{
    return then > server_seconds ? times((uint64_t)(then - server_seconds), NS_PER_S) : 0;
}

static bool read_reset(const char *text, int64_t server_seconds, uint64_t *ns)
{
    uint64_t whole, rest;
    int64_t then;
    text = skip_blanks(text);
    const char *end = read_decimal(text, NS_PER_S, &whole, &rest);
    if (end && *skip_blanks(end) == '\0') {
        if (whole >= LEAST_EPOCH_MS)
            whole /= 1000;
        else if (whole < LEAST_EPOCH) {
            *ns = add(times(whole, NS_PER_S), rest);
            return true;
        }
        *ns = until(whole > INT64_MAX ? INT64_MAX : (int64_t)whole, server_seconds);
        return true;
    }
    if (read_duration(text, ns))
        return true;
    if (!read_rfc3339(text, &then) && !hints_date(text, &then))
        return false;
    *ns = until(then, server_seconds);
    return true;
}

/* ---- structured fields (RFC 8941), as far as they are needed ---- */

struct span {
    const char *data;
    size_t length;
};

static bool span_is(struct span span, const char *text)
{
    return span.length == strlen(text) && memcmp(span.data, text, span.length) == 0;
}

/* A string, a byte sequence, or anything up to the next separator. NULL: not closed, or empty.
 */
static const char *read_value(const char *at, struct span *value)
{
    const char *end = at;
    if (*at == '"') {
        for (end++; *end != '"'; end++)
            if (*end == '\0' || (*end == '\\' && *++end == '\0'))
                return NULL;
        end++;
    } else if (*at == ':') {
        end = strchr(at + 1, ':');
        if (!end)
            return NULL;
        end++;
    } else {
        end += strcspn(at, "=;, \t\"");
    }
    *value = (struct span){at, (size_t)(end - at)};
    return end > at ? end : NULL;
}

/* One member of a list or dictionary: an item or a key with a value, and two parameters. */
struct member {
    struct span name, value; /* of a dictionary: "remaining", "50" */
    struct span amount;      /* r or q */
    struct span time;        /* t or w */
};

static const char *read_parameter(const char *at, struct member *member)
{
    struct span key = {"", 0}, value = {"", 0};
    at = read_value(skip_blanks(at + 1), &key);
    if (at && *at == '=')
        at = read_value(at + 1, &value);
    if (span_is(key, "r") || span_is(key, "q"))
        member->amount = value;
    else if (span_is(key, "t") || span_is(key, "w"))
        member->time = value;
    return at;
}

/* Returns where the next member begins, "" after the last. NULL: that is no structured field.
 */
static const char *read_member(const char *at, struct member *member)
{
    *member = (struct member){{"", 0}, {"", 0}, {"", 0}, {"", 0}};
    at = read_value(skip_blanks(at), &member->name);
    if (at && *at == '=')
        at = read_value(at + 1, &member->value);
    while (at && *(at = skip_blanks(at)) == ';')
        at = read_parameter(at, member);
    if (!at || *at == '\0')
        return at;
    if (*at != ',')
        return NULL;
    at = skip_blanks(at + 1);
    return *at ? at : NULL;
}

static bool read_integer(struct span span, uint64_t *value)
{
    return span.length > 0 && span.length <= 15 && /* RFC 8941 has no longer ones */
           strspn(span.data, "0123456789") >= span.length && read_digits(span.data, value);
}

/* ---- the tightest ---- */

struct tightest {
    bool known;
    uint64_t remaining, ns;
};

static void tighten(struct tightest *tightest, uint64_t remaining, uint64_t ns)
{
    if (!tightest->known || remaining < tightest->remaining ||
        (remaining == tightest->remaining && ns > tightest->ns))
        *tightest = (struct tightest){true, remaining, ns};
}

/* The window of the policy of that name: the longest that its reset can be away. */
static bool policy_window(const char *policy, struct span name, uint64_t *seconds)
{
    struct member member;
    while (policy && *policy) {
        policy = read_member(policy, &member);
        if (policy && member.name.length == name.length &&
            memcmp(member.name.data, name.data, name.length) == 0)
            return read_integer(member.time, seconds);
    }
    return false;
}

static void take_list(const char *field, const char *policy, struct tightest *tightest)
{
    struct tightest found = *tightest;
    struct member member;
    uint64_t dictionary[2] = {0}, remaining = 0, seconds = 0;
    bool has_remaining = false, has_reset = false;
    for (const char *at = field; *at;) {
        at = read_member(at, &member);
        if (!at)
            return; /* malformed: none of it counts */
        if (span_is(member.name, "remaining"))
            has_remaining = read_integer(member.value, &dictionary[0]);
        else if (span_is(member.name, "reset"))
            has_reset = read_integer(member.value, &dictionary[1]);
        else if (read_integer(member.amount, &remaining) &&
                 (read_integer(member.time, &seconds) ||
                  (!member.time.length && policy_window(policy, member.name, &seconds))))
            tighten(&found, remaining, times(seconds, NS_PER_S));
    }
    if (has_remaining && has_reset)
        tighten(&found, dictionary[0], times(dictionary[1], NS_PER_S));
    *tightest = found;
}

bool limits_read(const struct limit_fields *f, int64_t wall_seconds, uint64_t now_ns,
                 uint64_t *remaining, uint64_t *reset_ns)
{
    struct tightest tightest = {0};
    int64_t server_seconds = wall_seconds;
    uint64_t count, ns;
    *remaining = *reset_ns = 0;
    if (f->age && (!read_count(f->age, &count) || count > 0))
        return false;
    hints_date(f->date, &server_seconds);
    for (unsigned i = 0; i < f->field_count; i++)
        take_list(f->fields[i], f->policy, &tightest);
    for (unsigned i = 0; i < LIMIT_FAMILIES; i++)
        if (f->remaining[i] && f->reset[i] && read_count(f->remaining[i], &count) &&
            read_reset(f->reset[i], server_seconds, &ns))
            tighten(&tightest, count, ns);
    if (!tightest.known)
        return false;
    *remaining = tightest.remaining;
    *reset_ns = add(now_ns, tightest.ns);
    return true;
}
