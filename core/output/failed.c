/* SPDX-License-Identifier: MIT */
#include "output/failed.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/units.h"
#include "output/screen.h"
#include "output/writer.h"

#include <inttypes.h>
#include <stdlib.h>

struct failed {
    struct sink port; /* first: a sink can be cast back */
    struct sink *inner;
    struct writer *file;
    char *path;
    uint64_t acted, unreadable; /* failed, and not in the file */
};

static struct failed *self_of(const struct sink *sink)
{
    return (struct failed *)(uintptr_t)sink;
}

/* ---- the sink ---- */

static int keep(struct failed *f, const struct result *result, struct error *err)
{
    if (result->item->broken) {
        f->unreadable++;
        return 0;
    }
    if (result->acted) {
        f->acted++;
        return 0;
    }
    (void)json_minify(buffer_slice(&result->item->json), &f->file->out);
    (void)buffer_append_char(&f->file->out, '\n');
    return writer_push(f->file, err);
}

static int failed_write(struct sink *sink, const struct result *result, struct error *err)
{
    struct failed *f = self_of(sink);
    if (!result->success && keep(f, result, err))
        return -1;
    return f->inner->write(f->inner, result, err);
}

/* The port has one descriptor to wait for. The file is hardly ever the one, since only a pipe
 * or a device makes its writer wait. */
static int failed_flush(struct sink *sink, struct error *err)
{
    struct failed *f = self_of(sink);
    if (f->inner->flush(f->inner, err) || writer_flush(f->file, err))
        return -1;
    f->port.fd = f->inner->pending(f->inner) ? f->inner->fd : f->file->fd;
    return 0;
}

static bool failed_full(const struct sink *sink)
{
    const struct failed *f = self_of(sink);
    return f->inner->full(f->inner) || writer_full(f->file);
}

static bool failed_pending(const struct sink *sink)
{
    const struct failed *f = self_of(sink);
    return f->inner->pending(f->inner) || writer_pending(f->file);
}

/* Both, whatever becomes of the other: each is whole by itself. The first error counts. */
static int failed_finish(struct sink *sink, struct error *err)
{
    struct failed *f = self_of(sink);
    int inner = f->inner->finish(f->inner, err);
    int file = writer_finish(f->file, inner ? NULL : err);
    return inner || file ? -1 : 0;
}

/* A file is told by its ending before its content, so lines in a .json would be refused. */
static int check_ending(const char *path, struct error *err)
{
    static const char *const others[] = {".json", ".csv", ".tsv", ".gz"};
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending && i < sizeof others / sizeof *others; i++) {
        if (strcmp(ending, others[i]) != 0)
            continue;
        error_set(err, ERROR_USAGE,
                  "--failed-to '%s': the items are written as NDJSON, which --batch-file does "
                  "not expect in a file that ends in %s",
                  path, ending);
        return error_help(err, "name it .ndjson");
    }
    return 0;
}

struct failed *failed_open(const char *path, struct sink *inner, struct error *err)
{
    if (check_ending(path, err))
        return NULL;
    struct writer *file = writer_file_of("failed items", path, err);
    if (!file)
        return NULL;
    struct failed *f = memory_new(1, sizeof *f);
    f->port = (struct sink){
        .write = failed_write,
        .flush = failed_flush,
        .full = failed_full,
        .pending = failed_pending,
        .finish = failed_finish,
        .fd = inner->fd,
    };
    f->inner = inner;
    f->file = file;
    f->path = memory_copy(path);
    return f;
}

struct sink *failed_sink(struct failed *f)
{
    return &f->port;
}

void failed_close(struct failed *f)
{
    if (!f)
        return;
    writer_free(f->file);
    free(f->path);
    free(f);
}

/* ---- at the end ---- */

void failed_print(const struct failed *f, struct screen *screen)
{
    struct buffer line = {0};
    if (f->acted + f->unreadable == 0)
        return;
    if (f->acted > 0)
        (void)buffer_append_format(&line,
                                   "%" PRIu64 " item%s that the server may have acted on",
                                   f->acted, units_plural(f->acted));
    if (f->acted > 0 && f->unreadable > 0)
        (void)buffer_append_text(&line, " and ");
    if (f->unreadable > 0)
        (void)buffer_append_format(&line, "%" PRIu64 " unreadable record%s", f->unreadable,
                                   units_plural(f->unreadable));
    (void)buffer_append_format(&line, " %s not in %s",
                               f->acted + f->unreadable == 1 ? "is" : "are", f->path);
    screen_print(screen, &line);
    buffer_free(&line);
}
