/* SPDX-License-Identifier: MIT */
/*
 * business-hours: starts attempts only between two hours of the day; what is left waits for the
 * next morning. 22 to 6 is the night.
 *
 *     gcc -shared -fPIC -fvisibility=hidden -o business-hours.so business-hours.c
 *     ovrmnd call ... --plugin-dir . --scheduler pool --scheduler business-hours:from=9,to=17
 *
 * The engine's clock has no relation to the calendar, so `create`, which may do such things,
 * reads the time of day once and counts on from there with the engine's clock. What follows
 * from that:
 *
 *   - Changes of the system's clock, and the hour that summer time takes or gives, are not
 * seen.
 *   - A simulation begins at the time of day at which you run it, and gives other numbers an
 * hour later. `now=16:59` says instead when the batch begins: then the answers depend on
 * nothing else, in a simulation, in `plugin check` (which finds A2 without it) and in a real
 * batch.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime, localtime_r */
#include <ovrmnd/scheduler.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NS_PER_S   UINT64_C(1000000000)
#define NS_PER_H   (3600 * NS_PER_S)
#define NS_PER_DAY (24 * NS_PER_H)

enum { FROM, TO, ZONE, NOW, OPTION_COUNT };
enum zone { LOCAL, UTC };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [FROM] = {.name = "from",
              .help = "The hour from which attempts may start",
              .type = OVRMND_INTEGER,
              .unit = "o'clock",
              .fallback = "9",
              .least = "0",
              .most = "23"},
    [TO] = {.name = "to",
            .help = "The hour from which they may not; one before `from` is on the next day",
            .type = OVRMND_INTEGER,
            .unit = "o'clock",
            .fallback = "17",
            .least = "0",
            .most = "24"},
    [ZONE] = {.name = "zone",
              .help = "Whose hours",
              .type = OVRMND_CHOICE,
              .choices = "local|utc",
              .fallback = "local"},
    [NOW] = {.name = "now",
             .help = "The time of day when the batch begins, as HH:MM; if not given, the "
                     "system's clock says",
             .type = OVRMND_STRING},
};

struct state {
    uint64_t from_ns, length_ns; /* of the day that the hours are open */
    uint64_t begin_ns;           /* on the engine's clock */
    uint64_t begin_of_day_ns;    /* the time of day at that moment */
};

/* "16:59" as nanoseconds since midnight. -1: it is none. */
static int parse_time(const char *text, uint64_t *ns)
{
    unsigned hour, minute;
    char end;
    if (sscanf(text, "%2u:%2u%c", &hour, &minute, &end) != 2 || hour > 23 || minute > 59)
        return -1;
    *ns = (hour * UINT64_C(60) + minute) * 60 * NS_PER_S;
    return 0;
}

static uint64_t time_of_day_ns(enum zone zone)
{
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    if (zone == UTC)
        gmtime_r(&now.tv_sec, &parts);
    else
        localtime_r(&now.tv_sec, &parts);
    unsigned seconds = (unsigned)(parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec);
    return seconds * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                    struct ovrmnd_text *why)
{
    const struct ovrmnd_value *values = given->values;
    uint64_t from = (uint64_t)values[FROM].integer, to = (uint64_t)values[TO].integer;
    uint64_t hours = (to + 24 - from) % 24, begin_of_day_ns;
    if (hours == 0 && to != 24) {
        snprintf(why->data, why->capacity,
                 "from and to are the same hour, so nothing could ever start; "
                 "from=0,to=24 is the whole day");
        return NULL;
    }
    if (!values[NOW].given) {
        begin_of_day_ns = time_of_day_ns((enum zone)values[ZONE].integer);
    } else if (parse_time(values[NOW].text, &begin_of_day_ns)) {
        snprintf(why->data, why->capacity, "now is '%s'; expected a time of day, such as 08:30",
                 values[NOW].text);
        return NULL;
    }
    struct state *state = calloc(1, sizeof *state);
    if (!state) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    state->from_ns = from * NS_PER_H;
    state->length_ns = (hours ? hours : 24) * NS_PER_H;
    state->begin_ns = host->now_ns(host);
    state->begin_of_day_ns = begin_of_day_ns;
    return state;
}

static struct ovrmnd_verdict may_start(const void *self, uint64_t now_ns,
                                       const struct ovrmnd_load *load,
                                       const struct ovrmnd_attempt *next)
{
    const struct state *state = self;
    (void)load, (void)next;
    uint64_t of_day_ns = (state->begin_of_day_ns + (now_ns - state->begin_ns)) % NS_PER_DAY;
    uint64_t since_opening_ns = (of_day_ns + NS_PER_DAY - state->from_ns) % NS_PER_DAY;
    if (since_opening_ns < state->length_ns)
        return (struct ovrmnd_verdict){.action = OVRMND_START};
    return (struct ovrmnd_verdict){.action = OVRMND_WAIT_UNTIL,
                                   .at_ns = now_ns + NS_PER_DAY - since_opening_ns};
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = create,
    .destroy = free,
    .may_start = may_start,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "business-hours",
    .version = "1.0.0",
    .summary = "Starts attempts between two hours of the day",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
