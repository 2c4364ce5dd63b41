/* SPDX-License-Identifier: MIT */
#include "base/guard.h"

#include "base/guard_state.h"
#include "base/units.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define MOST_DEAD      16
#define STACK_BYTES    (64u * 1024)
#define LAST_WORDS_MAX 512

struct guard_record guard_now;

struct guard_state guard_state;

/* The rest of what there is to know; one for the process, as signals are. */
static struct {
    int signal;           /* of the call that crashed last */
    const char *function; /* of the one that landed last */
    const char *dead[MOST_DEAD];

    guard_save *save;
    void *save_context;

    stack_t stack_before;
    bool was_open;
    int folder; /* the working one; -1: none that could be gone back to */
    mode_t umask;
    int last_status;
} guard = {.folder = -1, .last_status = -1};

static const struct {
    int signal;
    const char *phrase;
} crashes[] = {
    {SIGSEGV, "segmentation fault"}, {SIGBUS, "bus error"}, {SIGFPE, "arithmetic error"},
    {SIGILL, "illegal instruction"}, {SIGABRT, "abort"},    {SIGTRAP, "trap"},
    {SIGSYS, "bad system call"},
};
#define CRASHES (sizeof crashes / sizeof *crashes)

static struct sigaction actions_before[CRASHES];

static const char *crash_phrase(int signal)
{
    for (size_t i = 0; i < CRASHES; i++)
        if (crashes[i].signal == signal)
            return crashes[i].phrase;
    return "signal";
}

/* ---- words ---- */

/* "the scheduler 'x' crashed in started (segmentation fault)" */
static void word(char *to, size_t size, enum guard_ending ending, const char *function)
{
    const char *kind = guard_now.kind, *name = guard_now.name;
    char time[UNITS_TEXT];
    switch (ending) {
    case GUARD_CRASHED:
        snprintf(to, size, "the %s '%s' crashed in %s (%s)", kind, name, function,
                 crash_phrase(guard.signal));
        break;
    case GUARD_EXITED:
        snprintf(to, size, "the %s '%s' tried to end the program in %s", kind, name, function);
        break;
    case GUARD_CLOSED:
        snprintf(to, size, "the %s '%s' tried to close or replace a file of ovrmnd's in %s",
                 kind, name, function);
        break;
    case GUARD_STUCK:
        snprintf(to, size, "the %s '%s' has not returned from %s for %s", kind, name, function,
                 units_duration_text(guard_state.patience_ns, time));
        break;
    }
}

/* Where nothing of the C library may be relied on any more; snprintf of plain texts allocates
 * nothing and takes no lock. */
static _Noreturn void end_with(const char *text)
{
    char line[LAST_WORDS_MAX];
    int length = snprintf(line, sizeof line, "ovrmnd: %s\n", text);
    (void)!write(STDERR_FILENO, line,
                 (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
    syscall(SYS_exit_group, GUARD_EXIT_STATUS);
    __builtin_unreachable();
}

_Noreturn void guard_end_badly(enum guard_ending ending, const char *and_so, bool heap)
{
    char text[LAST_WORDS_MAX];
    const char *function = guard_now.function;
    word(text, sizeof text, ending, function ? function : guard.function);
    strncat(text, and_so, sizeof text - strlen(text) - 1);
    guard_save *save = guard.save;
    guard.save = NULL; /* should it fail, not twice */
    if (save)
        save(guard.save_context, heap);
    end_with(text);
}

void guard_at_last(guard_save *save, void *context)
{
    guard.save_context = context;
    guard.save = save;
}

/* ---- coming back ---- */

/* What a plugin forked is not this program, and its threads are none of ours. */
bool guard_is_own_thread(void)
{
    return guard_state.open && syscall(SYS_gettid) == guard_state.thread;
}

/* Takes the active call, so that it lands once: the watch sends its signal again until it has,
 * and a second one must find nothing to do, be it on the way out of the first. False: none. */
static bool take_call(void)
{
    const char *function = guard_now.function;
    if (!function)
        return false;
    guard_now.function = NULL;
    guard.function = function;
    return true;
}

/* After take_call. */
static _Noreturn void land(enum guard_ending ending)
{
    if (guard_now.duty == GUARD_CONSTRUCT)
        guard_end_badly(ending, "", false);
    guard_state.ending = ending;
    guard_state.landed = true;
    guard_now.paused = 0;
    _longjmp(guard_now.landing, 1);
}

bool guard_land(enum guard_ending ending)
{
    if (!guard_now.function || !guard_is_own_thread() || !take_call())
        return false;
    land(ending);
}

int guard_error(struct error *err)
{
    char text[LAST_WORDS_MAX];
    word(text, sizeof text, guard_state.ending, guard.function);
    guard_mend();
    if (guard_now.duty >= GUARD_SETUP && guard_now.dead_count < MOST_DEAD)
        guard.dead[guard_now.dead_count++] = guard_now.name;
    return error_set(err, ERROR_PLUGIN_ERROR, "%s", text);
}

/* When there is no more room, all are taken for dead. */
bool guard_find_dead(const char *name)
{
    for (unsigned i = 0; i < guard_now.dead_count; i++)
        if (guard.dead[i] == name)
            return true;
    return guard_now.dead_count == MOST_DEAD;
}

void guard_pause(void)
{
    guard_now.paused = guard_now.paused + 1;
}

void guard_resume(void)
{
    guard_now.paused = guard_now.paused - 1;
    guard_now.sequence = guard_now.sequence + 1; /* its time begins anew */
}

/* ---- crashes ---- */

static void *place_of(const void *context)
{
#if defined __x86_64__
    return (void *)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined __aarch64__
    return (void *)((const ucontext_t *)context)->uc_mcontext.pc;
#else
    (void)context;
    return NULL;
#endif
}

/* Nothing can be saved from a thread that a plugin started, but its file can be named. The
 * alarm is for the case that it crashed in the loader, whose lock dladdr needs. */
static void name_the_file(int number, const void *context)
{
    Dl_info info;
    char line[LAST_WORDS_MAX];
    signal(SIGALRM, SIG_DFL);
    alarm(1);
    void *place = place_of(context);
    if (!place || !dladdr(place, &info) || !info.dli_fname)
        return;
    int length = snprintf(line, sizeof line,
                          "ovrmnd: a thread that is not ovrmnd's own crashed in %s (%s)\n",
                          info.dli_fname, crash_phrase(number));
    (void)!write(STDERR_FILENO, line,
                 (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

/* The usual end: the instruction runs again, or the signal is sent again, and nobody is there
 * to catch it. */
static void let_it_happen(int number, const siginfo_t *info)
{
    for (size_t i = 0; i < CRASHES; i++)
        if (crashes[i].signal == number)
            sigaction(number, &actions_before[i], NULL);
    if (info->si_code <= 0)
        raise(number);
}

/* Our own crash, or what a plugin left behind. The heap cannot be relied on. */
static void save_what_there_is(void)
{
    guard_save *save = guard.save;
    guard.save = NULL; /* should it fail, not twice */
    if (save)
        save(guard.save_context, false);
}

static void on_crash(int number, siginfo_t *info, void *context)
{
    bool ours = info->si_code > 0 || info->si_pid == getpid();
    if (ours && guard_is_own_thread() && take_call()) {
        guard.signal = number;
        land(GUARD_CRASHED);
    }
    if (ours && guard_is_own_thread())
        save_what_there_is();
    else if (ours && getpid() == guard_state.pid)
        name_the_file(number, context);
    let_it_happen(number, info);
}

static void on_jump(int number)
{
    (void)number;
    if (guard_is_own_thread() && !guard_now.paused &&
        guard_now.sequence == guard_state.stuck_sequence && take_call())
        land(GUARD_STUCK);
}

/* ---- exit ---- */

/* err() and its kind end the program from within the C library, past guard_stand_in.c. No
 * jump may leave an exit handler. */
static void on_exit_within(void)
{
    if (guard_is_own_thread() && guard_now.function)
        guard_end_badly(GUARD_EXITED, "", true);
}

/* ---- processes that a plugin forks ---- */

static void on_fork(void)
{
    guard_now.forked = guard_state.open && guard_now.function;
}

void guard_end_fork(void)
{
    char text[LAST_WORDS_MAX];
    snprintf(text, sizeof text,
             "the %s '%s' forked in %s, and the new process came back; it has been ended",
             guard_now.kind, guard_now.name, guard_now.function);
    end_with(text);
}

/* ---- opening and closing ---- */

static struct sigaction crash_action(void)
{
    return (struct sigaction){.sa_sigaction = on_crash,
                              .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
}

/* Handlers run on a stack of their own, since a plugin may have used up ours, and leave their
 * signal unblocked, since a jump out of them restores nothing. */
static void catch_signals(void)
{
    static char stack[STACK_BYTES];
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&own, &guard.stack_before);
    struct sigaction crash = crash_action();
    for (size_t i = 0; i < CRASHES; i++)
        sigaction(crashes[i].signal, &crash, &actions_before[i]);
    struct sigaction jump = {.sa_handler = on_jump, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaction(GUARD_JUMP_SIGNAL, &jump, NULL);
    guard_catch_signals();
}

/* Handlers that a plugin's own runtime has set stay: those of Go and others ask ours in turn.
 */
static void catch_crashes_again(void)
{
    for (size_t i = 0; i < CRASHES; i++) {
        struct sigaction now;
        sigaction(crashes[i].signal, NULL, &now);
        if (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN)
            continue;
        struct sigaction crash = crash_action();
        sigaction(crashes[i].signal, &crash, NULL);
    }
}

/* A crash whose signal is blocked ends the program at once. */
static void unblock_crashes(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, GUARD_JUMP_SIGNAL);
    for (size_t i = 0; i < CRASHES; i++)
        sigaddset(&set, crashes[i].signal);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void guard_mend(void)
{
    if (!guard_state.open)
        return;
    fesetenv(FE_DFL_ENV);
    umask(guard.umask);
    if (guard.folder >= 0)
        (void)!fchdir(guard.folder);
    catch_crashes_again();
    unblock_crashes();
}

void guard_open(uint64_t patience_ns)
{
    static bool prepared;
    if (!prepared)
        prepared = atexit(on_exit_within) == 0 && pthread_atfork(NULL, NULL, on_fork) == 0;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL); /* not even by a plugin's hand */
    guard_state.pid = getpid();
    guard_state.thread = (pid_t)syscall(SYS_gettid);
    guard_state.patience_ns = patience_ns;
    guard_state.landed = false;
    guard.save = NULL;
    guard_now.function = NULL;
    guard_now.held_up = false;
    guard_now.dead_count = 0;
    guard.umask = umask(0);
    umask(guard.umask);
    guard.folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (guard.folder >= 0)
        guard_keep_file(guard.folder);
    guard_state.open = true;
    guard.was_open = true;
    catch_signals();
}

void guard_close(void)
{
    if (!guard_state.open)
        return;
    guard_watch_end();
    for (size_t i = 0; i < CRASHES; i++)
        sigaction(crashes[i].signal, &actions_before[i], NULL);
    signal(GUARD_JUMP_SIGNAL, SIG_DFL);
    guard_end_signals();
    if (guard.folder >= 0) {
        guard_let_go_file(guard.folder);
        close(guard.folder);
    }
    guard.folder = -1;
    sigaltstack(&guard.stack_before, NULL);
    guard_state.open = false;
}

static void on_late_fault(int number)
{
    end_with(number == SIGALRM ? "a plugin does not let the program end"
                               : "a plugin crashed as the program ended");
}

int guard_last_status(void)
{
    return guard_state.pid == getpid() ? guard.last_status : -1;
}

void guard_last(int status)
{
    if (!guard.was_open)
        return;
    guard.last_status = status;
    fflush(stdout);
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nothing >= 0)
        dup2(nothing, STDOUT_FILENO);
    struct sigaction late = {.sa_handler = on_late_fault};
    for (size_t i = 0; i < CRASHES; i++)
        sigaction(crashes[i].signal, &late, NULL);
    sigaction(SIGALRM, &late, NULL);
    alarm((unsigned)(guard_state.patience_ns / NS_PER_S) + 1);
}
