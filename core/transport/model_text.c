/* SPDX-License-Identifier: MIT */
#include "transport/model_text.h"

#include "base/suggest.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_WORD 64
#define LONGEST_NS   (3600 * NS_PER_S)
#define MOST_NAMES   32
#define MOST_PARTS   4

const struct model_text_row model_text_settings[] = {
    {"latency", "50ms, uniform:10ms:90ms, exponential:50ms or lognormal:50ms:0.5",
     "how long an answer takes; lognormal: median and sigma"},
    {"tail", "1%:20", "so many of the answers take that many times as long"},
    {"capacity", "20", "requests worked on at once; others queue [all]"},
    {"queue", "100", "how many may queue; others get a 503 [no bound]"},
    {"limit", "100/s", "more than that in a window get a 429 [none]"},
    {"retry-after", "yes or no", "a 429 says when to come back [yes]"},
    {"hints", "yes or no", "answers say how much of the limit is left [no]"},
    {"refusal", "1ms", "how long a 429, a 503 or a refused connection takes [1ms]"},
    {"slow-start", "30s", "from the first request on, capacity grows from 1 over this time"},
    {"errors", "1% or 1%:503", "so many requests fail with that status [500]; repeatable"},
    {"refused", "1%", "so many connections are refused"},
    {"resets", "1%", "so many connections break before the answer"},
    {"hangs", "0.1%", "so many requests are never answered"},
    {"outage", "10s-20s, or with :503, :refused, :reset or :hang",
     "all requests of that stretch of time fail [503]; repeatable"},
    {"brownout", "10s-20s:50%:300%",
     "for that stretch of time, capacity and latency in per cent of before; repeatable"},
    {0},
};

const struct model_text_row model_text_presets[] = {
    {"fast", "latency=lognormal:5ms:0.3", "5 ms, as much at once as you like"},
    {"slow", "latency=lognormal:200ms:0.5,tail=1%:10,capacity=10",
     "200 ms, ten at once, a long tail"},
    {"limited", "latency=lognormal:50ms:0.4,limit=100/s", "50 ms, 429 above 100 a second"},
    {"flaky", "latency=lognormal:50ms:0.4,errors=5%:503,resets=0.5%,hangs=0.1%",
     "50 ms, one in twenty fails"},
    {"brownout", "latency=lognormal:50ms:0.4,capacity=20,brownout=5s-15s:25%:400%",
     "50 ms, and much worse from 5 s to 15 s"},
    {0},
};

/* A setting at work: what to fill, and the words for messages. */
struct reading {
    struct model_text *to;
    const char *where;
    const char *key;
    const char *value; /* whole */
    char *parts[MOST_PARTS];
    size_t count; /* of parts, which ':' separates */
    struct error *err;
};

static const struct model_text_row *find(const struct model_text_row *rows, const char *name)
{
    for (; rows->name; rows++)
        if (strcmp(rows->name, name) == 0)
            return rows;
    return NULL;
}

static int wrong(const struct reading *r)
{
    return error_set(r->err, ERROR_USAGE, "%s: '%s' takes %s, not '%s'", r->where, r->key,
                     find(model_text_settings, r->key)->form, r->value);
}

/* ---- values ---- */

static int take_duration(const struct reading *r, size_t part, uint64_t *ns)
{
    if (part >= r->count || units_duration(r->parts[part], ns) || *ns > LONGEST_NS)
        return wrong(r);
    return 0;
}

static int take_count(const struct reading *r, size_t part, uint64_t least, uint64_t most,
                      uint64_t *count)
{
    int64_t value;
    if (part >= r->count || units_integer(r->parts[part], &value) || value < 0 ||
        (uint64_t)value < least || (uint64_t)value > most)
        return wrong(r);
    *count = (uint64_t)value;
    return 0;
}

/* "1.5%", in units of 1/scale of a per cent. */
static int take_percent(const struct reading *r, size_t part, double most, double scale,
                        uint32_t *value)
{
    char number[LONGEST_WORD];
    double percent;
    size_t length = part < r->count ? strlen(r->parts[part]) : 0;
    if (length < 2 || length >= sizeof number || r->parts[part][length - 1] != '%')
        return wrong(r);
    memcpy(number, r->parts[part], length - 1);
    number[length - 1] = '\0';
    if (units_number(number, &percent) || percent < 0 || percent > most)
        return wrong(r);
    *value = (uint32_t)(percent * scale + 0.5);
    return 0;
}

static int take_share(const struct reading *r, size_t part, uint32_t *per_million)
{
    return take_percent(r, part, 100, 10000, per_million);
}

/* "10s-20s". */
static int take_stretch(const struct reading *r, uint64_t *from_ns, uint64_t *until_ns)
{
    char from[LONGEST_WORD];
    const char *dash = r->count ? strchr(r->parts[0], '-') : NULL;
    size_t length = dash ? (size_t)(dash - r->parts[0]) : 0;
    if (!length || length >= sizeof from)
        return wrong(r);
    memcpy(from, r->parts[0], length);
    from[length] = '\0';
    if (units_duration(from, from_ns) || units_duration(dash + 1, until_ns) ||
        *from_ns >= *until_ns)
        return wrong(r);
    return 0;
}

static int take_bool(const struct reading *r, bool *value)
{
    int on;
    if (units_bool(r->value, &on))
        return wrong(r);
    *value = on != 0;
    return 0;
}

/* ---- settings ---- */

static int take_lognormal(const struct reading *r, struct model_latency *to)
{
    double sigma = 0;
    to->shape = MODEL_LOGNORMAL;
    if (r->count != 3 || take_duration(r, 1, &to->scale_ns) ||
        units_number(r->parts[2], &sigma) || sigma < 0 || sigma > 3)
        return wrong(r);
    to->sigma_thousandths = (uint32_t)(sigma * 1000 + 0.5);
    return 0;
}

static int take_uniform(const struct reading *r, struct model_latency *to)
{
    uint64_t most_ns = 0;
    to->shape = MODEL_UNIFORM;
    if (r->count != 3 || take_duration(r, 1, &to->least_ns) || take_duration(r, 2, &most_ns) ||
        most_ns < to->least_ns)
        return wrong(r);
    to->scale_ns = most_ns - to->least_ns;
    return 0;
}

static int take_latency(const struct reading *r)
{
    struct model_latency *to = &r->to->options.latency;
    to->least_ns = 0;
    if (strcmp(r->parts[0], "lognormal") == 0)
        return take_lognormal(r, to);
    if (strcmp(r->parts[0], "uniform") == 0)
        return take_uniform(r, to);
    bool named = strcmp(r->parts[0], "exponential") == 0;
    to->shape = named ? MODEL_EXPONENTIAL : MODEL_CONSTANT;
    if (r->count != (named ? 2u : 1u))
        return wrong(r);
    return take_duration(r, named, &to->scale_ns);
}

static int take_tail(const struct reading *r)
{
    struct model_latency *to = &r->to->options.latency;
    uint64_t factor = 1;
    if (r->count != 2 || take_share(r, 0, &to->tail_per_million) ||
        take_count(r, 1, 1, 1000, &factor))
        return wrong(r);
    to->tail_factor = (uint32_t)factor;
    return 0;
}

static int take_limit(const struct reading *r)
{
    struct rate rate;
    if (units_rate(r->value, &rate))
        return wrong(r);
    r->to->options.limit.count = rate.count;
    r->to->options.limit.per_ns = rate.per_ns;
    return 0;
}

static int add_fault(const struct reading *r, enum model_trouble trouble, bool with_status)
{
    struct model_options *o = &r->to->options;
    uint64_t status = 500;
    if (o->fault_count == MODEL_TEXT_MOST)
        return error_set(r->err, ERROR_USAGE, "%s: at most %d kinds of failures", r->where,
                         MODEL_TEXT_MOST);
    struct model_fault *fault = &r->to->faults[o->fault_count];
    if (r->count > (with_status ? 2u : 1u) || take_share(r, 0, &fault->per_million) ||
        (r->count == 2 && take_count(r, 1, 400, 599, &status)))
        return wrong(r);
    fault->trouble = trouble;
    fault->status = trouble == MODEL_STATUS ? (unsigned)status : 0;
    o->fault_count++;
    return 0;
}

static int take_trouble(const struct reading *r, struct model_outage *to)
{
    static const struct {
        const char *name;
        enum model_trouble trouble;
    } names[] = {{"refused", MODEL_REFUSE}, {"reset", MODEL_RESET}, {"hang", MODEL_HANG}};
    uint64_t status = 503;
    for (size_t i = 0; r->count == 2 && i < sizeof names / sizeof *names; i++) {
        if (strcmp(r->parts[1], names[i].name) == 0) {
            to->trouble = names[i].trouble;
            return 0;
        }
    }
    if (r->count == 2 && take_count(r, 1, 400, 599, &status))
        return -1;
    to->trouble = MODEL_STATUS;
    to->status = (unsigned)status;
    return 0;
}

static int add_outage(const struct reading *r)
{
    struct model_options *o = &r->to->options;
    if (o->outage_count == MODEL_TEXT_MOST)
        return error_set(r->err, ERROR_USAGE, "%s: at most %d outages", r->where,
                         MODEL_TEXT_MOST);
    struct model_outage *outage = &r->to->outages[o->outage_count];
    if (r->count > 2 || take_stretch(r, &outage->from_ns, &outage->until_ns) ||
        take_trouble(r, outage))
        return wrong(r);
    o->outage_count++;
    return 0;
}

static int add_brownout(const struct reading *r)
{
    struct model_options *o = &r->to->options;
    if (o->brownout_count == MODEL_TEXT_MOST)
        return error_set(r->err, ERROR_USAGE, "%s: at most %d brown-outs", r->where,
                         MODEL_TEXT_MOST);
    struct model_brownout *b = &r->to->brownouts[o->brownout_count];
    if (r->count != 3 || take_stretch(r, &b->from_ns, &b->until_ns) ||
        take_percent(r, 1, 100, 1, &b->capacity_percent) ||
        take_percent(r, 2, 100000, 1, &b->latency_percent))
        return wrong(r);
    o->brownout_count++;
    return 0;
}

static int take_number(const struct reading *r, uint64_t least, uint32_t *to)
{
    uint64_t value = 0;
    if (r->count != 1 || take_count(r, 0, least, UINT32_MAX, &value))
        return wrong(r);
    *to = (uint32_t)value;
    return 0;
}

static int take_time(const struct reading *r, uint64_t *to)
{
    return r->count == 1 ? take_duration(r, 0, to) : wrong(r);
}

static int set_load(const struct reading *r, struct model_options *o)
{
    if (strcmp(r->key, "capacity") == 0)
        return take_number(r, 1, &o->capacity);
    if (strcmp(r->key, "queue") == 0)
        return take_number(r, 0, &o->queue);
    if (strcmp(r->key, "limit") == 0)
        return take_limit(r);
    if (strcmp(r->key, "retry-after") == 0)
        return take_bool(r, &o->limit.retry_after);
    if (strcmp(r->key, "hints") == 0)
        return take_bool(r, &o->limit.hints);
    if (strcmp(r->key, "refusal") == 0)
        return take_time(r, &o->refusal_ns);
    return take_time(r, &o->slow_start_ns);
}

static int set(const struct reading *r)
{
    if (strcmp(r->key, "latency") == 0)
        return take_latency(r);
    if (strcmp(r->key, "tail") == 0)
        return take_tail(r);
    if (strcmp(r->key, "errors") == 0)
        return add_fault(r, MODEL_STATUS, true);
    if (strcmp(r->key, "refused") == 0)
        return add_fault(r, MODEL_REFUSE, false);
    if (strcmp(r->key, "resets") == 0)
        return add_fault(r, MODEL_RESET, false);
    if (strcmp(r->key, "hangs") == 0)
        return add_fault(r, MODEL_HANG, false);
    if (strcmp(r->key, "outage") == 0)
        return add_outage(r);
    if (strcmp(r->key, "brownout") == 0)
        return add_brownout(r);
    return set_load(r, &r->to->options);
}

/* ---- the text ---- */

static int unknown(const char *word, const char *where, bool preset, struct error *err)
{
    const char *names[MOST_NAMES];
    size_t count = 0;
    for (const struct model_text_row *row = model_text_settings; row->name; row++)
        names[count++] = row->name;
    for (const struct model_text_row *row = model_text_presets; preset && row->name; row++)
        names[count++] = row->name;
    const char *nearest = suggest_nearest(word, names, count);
    if (nearest)
        return error_set(err, ERROR_USAGE, "%s: unknown %s '%s'; did you mean '%s'?", where,
                         preset ? "model" : "setting", word, nearest);
    return error_set(err, ERROR_USAGE, "%s: unknown %s '%s'; '%s help' lists what there is",
                     where, preset ? "model" : "setting", word, where);
}

static void split(char *value, struct reading *r)
{
    for (char *at = value; r->count < MOST_PARTS; at++) {
        r->parts[r->count++] = at;
        at = strchr(at, ':');
        if (!at)
            return;
        *at = '\0';
    }
}

/* "key=value". */
static int parse_setting(char *word, const char *where, struct model_text *out,
                         struct error *err)
{
    char whole[LONGEST_WORD];
    char *equals = strchr(word, '=');
    *equals = '\0';
    if (!find(model_text_settings, word))
        return unknown(word, where, false, err);
    snprintf(whole, sizeof whole, "%s", equals + 1);
    struct reading r = {.to = out, .where = where, .key = word, .value = whole, .err = err};
    split(equals + 1, &r);
    return set(&r);
}

static int parse_word(char *word, bool first, const char *where, struct model_text *out,
                      struct error *err);

static int parse_list(const char *text, const char *where, struct model_text *out,
                      struct error *err)
{
    bool first = true;
    for (const char *at = text;; first = false) {
        char word[LONGEST_WORD];
        size_t length = strcspn(at, ",");
        if (length == 0 || length >= sizeof word)
            return error_set(err, ERROR_USAGE,
                             "%s: '%s' is not a list such as latency=50ms,capacity=20", where,
                             text);
        memcpy(word, at, length);
        word[length] = '\0';
        if (parse_word(word, first, where, out, err))
            return -1;
        if (!at[length])
            return 0;
        at += length + 1;
    }
}

static int parse_word(char *word, bool first, const char *where, struct model_text *out,
                      struct error *err)
{
    if (strchr(word, '='))
        return parse_setting(word, where, out, err);
    const struct model_text_row *preset = find(model_text_presets, word);
    if (preset && first)
        return parse_list(preset->form, where, out, err);
    if (preset)
        return error_set(err, ERROR_USAGE, "%s: '%s' is a whole model and has to come first",
                         where, word);
    const struct model_text_row *setting = find(model_text_settings, word);
    if (setting)
        return error_set(err, ERROR_USAGE, "%s: '%s' needs a value: %s=%s", where, word, word,
                         setting->form);
    return unknown(word, where, true, err);
}

/* What befalls requests are shares of one whole. */
static int check_together(const struct model_text *m, const char *where, struct error *err)
{
    if (m->options.slow_start_ns && !m->options.capacity)
        return error_set(err, ERROR_USAGE, "%s: 'slow-start' needs a 'capacity' to grow to",
                         where);
    uint64_t sum = 0;
    for (size_t i = 0; i < m->options.fault_count; i++)
        sum += m->faults[i].per_million;
    if (sum > 1000000)
        return error_set(err, ERROR_USAGE, "%s: more than 100%% of the requests fail", where);
    return 0;
}

int model_text_parse(const char *text, const char *where, struct model_text *out,
                     struct error *err)
{
    *out = (struct model_text){
        .options = {.queue = UINT32_MAX, .refusal_ns = NS_PER_MS, .limit.retry_after = true}};
    out->options.faults = out->faults;
    out->options.outages = out->outages;
    out->options.brownouts = out->brownouts;
    if (parse_list(text, where, out, err))
        return -1;
    return check_together(out, where, err);
}
