/* SPDX-License-Identifier: MIT */
#include "check/stages.h"

#include <dirent.h>
#include <fcntl.h>
#include <fenv.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define SIGNALS   32
#define LOW_FILES 32

#define ENVIRONMENT_BYTES (64u * 1024)

/* What a plugin could change behind everybody's back. */
struct surroundings {
    struct sigaction handlers[SIGNALS];
    char folder[PATH_MAX];
    char locale[512];
    unsigned files, threads;
    sigset_t blocked;
    mode_t umask;
    int rounding, exceptions; /* of floating-point numbers */
    char environment[ENVIRONMENT_BYTES];
    struct rlimit limits[RLIM_NLIMITS];
    bool timer;
    struct stat low[LOW_FILES];
};

static unsigned entries(const char *folder)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

/* As far as there is room for it: variables, each with its NUL. */
static void copy_environment(char to[ENVIRONMENT_BYTES])
{
    size_t used = 0;
    for (char **variable = environ; variable && *variable; variable++) {
        size_t size = strlen(*variable) + 1;
        if (size >= ENVIRONMENT_BYTES - used)
            return;
        memcpy(to + used, *variable, size);
        used += size;
    }
}

static bool timer_runs(void)
{
    static const int timers[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
    bool runs = false;
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
        struct itimerval timer;
        if (getitimer((__itimer_which_t)timers[i], &timer) == 0)
            runs = runs || timer.it_value.tv_sec || timer.it_value.tv_usec;
    }
    return runs;
}

static void look(struct surroundings *now)
{
    memset(now, 0, sizeof *now);
    for (int i = 1; i < SIGNALS; i++)
        sigaction(i, NULL, &now->handlers[i]);
    if (!getcwd(now->folder, sizeof now->folder))
        now->folder[0] = '\0';
    const char *locale = setlocale(LC_ALL, NULL);
    snprintf(now->locale, sizeof now->locale, "%s", locale ? locale : "");
    sigprocmask(SIG_SETMASK, NULL, &now->blocked);
    now->umask = umask(0);
    umask(now->umask);
    now->rounding = fegetround();
    now->exceptions = fegetexcept();
    for (int i = 0; i < LOW_FILES; i++)
        if (fstat(i, &now->low[i]))
            now->low[i].st_ino = 0;
    copy_environment(now->environment);
    for (int i = 0; i < RLIM_NLIMITS; i++)
        getrlimit((__rlimit_resource_t)i, &now->limits[i]);
    now->timer = timer_runs();
    now->files = entries("/proc/self/fd");
    now->threads = entries("/proc/self/task");
}

static void compare_signals(struct check_page *page, const struct surroundings *before,
                            const struct surroundings *after)
{
    for (int i = 1; i < SIGNALS; i++) {
        if (before->handlers[i].sa_handler != after->handlers[i].sa_handler)
            check_note(page, CHECK_E1, FUNCTION_NONE, "what happens on SIG%s was changed",
                       sigabbrev_np(i));
        if (sigismember(&before->blocked, i) != sigismember(&after->blocked, i))
            check_note(page, CHECK_E1, FUNCTION_NONE, "SIG%s was %s", sigabbrev_np(i),
                       sigismember(&after->blocked, i) ? "blocked" : "unblocked");
    }
    if (after->timer && !before->timer)
        check_note(page, CHECK_E1, FUNCTION_NONE, "a timer runs that will send a signal");
}

static void compare_process(struct check_page *page, const struct surroundings *before,
                            const struct surroundings *after)
{
    if (strcmp(before->folder, after->folder) != 0)
        check_note(page, CHECK_E2, FUNCTION_NONE, "the working folder became %s",
                   after->folder);
    if (strcmp(before->locale, after->locale) != 0)
        check_note(page, CHECK_E2, FUNCTION_NONE, "the locale became %s", after->locale);
    if (before->umask != after->umask)
        check_note(page, CHECK_E2, FUNCTION_NONE, "the umask became %03o", after->umask);
    if (before->rounding != after->rounding || before->exceptions != after->exceptions)
        check_note(page, CHECK_E2, FUNCTION_NONE, "how numbers are rounded was changed");
    if (memcmp(before->environment, after->environment, sizeof before->environment) != 0)
        check_note(page, CHECK_E2, FUNCTION_NONE, "the environment was changed");
    if (memcmp(before->limits, after->limits, sizeof before->limits) != 0)
        check_note(page, CHECK_E2, FUNCTION_NONE, "the program's limits (ulimit) were changed");
}

static void compare_files_and_threads(struct check_page *page,
                                      const struct surroundings *before,
                                      const struct surroundings *after)
{
    for (int i = 0; i < LOW_FILES; i++)
        if (before->low[i].st_ino && (before->low[i].st_ino != after->low[i].st_ino ||
                                      before->low[i].st_dev != after->low[i].st_dev))
            check_note(page, CHECK_E5, FUNCTION_NONE, "file %d, which others had open, was %s",
                       i, after->low[i].st_ino ? "replaced" : "closed");
    if (after->files > before->files)
        check_note(page, CHECK_E3, FUNCTION_NONE, "%u more files are open after destroy",
                   after->files - before->files);
    if (after->threads > before->threads)
        check_note(page, CHECK_E4, FUNCTION_NONE, "%u more threads run after destroy",
                   after->threads - before->threads);
}

static void block_as_a_batch_does(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

/* A program in the background ignores these from the start (POSIX, asynchronous lists; nohup),
 * which would hide a plugin that ignores them. */
static void heed_the_terminal(void)
{
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
}

void stage_surroundings(struct subject *s)
{
    static struct surroundings before, after;
    struct instance instance;
    struct error err;
    heed_the_terminal();
    block_as_a_batch_does();
    (void)!open("/dev/null", O_RDONLY | O_CLOEXEC); /* for one that closes what it finds */
    look(&before);
    if (subject_open(s))
        return;
    if (!instance_open(&instance, s, 0, s->settings->seed, NULL, &err)) {
        live_shortly(&instance);
        instance_close(&instance);
    }
    look(&after);
    compare_signals(s->page, &before, &after);
    compare_process(s->page, &before, &after);
    compare_files_and_threads(s->page, &before, &after);
    subject_close(s);
}
