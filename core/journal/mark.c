/* SPDX-License-Identifier: MIT */
#include "journal/mark.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* The file's content. One that is half written, or of another batch, says nothing. */
struct content {
    char batch_id[16];
    uint64_t rows;
    uint64_t checksum;
};

static uint64_t sum(const struct content *c)
{
    return crc32_z(0, (const Bytef *)c, offsetof(struct content, checksum));
}

/* Beside the file itself, as SQLite has its log, if `journal` is a link. */
static char *beside(const char *journal, const char *ending)
{
    char resolved[PATH_MAX];
    return memory_format("%s%s", realpath(journal, resolved) ? resolved : journal, ending);
}

static char *path_of(const char *journal)
{
    return beside(journal, "-mark");
}

bool mark_is_lost(const char *journal)
{
    struct stat st;
    char *mark = path_of(journal), *log = beside(journal, "-wal");
    bool lost = lstat(mark, &st) && lstat(log, &st);
    free(mark);
    free(log);
    return lost;
}

static int fail(const struct mark *m, struct error *err)
{
    return error_set(err, ERROR_JOURNAL_ERROR, "%s: the journal's mark cannot be written: %s",
                     m->path, errno == ENOSPC ? "the disk is full" : strerror(errno));
}

int mark_open(struct mark *m, const char *journal, struct error *err)
{
    m->path = path_of(journal);
    m->fd = open(m->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    return m->fd < 0 || fchmod(m->fd, 0600) ? fail(m, err) : 0;
}

int mark_write(struct mark *m, const char *batch_id, uint64_t rows, struct error *err)
{
    struct content c = {.rows = rows};
    memcpy(c.batch_id, batch_id, strnlen(batch_id, sizeof c.batch_id));
    c.checksum = sum(&c);
    ssize_t written = pwrite(m->fd, &c, sizeof c, 0);
    if (written >= 0 && written < (ssize_t)sizeof c)
        errno = ENOSPC;
    return written == sizeof c ? 0 : fail(m, err);
}

uint64_t mark_read(const char *journal, const char *batch_id)
{
    struct content c;
    char *path = path_of(journal);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    free(path);
    ssize_t got = fd < 0 ? -1 : pread(fd, &c, sizeof c, 0);
    if (fd >= 0)
        close(fd);
    bool ours = got == sizeof c && c.checksum == sum(&c) &&
                strncmp(c.batch_id, batch_id, sizeof c.batch_id) == 0;
    return ours ? c.rows : 0;
}

void mark_close(struct mark *m, bool remove)
{
    if (m->fd >= 0) {
        close(m->fd);
        if (remove)
            (void)unlink(m->path);
    }
    free(m->path);
}
