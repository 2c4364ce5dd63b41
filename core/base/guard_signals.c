/* SPDX-License-Identifier: MIT */

/* Signals that a plugin, or a timer of its, sends the program it is in. */

#include "base/guard_state.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

#define TOLD (-1)

/* What ends a program that does not expect it, and comes of timers and of what libraries do
 * among themselves. */
static const int strays[] = {SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1, SIGUSR2, SIGIO};
#define STRAYS (sizeof strays / sizeof *strays)

/* The first one, until it is TOLD: a timer goes on and on. */
static volatile sig_atomic_t stray_signal;

/* What another process sends has its usual end. */
static void on_stray(int number, siginfo_t *info, void *context)
{
    (void)context;
    bool ours = info->si_code == SI_TIMER || info->si_code > 0 || info->si_pid == getpid();
    if (ours) {
        if (!stray_signal)
            stray_signal = number;
        return;
    }
    signal(number, SIG_DFL);
    raise(number);
}

int guard_take_signal(void)
{
    int number = stray_signal;
    if (number > 0)
        stray_signal = TOLD;
    return number > 0 ? number : 0;
}

static const struct {
    __itimer_which_t timer;
    int signal;
} timers[] = {{ITIMER_REAL, SIGALRM}, {ITIMER_VIRTUAL, SIGVTALRM}, {ITIMER_PROF, SIGPROF}};
#define TIMERS (sizeof timers / sizeof *timers)

/* Whoever started the program set these: exec leaves them running. */
static bool theirs[TIMERS];

static bool is_theirs(int number)
{
    for (size_t i = 0; i < TIMERS; i++)
        if (timers[i].signal == number)
            return theirs[i];
    return false;
}

static void look_at_timers(void)
{
    for (size_t i = 0; i < TIMERS; i++) {
        struct itimerval t;
        theirs[i] = getitimer(timers[i].timer, &t) == 0 &&
                    (t.it_value.tv_sec || t.it_value.tv_usec);
    }
}

void guard_catch_signals(void)
{
    struct sigaction stray = {.sa_sigaction = on_stray, .sa_flags = SA_SIGINFO | SA_RESTART};
    stray_signal = 0;
    look_at_timers();
    for (size_t i = 0; i < STRAYS; i++) {
        struct sigaction before;
        if (!is_theirs(strays[i]) && sigaction(strays[i], NULL, &before) == 0 &&
            before.sa_handler == SIG_DFL)
            sigaction(strays[i], &stray, NULL);
    }
}

/* Timers of a plugin go with it; but for those of timer_create(2), which are nowhere to be
 * found, so what one has sent is ignored from then on. */
void guard_end_signals(void)
{
    for (size_t i = 0; i < TIMERS; i++)
        if (!theirs[i])
            setitimer(timers[i].timer, &(struct itimerval){0}, NULL);
    for (size_t i = 0; i < STRAYS; i++) {
        struct sigaction now;
        if (sigaction(strays[i], NULL, &now) == 0 && now.sa_sigaction == on_stray)
            signal(strays[i], stray_signal ? SIG_IGN : SIG_DFL);
    }
}
