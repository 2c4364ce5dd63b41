/* SPDX-License-Identifier: MIT */
#include "check/child.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/units.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- in the child ---- */

static void say_nothing(void *context, const char *line)
{
    (void)context, (void)line;
}

static volatile sig_atomic_t stops;

static void on_continue(int number)
{
    (void)number;
    stops = stops + 1;
}

int child_stops(void)
{
    return stops;
}

/* A crash is to look like one: with the signal's own ending, and without a file for it. A timer
 * is not to end the child at a random place: it is found still running. */
static void die_plainly(void)
{
    static const int timers[] = {SIGALRM, SIGVTALRM, SIGPROF};
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        signal(timers[i], SIG_IGN);
    sigaction(SIGCONT, &(struct sigaction){.sa_handler = on_continue, .sa_flags = SA_RESTART},
              NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void redirect(int out, int err)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(nothing);
    close(out);
    close(err);
}

/* stdio is flushed so that what a plugin printed is seen; nothing of the parent's is in it,
 * since that was flushed before the fork. */
_Noreturn static void be_child(struct check_page *page,
                               void (*work)(struct check_page *page, void *context),
                               void *context, int out, int err)
{
    die_plainly();
    redirect(out, err);
    log_set_writer(say_nothing, NULL);
    work(page, context);
    page->function = FUNCTION_NONE;
    fflush(NULL);
    page->ended = 1;
    _exit(CHILD_EXIT_STATUS);
}

/* ---- in the parent ---- */

/* Waits for the end. True: it was stuck in one call, and has been killed. */
static bool watch(const struct check_page *page, uint64_t patience_ns, int pidfd, pid_t pid)
{
    struct clock clock = clock_real();
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    int tick_ms = patience_ns / NS_PER_MS / 10 < 100 ? (int)(patience_ns / NS_PER_MS / 10)
                                                     : 100;
    uint64_t calls = page->calls, spent_ns = 0, last_ns = clock_now(&clock);
    uint64_t most_ns = 3 * ((uint64_t)tick_ms + 1) * NS_PER_MS; /* we were stopped as well */
    while (poll(&end, 1, tick_ms + 1) == 0 || end.revents == 0) {
        uint64_t now_ns = clock_now(&clock), passed_ns = now_ns - last_ns;
        last_ns = now_ns;
        spent_ns += passed_ns < most_ns ? passed_ns : most_ns;
        if (page->calls != calls || page->function == FUNCTION_NONE) {
            calls = page->calls;
            spent_ns = 0;
        } else if (spent_ns > patience_ns) {
            kill(pid, SIGKILL);
            return true;
        }
    }
    return false;
}

/* Code that runs at the very end must not say how the program ended. */
static bool is_done(const struct check_page *page, int status)
{
    return WIFEXITED(status) && page->ended && WEXITSTATUS(status) == CHILD_EXIT_STATUS;
}

static void take_ending(const struct check_page *page, pid_t pid, bool stuck, struct child *out)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    out->how = stuck                   ? CHILD_STUCK
               : WIFSIGNALED(status)   ? CHILD_SIGNAL
               : is_done(page, status) ? CHILD_DONE
                                       : CHILD_EXIT;
    out->number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void take_output(int fd, struct child_output *out)
{
    off_t bytes = lseek(fd, 0, SEEK_END);
    ssize_t got = pread(fd, out->text, sizeof out->text - 1, 0);
    out->bytes = bytes > 0 ? (uint64_t)bytes : 0;
    out->text[got > 0 ? got : 0] = '\0';
    out->text[strcspn(out->text, "\n\r")] = '\0';
}

static int fork_and_watch(struct check_page *page, uint64_t patience_ns,
                          void (*work)(struct check_page *page, void *context), void *context,
                          const int fds[2], struct child *out)
{
    fflush(NULL);
    page->ended = 0;
    page->function = FUNCTION_NONE;
    pid_t pid = fork();
    if (pid < 0)
        return -1;
    if (pid == 0)
        be_child(page, work, context, fds[0], fds[1]);
    int pidfd = pidfd_open(pid, 0);
    if (pidfd < 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return -1;
    }
    bool stuck = watch(page, patience_ns, pidfd, pid);
    close(pidfd);
    take_ending(page, pid, stuck, out);
    take_output(fds[0], &out->out);
    take_output(fds[1], &out->err);
    return 0;
}

int child_run(struct check_page *page, uint64_t patience_ns,
              void (*work)(struct check_page *page, void *context), void *context,
              struct child *out, struct error *err)
{
    int fds[2] = {memfd_create("stdout", MFD_CLOEXEC), memfd_create("stderr", MFD_CLOEXEC)};
    *out = (struct child){0};
    int failed = fds[0] < 0 || fds[1] < 0 ||
                 fork_and_watch(page, patience_ns, work, context, fds, out);
    if (failed)
        error_set(err, ERROR_UNKNOWN_ERROR, "cannot start a process for the plugin: %s",
                  strerror(errno));
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return failed ? -1 : 0;
}

enum check_rule child_rule(const struct child *child)
{
    return child->how == CHILD_SIGNAL ? CHECK_D1
           : child->how == CHILD_EXIT ? CHECK_D2
                                      : CHECK_D3;
}

const char *child_words(const struct child *child, uint64_t patience_ns, char text[CHILD_WORDS])
{
    char time[UNITS_TEXT];
    text[0] = '\0';
    if (child->how == CHILD_SIGNAL)
        snprintf(text, CHILD_WORDS, "%s (%s)",
                 child->number == SIGABRT ? "gave the program up" : "crashed",
                 strsignal(child->number));
    if (child->how == CHILD_EXIT)
        snprintf(text, CHILD_WORDS, "ended the program with status %d", child->number);
    if (child->how == CHILD_STUCK)
        snprintf(text, CHILD_WORDS, "did not return within %s",
                 units_duration_text(patience_ns, time));
    return text;
}
