/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

/*
 * Bytes on their way out: to stdout, or to a file that appears under its name only when it is
 * complete. A slow reader never blocks the loop: what it does not take stays buffered, and only
 * `writer_finish` waits for it.
 *
 * A sink appends to `writer->out` and then calls writer_push. A writer fails once and for all:
 * after the first error (OUTPUT_FAILED) every call gives the same one, and nothing is pending.
 * SIGPIPE must be ignored by the program.
 */

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct screen;

/* Buffered bytes from which writer_push writes, and from which the writer is full. */
#define WRITER_PUSH_BYTES (64u * 1024)
#define WRITER_FULL_BYTES (1024u * 1024)

struct writer {
    struct buffer out; /* appended to by the sinks; the first `sent` bytes are written */
    size_t sent;
    int fd;                /* to poll for writing while writer_pending */
    size_t chunk;          /* most bytes in one write; 0: as many as there are */
    bool whole_lines;      /* shares the screen's terminal: stops only at the end of a line */
    struct screen *screen; /* borrowed; hidden while results are written to its terminal */
    bool screen_hidden;
    bool in_line; /* what was written last did not end a line */
    bool owns_fd;
    dev_t device; /* what `fd` led to when it was opened, and must still */
    ino_t inode;
    const char *what; /* "results", for messages */
    char *path;       /* where the file is to appear; NULL: stdout, a pipe or a device */
    char *temporary;
    bool failed;
    struct error error; /* of the first failure */
};

/* Writes to stdout, or the duplicate of it that `fd` is, which stays open. `screen` may be
 * NULL; if it draws on the same terminal, its live line is taken away while results are
 * written. NULL: stdout is closed. The caller calls writer_free. */
struct writer *writer_stdout(struct screen *screen, struct error *err);
struct writer *writer_stdout_as(int fd, struct screen *screen, struct error *err);

/* -1: `path` can hardly be written to. Opens nothing. */
int writer_check(const char *what, const char *path, struct error *err);

/* Would what is written to both paths become one file, so that one replaces the other? */
bool writer_same_file(const char *a, const char *b);

/* Writes to the file `path`: beside it, renamed in place of it when finished; a pipe or device
 * is opened as it is. The mode of an existing file is kept. NULL: it cannot be written. */
struct writer *writer_file(const char *path, struct error *err);

/* The same for other than results: messages say "cannot write WHAT". Borrows `what`. */
struct writer *writer_file_of(const char *what, const char *path, struct error *err);

/* What has been appended to `out` may go; writes if there is enough of it. -1: failed. [loop]
 */
int writer_push(struct writer *w, struct error *err);

/* Writes as much as the reader takes, without blocking. [loop] */
int writer_flush(struct writer *w, struct error *err);

/* So much is buffered that no more should come before a flush gets rid of some. */
bool writer_full(const struct writer *w);

/* Something waits for the reader: poll writer->fd. */
bool writer_pending(const struct writer *w);

/* Writes everything, waiting for the reader, and puts the file in its place. [end] */
int writer_finish(struct writer *w, struct error *err);

/* Drops what is buffered and removes the unfinished file; a finished one stays. */
void writer_abandon(struct writer *w);

/* Abandons what was not finished, and frees. NULL is allowed. */
void writer_free(struct writer *w);

#endif
