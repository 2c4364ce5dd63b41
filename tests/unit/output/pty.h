/* SPDX-License-Identifier: MIT */
#ifndef UNIT_OUTPUT_PTY_H
#define UNIT_OUTPUT_PTY_H

/* A pseudo-terminal whose other end the test reads. */

#include "unit/output/check.h"

#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct pty {
    int master, slave;
    char text[65536]; /* of the last pty_read */
};

static inline void pty_resize(struct pty *p, unsigned columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
    assert_int_equal(ioctl(p->master, TIOCSWINSZ, &size), 0);
}

static inline void pty_open(struct pty *p, unsigned columns)
{
    assert_int_equal(openpty(&p->master, &p->slave, NULL, NULL, NULL), 0);
    struct termios raw;
    assert_int_equal(tcgetattr(p->slave, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(p->slave, TCSANOW, &raw), 0);
    pty_resize(p, columns);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
}

/* All that was written so far; "" when nothing. A pty passes it on at once or soon after, so an
 * empty answer is believed only after a moment. */
static inline const char *pty_read(struct pty *p)
{
    size_t used = 0;
    struct pollfd ready = {.fd = p->master, .events = POLLIN};
    while (used < sizeof p->text - 1 && poll(&ready, 1, 20) > 0 && (ready.revents & POLLIN)) {
        ssize_t n = read(p->master, p->text + used, sizeof p->text - 1 - used);
        if (n <= 0)
            break;
        used += (size_t)n;
    }
    p->text[used] = '\0';
    return p->text;
}

static inline void pty_close(struct pty *p)
{
    close(p->slave);
    close(p->master);
}

#endif
