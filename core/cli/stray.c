/* SPDX-License-Identifier: MIT */
#include "cli/stray.h"

#include "base/guard.h"
#include "output/descriptor.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOWN_BYTES 40

/* Control characters and what is not ASCII are shown as \n or \x1b. */
static void show(const char *bytes, size_t length, char *to)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n')
            to += sprintf(to, "\\n");
        else if (c < ' ' || c > '~' || c == '\\' || c == '"')
            to += sprintf(to, "\\x%02x", c);
        else
            *to++ = (char)c;
    }
    *to = '\0';
}

int stray_look(struct stray *s, const char *who, struct error *err)
{
    char bytes[SHOWN_BYTES], shown[SHOWN_BYTES * 4 + 1];
    struct stat st;
    int number = guard_take_signal();
    if (number)
        return error_set(err, ERROR_PLUGIN_ERROR, "%s had the signal SIG%s sent to the program",
                         who, sigabbrev_np(number));
    if (!s->open)
        return 0;
    fflush(stdout); /* the plugin's stdio is ours */
    if (fstat(s->file, &st) || st.st_size == 0)
        return 0;
    ssize_t length = pread(s->file, bytes, sizeof bytes, 0);
    show(bytes, length > 0 ? (size_t)length : 0, shown);
    (void)!ftruncate(s->file, 0);
    return error_set(err, ERROR_PLUGIN_ERROR,
                     "%s wrote to stdout, which carries results alone: \"%s\"%s", who, shown,
                     st.st_size > SHOWN_BYTES ? " ..." : "");
}

static int look(struct witness *self, struct error *err)
{
    struct stray *s = (struct stray *)self;
    return stray_look(s, s->suspects, err);
}

static void close_both(struct stray *s)
{
    if (s->out >= 0)
        close(s->out);
    if (s->file >= 0)
        close(s->file);
}

void stray_open(struct stray *s)
{
    *s = (struct stray){.witness.look = look, .suspects = "a plugin"};
    s->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    s->file = memfd_create("stdout", MFD_CLOEXEC);
    /* Each write goes to the end, wherever that is after a look has emptied it. */
    s->open = s->out >= 0 && s->file >= 0 && fcntl(s->file, F_SETFL, O_APPEND) == 0 &&
              fflush(stdout) == 0 && dup2(s->file, STDOUT_FILENO) >= 0;
    if (!s->open) {
        close_both(s);
        return;
    }
    guard_keep_file(s->out);
    guard_keep_file(s->file);
}

int stray_out(const struct stray *s)
{
    return s->open ? s->out : STDOUT_FILENO;
}

const char *stray_path(struct stray *s, const char *path)
{
    if (path && descriptor_named(path) == STDOUT_FILENO) {
        snprintf(s->out_path, sizeof s->out_path, "/dev/fd/%d", stray_out(s));
        return s->out_path;
    }
    return path;
}

FILE *stray_stdout(const struct stray *s)
{
    int fd = fcntl(stray_out(s), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

void stray_close(struct stray *s)
{
    if (!s->open)
        return;
    fflush(stdout);
    dup2(s->out, STDOUT_FILENO);
    guard_let_go_file(s->out);
    guard_let_go_file(s->file);
    close_both(s);
    s->open = false;
}
