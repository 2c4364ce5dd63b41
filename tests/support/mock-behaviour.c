/* SPDX-License-Identifier: MIT */
#include "support/mock-behaviour.h"

#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>

const char behaviour_help[] =
    "  --delay DUR          wait so long before each answer\n"
    "  --slow-body DUR      let each body drip for so long\n"
    "  --error-rate SHARE   so many of all requests fail, 0 to 1, the same for the same seed\n"
    "  --seed N             of those draws\n"
    "  --fail-ids 10,20     these items fail\n"
    "  --fail-first N       the first N deliveries of each request fail\n"
    "  --fail-status CODE   with this status instead of 500\n"
    "  --max-rate RATE      answer 429 above this rate: 20, 600/m\n"
    "  --retry-after TEXT   a Retry-After header in errors\n";

struct behaviour behaviour_default(void)
{
    return (struct behaviour){.fail_status = 500};
}

/* ---- one setter a name ---- */

static int set_count(uint64_t *field, const char *value)
{
    int64_t number;
    if (units_integer(value, &number) || number < 0)
        return -1;
    *field = (uint64_t)number;
    return 0;
}

static int set_delay(struct behaviour *b, const char *value, struct slice text)
{
    (void)text;
    return units_duration(value, &b->delay_ns);
}

static int set_slow_body(struct behaviour *b, const char *value, struct slice text)
{
    (void)text;
    return units_duration(value, &b->slow_body_ns);
}

static int set_error_rate(struct behaviour *b, const char *value, struct slice text)
{
    (void)text;
    return units_number(value, &b->error_rate);
}

static int set_seed(struct behaviour *b, const char *value, struct slice text)
{
    (void)text;
    return set_count(&b->seed, value);
}

static int set_fail_ids(struct behaviour *b, const char *value, struct slice text)
{
    (void)value;
    b->fail_ids = text;
    return 0;
}

static int set_fail_first(struct behaviour *b, const char *value, struct slice text)
{
    (void)text;
    return set_count(&b->fail_first, value);
}

static int set_fail_status(struct behaviour *b, const char *value, struct slice text)
{
    (void)text;
    if (set_count(&b->fail_status, value))
        return -1;
    return b->fail_status >= 200 && b->fail_status <= 599 ? 0 : -1;
}

static int set_max_rate(struct behaviour *b, const char *value, struct slice text)
{
    (void)text;
    return units_rate(value, &b->max_rate);
}

static int set_retry_after(struct behaviour *b, const char *value, struct slice text)
{
    (void)value;
    b->retry_after = text;
    return 0;
}

static const struct setter {
    const char *name;
    /* The value twice: NUL-terminated for the parsers of base, and as the caller's own text. */
    int (*set)(struct behaviour *b, const char *value, struct slice text);
} setters[] = {
    {"delay", set_delay},
    {"slow-body", set_slow_body},
    {"error-rate", set_error_rate},
    {"seed", set_seed},
    {"fail-ids", set_fail_ids},
    {"fail-first", set_fail_first},
    {"fail-status", set_fail_status},
    {"max-rate", set_max_rate},
    {"retry-after", set_retry_after},
};

static const struct setter *setter_find(struct slice name)
{
    for (size_t i = 0; i < sizeof setters / sizeof setters[0]; i++)
        if (slice_equal(slice_of(setters[i].name), name))
            return &setters[i];
    return NULL;
}

bool behaviour_knows(struct slice name)
{
    return setter_find(name) != NULL;
}

int behaviour_set(struct behaviour *b, struct slice name, struct slice value)
{
    char text[64];
    const struct setter *setter = setter_find(name);
    if (!setter)
        return -1;
    snprintf(text, sizeof text, "%.*s", (int)value.length, value.data);
    return setter->set(b, text, value);
}

/* ---- deciding ---- */

static bool list_has(struct slice list, struct slice word)
{
    const char *at = list.data, *end = list.data + list.length;
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        if (slice_equal((struct slice){at, (size_t)(stop - at)}, word))
            return true;
        at = stop + 1;
    }
    return false;
}

/* FNV-1a over what identifies the delivery, then one step of the generator to spread it. */
static uint64_t draw(uint64_t seed, struct slice key, uint64_t delivery)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ seed;
    for (size_t i = 0; i < key.length; i++)
        hash = (hash ^ (unsigned char)key.data[i]) * UINT64_C(1099511628211);
    struct random r = random_seeded(hash + delivery);
    return random_u64(&r);
}

bool behaviour_fails(const struct behaviour *b, struct slice id, struct slice key,
                     uint64_t delivery)
{
    if (delivery <= b->fail_first)
        return true;
    if (id.length > 0 && list_has(b->fail_ids, id))
        return true;
    /* 53 bits: what a double holds exactly */
    double share = (double)(draw(b->seed, key, delivery) >> 11) / 9007199254740992.0;
    return share < b->error_rate;
}
