/* SPDX-License-Identifier: MIT */
#include "input/input.h"

#include "base/log.h"
#include "base/memory.h"
#include "input/detect.h"
#include "input/records.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_MAX_ITEM_BYTES (UINT64_C(64) << 20)

struct input {
    struct source source;
    struct reader reader;
    struct detect detect, first; /* as it is; as it was before the first byte */
    bool file, closes, quiet;
    uint64_t max_item_bytes;
    struct array array;
    struct ndjson ndjson;
    struct rows *rows; /* CSV */
    uint64_t index;    /* of the next item */
};

/* ---- reading ---- */

/* A regular file can be read at any time, but what it unpacks to may have no end. */
static void unpack_with_patience(struct input *in)
{
    in->reader.polls = true;
    in->source.fd = in->reader.fd;
}

/* The next record, or what comes before the first, as far as the bytes at hand allow. */
static enum source_answer record_find(struct input *in, struct record *record,
                                      struct error *err)
{
    struct reader *r = &in->reader;
    enum source_answer answer = detect_next(&in->detect, r, err);
    if (answer != SOURCE_ITEM)
        return answer;
    switch (in->detect.format) {
    case INPUT_JSON:
        return array_next(&in->array, r, record, err);
    case INPUT_CSV:
        if (!in->rows)
            in->rows = rows_new(in->max_item_bytes, in->detect.delimiter);
        return rows_next(in->rows, r, record, err);
    default:
        return ndjson_next(&in->ndjson, r, record, err);
    }
}

static enum source_answer record_next(struct input *in, bool wait, struct record *record,
                                      struct error *err)
{
    for (;;) {
        enum source_answer answer = record_find(in, record, err);
        if (answer != SOURCE_LATER)
            return answer;
        if (in->reader.gzip)
            unpack_with_patience(in);
        enum reader_answer more = reader_fill(&in->reader, wait, err);
        if (more == READER_LATER)
            return SOURCE_LATER;
        if (more == READER_FAILED)
            return SOURCE_FAILED;
    }
}

static int not_json(const struct input *in, const struct json_fault *fault, struct error *err)
{
    bool hint = in->detect.guessed && in->index == 0;
    return reader_error(&in->reader, fault->offset, err, "%s%s", fault->what,
                        hint ? "; for CSV use --input-format csv" : "");
}

/* Finds the object in a record; -1: it is no item, and `err` says why. */
static int record_object(const struct input *in, const struct record *record,
                         struct slice *object, struct error *err)
{
    struct json_fault fault;
    *object = record->text;
    if (in->detect.format == INPUT_NDJSON && json_check(record->text, object, &fault) != 0)
        return not_json(in, &fault, err);
    if (json_type(*object) != JSON_OBJECT)
        return reader_error(&in->reader, (size_t)(object->data - record->text.data), err,
                            "an item must be a JSON object, this is %s",
                            record_type_name(*object));
    return 0;
}

/* A table read with the wrong delimiter is a good table of one column. */
static void look_at_header(const struct input *in)
{
    bool look = in->rows && in->index == 0 && !in->quiet;
    const char *other = look ? rows_other_delimiter(in->rows) : NULL;
    if (other)
        log_warning("%s: the header is one column, with %s in its name; if that is what stands "
                    "between cells, add --csv-delimiter %s",
                    in->reader.name, other, other);
}

static enum source_answer input_next(struct source *self, bool wait, struct item *item,
                                     struct error *err)
{
    struct input *in = (struct input *)self;
    struct record record;
    struct slice object;
    in->reader.patience = READER_PATIENCE;
    enum source_answer answer = record_next(in, wait, &record, err);
    if (answer != SOURCE_ITEM)
        return answer;
    look_at_header(in);
    buffer_reset(&item->json);
    item->broken = record.broken || record_object(in, &record, &object, &item->error) != 0;
    if (record.broken)
        item->error = *err;
    if (!item->broken)
        buffer_append_slice(&item->json, object);
    item->index = in->index++;
    reader_pass(&in->reader, record.length);
    return SOURCE_ITEM;
}

/* ---- opening ---- */

/* Puts everything where it is before the first byte. */
static void rewind_state(struct input *in)
{
    in->detect = in->first;
    in->array = (struct array){.max_bytes = in->max_item_bytes, .file = in->file};
    in->ndjson = (struct ndjson){.max_bytes = in->max_item_bytes};
    rows_free(in->rows);
    in->rows = NULL;
    reader_restart(&in->reader);
}

static struct input *input_new(const char *name, const struct input_options *options)
{
    struct input *in = memory_new(1, sizeof *in);
    in->source = (struct source){.next = input_next, .fd = -1};
    in->reader.name = memory_copy(name);
    in->reader.fd = -1;
    in->quiet = options->quiet;
    in->max_item_bytes = options->max_item_bytes ? options->max_item_bytes
                                                 : DEFAULT_MAX_ITEM_BYTES;
    if (in->max_item_bytes > INT64_MAX)
        in->max_item_bytes = INT64_MAX;
    return in;
}

/* Reads all records and counts them. */
static enum source_answer count_records(struct input *in, uint64_t *total, struct error *err)
{
    struct record record;
    enum source_answer answer;
    *total = 0;
    while ((answer = record_next(in, true, &record, err)) == SOURCE_ITEM) {
        ++*total;
        reader_pass(&in->reader, record.length);
    }
    return answer;
}

static void start_text(struct input *in, const char *json)
{
    rewind_state(in);
    in->reader.ended = true;
    in->reader.data = json;
    in->reader.length = strlen(json);
}

struct source *input_open_text(const char *json, const char *name,
                               const struct input_options *options, struct error *err)
{
    struct input *in = input_new(name, options);
    in->first = (struct detect){.format = INPUT_JSON, .text = true};
    start_text(in, json);
    if (count_records(in, &in->source.total, err) == SOURCE_FAILED) {
        input_free(&in->source);
        return NULL;
    }
    start_text(in, json);
    in->source.total_known = true;
    return &in->source;
}

/* Opens a file for reading, or takes standard input. Returns -1 with `err` filled. */
static int open_fd(const char *path, struct stat *about, struct error *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int why = 0;
    if (fd < 0 || fstat(fd, about) != 0)
        why = errno;
    else if (S_ISDIR(about->st_mode))
        why = EISDIR;
    if (!why)
        return fd;
    if (fd >= 0 && !standard)
        close(fd);
    return error_set(err, ERROR_FILE_NOT_FOUND, "cannot open %s: %s",
                     standard ? "standard input" : path, strerror(why));
}

/* Finds the total by reading the file twice. A file that fails on the way is left to fail again
 * where its items have come. */
static void count_first(struct input *in)
{
    struct reader *r = &in->reader;
    off_t start = lseek(r->fd, 0, SEEK_CUR);
    if (start < 0)
        return;
    struct error ignored;
    uint64_t total;
    bool whole = count_records(in, &total, &ignored) == SOURCE_END;
    if (lseek(r->fd, start, SEEK_SET) != start)
        BUG("a regular file that cannot be rewound");
    rewind_state(in);
    in->source.total_known = whole;
    in->source.total = whole ? total : 0;
}

struct source *input_open_file(const char *path, const struct input_options *options,
                               struct error *err)
{
    struct detect detect;
    struct stat about;
    if (detect_name(&detect, path, options, err) != 0)
        return NULL;
    int fd = open_fd(path, &about, err);
    if (fd < 0)
        return NULL;
    bool standard = strcmp(path, "-") == 0, regular = S_ISREG(about.st_mode);
    struct input *in = input_new(standard ? "stdin" : path, options);
    in->closes = !standard;
    in->file = true;
    in->reader.fd = fd;
    in->reader.polls = !regular;
    in->source.fd = regular ? -1 : fd;
    in->source.endless = !regular;
    in->first = detect;
    rewind_state(in);
    if (options->count && regular)
        count_first(in);
    return &in->source;
}

void input_free(struct source *source)
{
    if (!source)
        return;
    struct input *in = (struct input *)source;
    if (in->closes)
        close(in->reader.fd);
    reader_close(&in->reader);
    rows_free(in->rows);
    free(in);
}
