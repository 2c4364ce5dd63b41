/* SPDX-License-Identifier: MIT */
#include "cli/interrupt.h"

#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define PATIENCE 2 /* signals that are dealt with in order */

struct signals {
    struct interrupt port;
    int seen;
};

/* nohup has SIGHUP ignored, and that holds; so do we after the first. */
static bool hangs_up(void)
{
    struct sigaction action;
    return sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler != SIG_IGN;
}

static sigset_t watched(void)
{
    sigset_t set;
    sigemptyset(&set);
    if (hangs_up())
        sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

static void let_through(void)
{
    sigset_t set = watched();
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int next_signal(struct interrupt *self)
{
    struct signals *s = (struct signals *)self;
    struct signalfd_siginfo info;
    /* A terminal that is closed sends it twice: by way of the shell, and as that ends. */
    do {
        if (read(self->fd, &info, sizeof info) != (ssize_t)sizeof info)
            return 0;
    } while (info.ssi_signo == SIGHUP && !hangs_up());
    if (info.ssi_signo == SIGHUP)
        signal(SIGHUP, SIG_IGN);
    if (++s->seen == PATIENCE)
        let_through();
    return (int)info.ssi_signo;
}

/* Signals that the handler still swallows. A handler has nothing but statics to look at. */
static volatile sig_atomic_t patience;

static void swallow(int number)
{
    if (patience > 0) {
        patience = patience - 1;
        return;
    }
    signal(number, SIG_DFL);
    raise(number);
}

void interrupt_unwatch(struct interrupt *interrupt)
{
    struct signals *s = (struct signals *)interrupt;
    struct sigaction action = {.sa_handler = swallow};
    patience = PATIENCE - s->seen;
    if (hangs_up())
        sigaction(SIGHUP, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    let_through();
}

struct interrupt *interrupt_open(struct error *err)
{
    sigset_t set = watched();
    /* Blocked before any thread starts (libcurl's resolver has some), so that all inherit it.
     */
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) {
        error_set(err, ERROR_UNKNOWN_ERROR, "cannot watch for signals: %s", strerror(errno));
        return NULL;
    }
    struct signals *s = memory_new(1, sizeof *s);
    s->port = (struct interrupt){.next = next_signal, .fd = fd};
    return &s->port;
}

void interrupt_close(struct interrupt *interrupt)
{
    if (!interrupt)
        return;
    close(interrupt->fd);
    let_through();
    free(interrupt);
}
