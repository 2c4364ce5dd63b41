/* SPDX-License-Identifier: MIT */

/* Any text as a number with a unit: within bounds, and the same when printed and read again. */

#include "base/memory.h"
#include "base/units.h"
#include "fuzz/fuzz.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void durations_return(const char *text)
{
    uint64_t ns = 1, again = 0;
    char printed[64], shown[UNITS_TEXT];
    if (units_duration(text, &ns)) {
        MUST(ns == 1);
        return;
    }
    MUST(ns <= INT64_MAX);
    snprintf(printed, sizeof printed, "%" PRIu64 ".%09" PRIu64 "s", ns / NS_PER_S,
             ns % NS_PER_S);
    MUST(ns >= UINT64_C(1000000000) * NS_PER_S ||
         (units_duration(printed, &again) == 0 && again == ns));
    snprintf(printed, sizeof printed, "%" PRIu64 "ns", ns);
    MUST(units_duration(printed, &again) == 0 && again == ns);
    MUST(units_duration_text(ns, shown) == shown && strlen(shown) + 1 < UNITS_TEXT);
}

/* So many in so much time: the same in each unit that it comes out even in. */
static void rates_return(const char *text)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {
        {"s", NS_PER_S}, {"m", 60 * NS_PER_S}, {"h", 3600 * NS_PER_S}, {"d", 86400 * NS_PER_S}};
    struct rate rate = {0, 0}, again;
    char printed[64];
    if (units_rate(text, &rate)) {
        MUST(rate.count == 0 && rate.per_ns == 0);
        return;
    }
    MUST(rate.count > 0 && rate.count <= INT64_MAX);
    MUST(rate.per_ns >= NS_PER_S && rate.per_ns <= INT64_MAX);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (units[i].ns != rate.per_ns)
            continue;
        snprintf(printed, sizeof printed, "%" PRIu64 "/%s", rate.count, units[i].name);
        MUST(units_rate(printed, &again) == 0);
        MUST(again.count == rate.count && again.per_ns == rate.per_ns);
    }
}

static void sizes_return(const char *text)
{
    uint64_t bytes = 1, again;
    char printed[32];
    if (units_size(text, &bytes)) {
        MUST(bytes == 1);
        return;
    }
    MUST(bytes <= INT64_MAX);
    snprintf(printed, sizeof printed, "%" PRIu64, bytes);
    MUST(units_size(printed, &again) == 0 && again == bytes);
    snprintf(printed, sizeof printed, "%" PRIu64 "K", bytes >> 10);
    MUST(units_size(printed, &again) == 0 && again == bytes >> 10 << 10);
}

static void numbers_return(const char *text)
{
    int64_t integer, again;
    double number, back;
    char printed[64];
    if (units_integer(text, &integer) == 0) {
        snprintf(printed, sizeof printed, "%" PRId64, integer);
        MUST(units_integer(printed, &again) == 0 && again == integer);
        MUST(units_number(text, &number) == 0);
    }
    if (units_number(text, &number) == 0) {
        MUST(isfinite(number));
        snprintf(printed, sizeof printed, "%.17g", number);
        MUST(units_number(printed, &back) == 0 && memcmp(&number, &back, sizeof back) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text((struct slice){(const char *)data, size});
    int yes = 2;
    if (!text)
        return 0;
    durations_return(text);
    rates_return(text);
    sizes_return(text);
    numbers_return(text);
    MUST(units_bool(text, &yes) ? yes == 2 : yes == 0 || yes == 1);
    free(text);
    return 0;
}
