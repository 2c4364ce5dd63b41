/* SPDX-License-Identifier: MIT */
#include "output/writer.h"

#include "base/guard.h"
#include "base/memory.h"
#include "output/descriptor.h"
#include "output/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening ---- */

static const char results[] = "results";

static struct writer *writer_new(const char *what, int fd, bool owns_fd)
{
    struct writer *w = memory_new(1, sizeof *w);
    w->what = what;
    w->fd = fd;
    w->owns_fd = owns_fd;
    if (owns_fd)
        guard_keep_file(fd);
    w->chunk = descriptor_chunk(fd);
    struct stat st;
    if (fstat(fd, &st) == 0) {
        w->device = st.st_dev;
        w->inode = st.st_ino;
    }
    return w;
}

struct writer *writer_stdout_as(int fd, struct screen *screen, struct error *err)
{
    /* One that was closed has been filled with something that only reads: see main.c. */
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
        error_set(err, ERROR_OUTPUT_FAILED, "cannot write results: stdout is closed");
        return NULL;
    }
    struct writer *w = writer_new(results, fd, false);
    if (screen && screen_shares(screen, fd)) {
        w->screen = screen;
        w->whole_lines = true;
    }
    return w;
}

struct writer *writer_stdout(struct screen *screen, struct error *err)
{
    return writer_stdout_as(STDOUT_FILENO, screen, err);
}

static int cannot_open(const char *what, const char *path, struct error *err)
{
    return error_set(err, ERROR_OUTPUT_FAILED, "cannot write %s to '%s': %s", what, path,
                     strerror(errno));
}

static struct writer *open_as_it_is(const char *what, const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0)
        return writer_new(what, fd, true);
    cannot_open(what, path, err);
    return NULL;
}

/* A name of a descriptor that we were given: what stands behind it already, and what others add
 * to it, stays. Opened by its name, a file would be written from its start, or replaced. */
static struct writer *open_descriptor(const char *what, int named, const char *path,
                                      struct error *err)
{
    int fd = fcntl(named, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (fd >= 0)
        return writer_new(what, fd, true);
    cannot_open(what, path, err);
    return NULL;
}

/* What rename has to replace: behind a symbolic link, the file that it leads to. Whole, since
 * a plugin may go to another folder meanwhile. */
static char *real_name(const char *path)
{
    char resolved[PATH_MAX], here[PATH_MAX];
    if (realpath(path, resolved))
        return memory_copy(resolved);
    bool relative = *path && *path != '/' && getcwd(here, sizeof here);
    return relative ? memory_format("%s/%s", here, path) : memory_copy(path);
}

/* The mode of an existing file, or what open() would have given a new one. */
static mode_t mode_for(const struct stat *existing)
{
    if (existing)
        return existing->st_mode & 0777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static struct writer *open_beside(const char *what, const char *path,
                                  const struct stat *existing, struct error *err)
{
    char *name = real_name(path);
    char *temporary = memory_format("%s.XXXXXX", name);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        cannot_open(what, path, err);
        free(temporary);
        free(name);
        return NULL;
    }
    /* Some file systems have no modes; the file is as good without. */
    (void)!fchmod(fd, mode_for(existing));
    struct writer *w = writer_new(what, fd, true);
    w->path = name;
    w->temporary = temporary;
    return w;
}

/* The folder that a new file would stand in. */
static char *folder_of(const char *path)
{
    char *name = real_name(path);
    char *slash = strrchr(name, '/');
    if (slash)
        slash[slash == name] = '\0';
    char *folder = memory_copy(slash ? name : ".");
    free(name);
    return folder;
}

static bool may_replace(const char *path)
{
    char *folder = folder_of(path);
    bool may = access(folder, W_OK | X_OK) == 0;
    free(folder);
    return may;
}

static bool is_writable(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY)
        errno = EBADF;
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

int writer_check(const char *what, const char *path, struct error *err)
{
    struct stat st;
    int fd = descriptor_named(path);
    if (fd >= 0)
        return is_writable(fd) ? 0 : cannot_open(what, path, err);
    bool exists = stat(path, &st) == 0;
    bool good = false;
    if (!*path || (exists && S_ISDIR(st.st_mode)))
        errno = *path ? EISDIR : ENOENT;
    else /* rename would replace a file that its owner protected */
        good = (!exists || access(path, W_OK) == 0) &&
               ((exists && !S_ISREG(st.st_mode)) || may_replace(path));
    return good ? 0 : cannot_open(what, path, err);
}

static char *place_of(const char *path)
{
    char resolved[PATH_MAX];
    char *folder = folder_of(path);
    const char *slash = strrchr(path, '/');
    char *place = memory_format("%s/%s", realpath(folder, resolved) ? resolved : folder,
                                slash ? slash + 1 : path);
    free(folder);
    return place;
}

bool writer_same_file(const char *a, const char *b)
{
    struct stat sa, sb;
    bool has_a = stat(a, &sa) == 0, has_b = stat(b, &sb) == 0;
    if (has_a || has_b)
        return has_a && has_b && S_ISREG(sa.st_mode) && sa.st_dev == sb.st_dev &&
               sa.st_ino == sb.st_ino;
    char *place_a = place_of(a), *place_b = place_of(b);
    bool same = strcmp(place_a, place_b) == 0;
    free(place_a);
    free(place_b);
    return same;
}

/* A link such as /dev/stdout that leads to a file without a name: renaming would replace the
 * link itself. */
static bool is_nameless(const char *path)
{
    char resolved[PATH_MAX];
    struct stat st;
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && !realpath(path, resolved);
}

struct writer *writer_file_of(const char *what, const char *path, struct error *err)
{
    struct stat st;
    if (writer_check(what, path, err))
        return NULL;
    int fd = descriptor_named(path);
    if (fd >= 0)
        return open_descriptor(what, fd, path, err);
    bool exists = stat(path, &st) == 0;
    if (exists && (!S_ISREG(st.st_mode) || is_nameless(path)))
        return open_as_it_is(what, path, err);
    return open_beside(what, path, exists ? &st : NULL, err);
}

struct writer *writer_file(const char *path, struct error *err)
{
    return writer_file_of(results, path, err);
}

/* ---- writing ---- */

static void forget(struct writer *w)
{
    buffer_reset(&w->out);
    w->sent = 0;
}

static int fail(struct writer *w, int error, struct error *err)
{
    w->failed = true;
    forget(w);
    if (error == EPIPE)
        error_set(&w->error, ERROR_OUTPUT_FAILED, "cannot write %s: the reader closed the pipe",
                  w->what);
    else if (error == EBADF)
        error_set(&w->error, ERROR_OUTPUT_FAILED,
                  "cannot write %s: something in this process, such as a plugin, closed where "
                  "they go",
                  w->what);
    else if (w->path)
        error_set(&w->error, ERROR_OUTPUT_FAILED, "cannot write %s to '%s': %s", w->what,
                  w->path, strerror(error));
    else
        error_set(&w->error, ERROR_OUTPUT_FAILED, "cannot write %s: %s", w->what,
                  strerror(error));
    if (err)
        *err = w->error;
    return -1;
}

static int failed_before(const struct writer *w, struct error *err)
{
    if (err)
        *err = w->error;
    return -1;
}

/* How many of the waiting bytes may be written before the end. On the screen's terminal a line
 * that is not complete waits, since the live line would be drawn over it. */
static size_t sendable(const struct writer *w)
{
    size_t waiting = w->out.length - w->sent;
    if (!w->whole_lines || waiting == 0)
        return waiting;
    const char *start = w->out.data + w->sent;
    const char *last = memrchr(start, '\n', waiting);
    return last ? (size_t)(last + 1 - start) : 0;
}

static void hide_screen(struct writer *w)
{
    if (w->screen && !w->screen_hidden)
        screen_hide(w->screen);
    w->screen_hidden = w->screen != NULL;
}

static void show_screen(struct writer *w)
{
    if (w->screen_hidden)
        screen_show(w->screen);
    w->screen_hidden = false;
}

/* Takes the written bytes out, but not at each write: moving what is left costs its length. */
static void compact(struct writer *w)
{
    if (w->sent == w->out.length) {
        forget(w);
    } else if (w->sent > w->out.length / 2) {
        buffer_consume(&w->out, w->sent);
        w->sent = 0;
    }
}

typedef int write_function(int fd, size_t chunk, const char *data, size_t length,
                           size_t *written);

/* A plugin may have closed our descriptor, and a connection been given its number since:
 * results must not go there. */
static bool leads_elsewhere(const struct writer *w)
{
    struct stat st;
    return fstat(w->fd, &st) != 0 || st.st_dev != w->device || st.st_ino != w->inode;
}

static int send(struct writer *w, write_function *write, size_t length, struct error *err)
{
    if (length == 0)
        return 0;
    if (leads_elsewhere(w))
        return fail(w, EBADF, err);
    hide_screen(w);
    size_t written = 0;
    int rc = write(w->fd, w->chunk, w->out.data + w->sent, length, &written);
    int error = errno;
    w->sent += written;
    if (written > 0)
        w->in_line = w->out.data[w->sent - 1] != '\n';
    if (rc != 0 || written == length || !w->in_line)
        show_screen(w);
    if (rc != 0)
        return fail(w, error, err);
    compact(w);
    return 0;
}

int writer_flush(struct writer *w, struct error *err)
{
    if (w->failed)
        return failed_before(w, err);
    return send(w, descriptor_write, sendable(w), err);
}

int writer_push(struct writer *w, struct error *err)
{
    if (w->failed) {
        forget(w);
        return failed_before(w, err);
    }
    return w->out.length - w->sent >= WRITER_PUSH_BYTES ? writer_flush(w, err) : 0;
}

bool writer_full(const struct writer *w)
{
    return w->out.length - w->sent >= WRITER_FULL_BYTES && sendable(w) > 0;
}

bool writer_pending(const struct writer *w)
{
    return sendable(w) > 0;
}

/* ---- the end ---- */

static int put_in_place(struct writer *w, struct error *err)
{
    int fd = w->fd;
    guard_let_go_file(fd);
    w->fd = -1;
    /* Some file systems report a full disk no earlier than here. */
    if (close(fd) != 0 || rename(w->temporary, w->path) != 0)
        return fail(w, errno, err);
    free(w->temporary);
    w->temporary = NULL;
    return 0;
}

int writer_finish(struct writer *w, struct error *err)
{
    if (w->failed)
        return failed_before(w, err);
    if (send(w, descriptor_write_all, w->out.length - w->sent, err) != 0)
        return -1;
    return w->temporary ? put_in_place(w, err) : 0;
}

void writer_abandon(struct writer *w)
{
    forget(w);
    show_screen(w);
    if (w->temporary)
        (void)unlink(w->temporary);
    free(w->temporary);
    w->temporary = NULL;
    if (w->owns_fd && w->fd >= 0) {
        guard_let_go_file(w->fd);
        close(w->fd);
    }
    w->fd = -1;
}

void writer_free(struct writer *w)
{
    if (!w)
        return;
    writer_abandon(w);
    buffer_free(&w->out);
    free(w->path);
    free(w);
}
