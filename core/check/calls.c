/* SPDX-License-Identifier: MIT */
#include "check/calls.h"

#include "base/memory.h"
#include "base/units.h"
#include "check/child.h"
#include "check/imports.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* What is fast enough, as the median of many calls. Machines differ, so it is generous. */
#define FAST_ANSWER_NS UINT64_C(1000)  /* may_start */
#define FAST_CALL_NS   UINT64_C(10000) /* the others */

static bool in_loop(enum check_function function)
{
    return function >= FUNCTION_MAY_START && function <= FUNCTION_UPDATE;
}

static long sleeps_so_far(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) ? 0 : usage.ru_nvcsw;
}

static uint64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

void calls_init(struct calls *calls, struct check_page *page)
{
    *calls = (struct calls){.page = page, .pid = getpid(), .wall = clock_real()};
}

void calls_fini(struct calls *calls)
{
    free(calls->samples);
}

void calls_enter(struct calls *calls, enum check_function function)
{
    calls->page->calls++;
    calls->page->function = function;
    calls->function = function;
    calls->allocations = imports_allocations();
    calls->sleeps = sleeps_so_far();
    calls->stops = child_stops();
    if (calls->precise)
        calls->began_cpu_ns = cpu_ns();
    calls->began_ns = clock_now(&calls->wall);
}

/* A busy machine, or a signal, may have stopped us in the middle of a call. A function blocks
 * if it slept, or if it was the one that kept the processor; the second is known from the next
 * slow call on. */
static void look_at_slow(struct calls *calls, uint64_t took_ns)
{
    char time[UNITS_TEXT];
    if (child_stops() != calls->stops)
        return;
    bool slept = sleeps_so_far() != calls->sleeps;
    bool worked = calls->precise && cpu_ns() - calls->began_cpu_ns > LONG_CALL_NS;
    calls->precise = true;
    if (!slept && !worked)
        return;
    calls->blocked = true;
    check_note(calls->page, CHECK_T1, calls->function, "%s took %s in one call, %s",
               check_function_name(calls->function), units_duration_text(took_ns, time),
               slept ? "most of it asleep" : "all of it at work");
}

static void keep(struct samples *samples, uint64_t took_ns)
{
    samples->ns[samples->count++ % MOST_SAMPLES] = took_ns > UINT32_MAX ? UINT32_MAX
                                                                        : (uint32_t)took_ns;
    if (took_ns > samples->worst_ns)
        samples->worst_ns = took_ns;
}

void calls_leave(struct calls *calls)
{
    uint64_t took_ns = clock_now(&calls->wall) - calls->began_ns;
    enum check_function function = calls->function;
    if (getpid() != calls->pid) {
        check_note(calls->page, CHECK_D4, function, "%s forked, and the new process came back",
                   check_function_name(function));
        _exit(0);
    }
    calls->page->function = FUNCTION_NONE;
    if (in_loop(function) && took_ns > LONG_CALL_NS)
        look_at_slow(calls, took_ns);
    if (in_loop(function) && imports_allocations() != calls->allocations)
        check_note(calls->page, CHECK_T3, function, "%s allocated memory (malloc or the like)",
                   check_function_name(function));
    if (calls->samples)
        keep(&calls->samples[function], took_ns);
}

/* ---- times ---- */

void calls_keep_times(struct calls *calls)
{
    calls->samples = memory_new(FUNCTION_COUNT, sizeof *calls->samples);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint64_t median(struct samples *samples)
{
    size_t count = samples->count < MOST_SAMPLES ? samples->count : MOST_SAMPLES;
    qsort(samples->ns, count, sizeof *samples->ns, compare);
    return samples->ns[count / 2];
}

/* What looking at the clock takes by itself. */
static uint64_t overhead_ns(struct calls *calls)
{
    struct samples *none = memory_new(1, sizeof *none);
    for (int i = 0; i < 1001; i++) {
        uint64_t began_ns = clock_now(&calls->wall);
        keep(none, clock_now(&calls->wall) - began_ns);
    }
    uint64_t ns = median(none);
    free(none);
    return ns;
}

static void tell_time(struct calls *calls, enum check_function function, uint64_t overhead)
{
    char time[UNITS_TEXT];
    struct samples *samples = &calls->samples[function];
    struct check_time *told = &calls->page->times[function];
    if (samples->count == 0)
        return;
    uint64_t middle = median(samples);
    *told = (struct check_time){
        .count = samples->count,
        .median_ns = middle > overhead ? middle - overhead : 0,
        .worst_ns = samples->worst_ns > overhead ? samples->worst_ns - overhead : 0};
    if (!in_loop(function) ||
        told->median_ns <= (function == FUNCTION_MAY_START ? FAST_ANSWER_NS : FAST_CALL_NS))
        return;
    check_note(calls->page, CHECK_T2, function, "%s takes %s, as the median of many calls",
               check_function_name(function), check_time_text(told->median_ns, time));
}

void calls_tell_times(struct calls *calls)
{
    uint64_t overhead = overhead_ns(calls);
    for (unsigned f = 0; f < FUNCTION_COUNT; f++)
        tell_time(calls, (enum check_function)f, overhead);
}
