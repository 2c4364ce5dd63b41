/* SPDX-License-Identifier: MIT */

/* A thread that looks a few times a second whether the same call is still active. */

#include "base/clock.h"
#include "base/guard_state.h"
#include "base/units.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_TICK  (250 * NS_PER_MS)
#define TICKS         20 /* in the patience */
#define HELD_UP_SHARE 10

static struct {
    bool running;
    clockid_t cpu; /* of the thread of the calls */
    uint64_t tick_ns;
    struct {
        const char *kind, *name, *function;
    } held_up;

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
} watching;

/* A call that was seen before, and how long we know it to have been at work. */
struct sight {
    uint64_t sequence, spent_ns, cpu_ns;
    char syscall[128]; /* what the thread waits in */
    unsigned same_wait;
};

static size_t read_of_thread(const char *file, char *to, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/%s", (int)guard_state.thread, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, to, size - 1);
    if (fd >= 0)
        close(fd);
    to[length > 0 ? length : 0] = '\0';
    return strlen(to);
}

/* 'R': running, or waiting for a processor; 'S': waiting; 'T', 't': stopped. */
static char thread_state(void)
{
    char text[512];
    read_of_thread("stat", text, sizeof text);
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] ? name_end[2] : 'X';
}

static uint64_t thread_cpu_ns(void)
{
    struct timespec t;
    if (clock_gettime(watching.cpu, &t))
        return 0;
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* Time counts only in which the call was at work: waiting by its own will, or on a processor.
 * A program that is stopped, traced, or that a busy machine does not let run, accuses nobody.
 */
static uint64_t spent_since(struct sight *sight)
{
    uint64_t cpu_ns = thread_cpu_ns(), before_ns = sight->cpu_ns;
    sight->cpu_ns = cpu_ns;
    switch (thread_state()) {
    case 'S':
    case 'X':
    case 'Z':
        return watching.tick_ns;
    default:
        return cpu_ns - before_ns;
    }
}

static void note_held_up(uint64_t sequence)
{
    if (guard_now.duty != GUARD_LOOP || guard_now.held_up)
        return;
    watching.held_up.kind = guard_now.kind;
    watching.held_up.name = guard_now.name;
    watching.held_up.function = guard_now.function;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (guard_now.sequence == sequence && watching.held_up.function)
        guard_now.held_up = true;
}

int guard_take_held_up(struct error *err)
{
    char time[UNITS_TEXT];
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    guard_now.held_up = false;
    return error_set(err, ERROR_PLUGIN_ERROR,
                     "the %s '%s' held up the batch for more than %s in %s, which must return "
                     "at once",
                     watching.held_up.kind, watching.held_up.name,
                     units_duration_text(guard_state.patience_ns / HELD_UP_SHARE, time),
                     watching.held_up.function);
}

/* After a landing: if the plugin held the lock on memory, we are waiting for it in vain. */
static void look_for_deadlock(struct sight *sight)
{
    char now[sizeof sight->syscall];
    read_of_thread("syscall", now, sizeof now);
    bool waits = strtol(now, NULL, 10) == SYS_futex && strcmp(now, sight->syscall) == 0;
    sight->same_wait = waits ? sight->same_wait + 1 : 0;
    memcpy(sight->syscall, now, sizeof now);
    if (sight->same_wait == TICKS)
        guard_end_badly(guard_state.ending,
                        ", and left behind a lock without which nothing can go on", false);
}

/* How long a stuck call has to come back once it is told to: on a busy machine a signal may
 * take its time. */
static uint64_t stop_time_ns(void)
{
    return guard_state.patience_ns > NS_PER_S ? guard_state.patience_ns : NS_PER_S;
}

static void look(struct sight *sight)
{
    uint64_t sequence = guard_now.sequence;
    if (!guard_now.function || guard_now.paused) {
        sight->sequence = 0;
        if (guard_state.landed)
            look_for_deadlock(sight);
        return;
    }
    if (sequence != sight->sequence) {
        *sight = (struct sight){.sequence = sequence, .cpu_ns = thread_cpu_ns()};
        return;
    }
    sight->spent_ns += spent_since(sight);
    if (sight->spent_ns >= guard_state.patience_ns / HELD_UP_SHARE)
        note_held_up(sequence);
    if (sight->spent_ns < guard_state.patience_ns)
        return;
    guard_state.stuck_sequence = sequence;
    /* It holds signals off, or its thread ended. */
    if (sight->spent_ns - guard_state.patience_ns >= stop_time_ns())
        guard_end_badly(GUARD_STUCK, ", and cannot be stopped", true);
    syscall(SYS_tgkill, guard_state.pid, guard_state.thread, GUARD_JUMP_SIGNAL);
}

static void forget_locks(void)
{
    pthread_cond_destroy(&watching.wake);
    pthread_mutex_destroy(&watching.lock);
}

static void *watch(void *unused)
{
    (void)unused;
    struct sight sight = {0};
    struct clock clock = clock_real();
    pthread_mutex_lock(&watching.lock);
    while (!watching.stop) {
        uint64_t at_ns = clock_now(&clock) + watching.tick_ns;
        struct timespec at = {(time_t)(at_ns / NS_PER_S), (long)(at_ns % NS_PER_S)};
        if (pthread_cond_timedwait(&watching.wake, &watching.lock, &at) != 0)
            look(&sight);
    }
    pthread_mutex_unlock(&watching.lock);
    return NULL;
}

/* A program without a watch still catches crashes. */
void guard_watch(void)
{
    pthread_condattr_t clock;
    sigset_t all, before;
    if (!guard_state.open || watching.running)
        return;
    uint64_t tick_ns = guard_state.patience_ns / TICKS;
    watching.tick_ns = tick_ns < LONGEST_TICK ? tick_ns : LONGEST_TICK;
    watching.stop = false;
    pthread_getcpuclockid(pthread_self(), &watching.cpu);
    pthread_mutex_init(&watching.lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&watching.wake, &clock);
    pthread_condattr_destroy(&clock);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before); /* the new thread gets none */
    watching.running = pthread_create(&watching.thread, NULL, watch, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!watching.running)
        forget_locks();
}

void guard_watch_end(void)
{
    if (!watching.running)
        return;
    pthread_mutex_lock(&watching.lock);
    watching.stop = true;
    pthread_cond_signal(&watching.wake);
    pthread_mutex_unlock(&watching.lock);
    pthread_join(watching.thread, NULL);
    forget_locks();
    watching.running = false;
}
