/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK 16384

static int read_all(int fd, const char *path, size_t limit, struct buffer *out,
                    struct error *err)
{
    size_t total = 0;
    for (;;) {
        char *room = buffer_reserve(out, CHUNK); /* `out` has no limit, so this cannot fail */
        ssize_t got = read(fd, room, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(err, ERROR_FILE_NOT_FOUND, "%s: cannot be read: %s", path,
                             strerror(errno));
        if (got == 0)
            return 0;
        out->length += (size_t)got;
        total += (size_t)got;
        if (total > limit)
            return error_set(err, ERROR_FILE_NOT_FOUND,
                             "%s: the file is larger than %zu KiB, the most that is read", path,
                             limit >> 10);
    }
}

enum file_answer file_read(const char *path, size_t limit, struct buffer *out,
                           struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        int why = errno;
        error_set(err, ERROR_FILE_NOT_FOUND, "%s: cannot be opened: %s", path, strerror(why));
        return why == ENOENT || why == ENOTDIR ? FILE_ABSENT : FILE_FAILED;
    }
    struct stat status;
    enum file_answer answer = FILE_FAILED;
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        error_set(err, ERROR_FILE_NOT_FOUND, "%s: is not a plain file", path);
    else if (read_all(fd, path, limit, out, err) == 0)
        answer = FILE_READ;
    close(fd);
    return answer;
}
