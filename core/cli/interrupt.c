/* SPDX-License-Identifier: MIT */
#include "cli/interrupt.h"

#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int next_signal(struct interrupt *self)
{
    struct signalfd_siginfo info;
    return read(self->fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

static sigset_t watched(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
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
    struct interrupt *interrupt = memory_new(1, sizeof *interrupt);
    *interrupt = (struct interrupt){.next = next_signal, .fd = fd};
    return interrupt;
}

void interrupt_close(struct interrupt *interrupt)
{
    if (!interrupt)
        return;
    sigset_t set = watched();
    close(interrupt->fd);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    free(interrupt);
}
