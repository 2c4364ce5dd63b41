/* SPDX-License-Identifier: MIT */
#include "input/input.h"

#include "base/memory.h"
#include "input/records.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_MAX_ITEM_BYTES (UINT64_C(64) << 20)

enum stage { MARK, FORMAT, RECORDS };

struct input {
    struct source source;
    struct reader reader;
    enum stage stage;
    enum input_format format; /* AUTO until the first byte decides */
    bool file, closes;
    uint64_t max_item_bytes;
    struct array array;
    struct ndjson ndjson;
    uint64_t index; /* of the next item */
};

/* ---- reading ---- */

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static bool could_be_mark(const struct reader *r)
{
    size_t count = r->length < 3 ? r->length : 3;
    return count == 0 || memcmp(r->data, byte_order_mark, count) == 0;
}

/* The first byte at hand that is no white space, which may be a NUL; NULL: there is none. */
static const char *first_byte(const struct reader *r)
{
    for (size_t i = 0; i < r->length; i++)
        if (!json_is_space(r->data[i]))
            return &r->data[i];
    return NULL;
}

/* Does what can be done before the first record; false: that takes more bytes. */
static bool begun(struct input *in)
{
    struct reader *r = &in->reader;
    if (in->stage == MARK) {
        if (r->length < 3 && could_be_mark(r) && !r->ended)
            return false;
        if (r->length >= 3 && could_be_mark(r)) {
            r->data += 3; /* no character of the text */
            r->length -= 3;
        }
        in->stage = FORMAT;
    }
    if (in->stage == FORMAT && in->format == INPUT_AUTO) {
        const char *first = first_byte(r);
        if (!first && !r->ended) {
            reader_pass(r, r->length);
            return false;
        }
        in->format = first && *first == '[' ? INPUT_JSON : INPUT_NDJSON;
    }
    in->stage = RECORDS;
    return true;
}

static enum source_answer record_next(struct input *in, bool wait, struct record *record,
                                      struct error *err)
{
    while (!begun(in)) {
        enum reader_answer more = reader_fill(&in->reader, wait, err);
        if (more == READER_LATER)
            return SOURCE_LATER;
        if (more == READER_FAILED)
            return SOURCE_FAILED;
    }
    if (in->format == INPUT_JSON)
        return array_next(&in->array, &in->reader, wait, record, err);
    return ndjson_next(&in->ndjson, &in->reader, wait, record, err);
}

/* Finds the object in a record; -1: it is no item, and `err` says why. */
static int record_object(const struct input *in, const struct record *record,
                         struct slice *object, struct error *err)
{
    const struct reader *r = &in->reader;
    struct json_fault fault;
    *object = record->text;
    if (record->too_long) {
        char size[RECORD_SIZE_TEXT];
        return reader_error(r, 0, err, "this line is longer than %s",
                            record_size_text(in->ndjson.max_bytes, size));
    }
    if (in->format == INPUT_NDJSON && json_check(record->text, object, &fault) != 0)
        return reader_error(r, fault.offset, err, "%s", fault.what);
    if (json_type(*object) != JSON_OBJECT)
        return reader_error(r, (size_t)(object->data - record->text.data), err,
                            "an item must be a JSON object, this is %s",
                            record_type_name(*object));
    return 0;
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
    item->index = in->index++;
    buffer_reset(&item->json);
    item->broken = record_object(in, &record, &object, &item->error) != 0;
    if (!item->broken)
        buffer_append_slice(&item->json, object);
    reader_pass(&in->reader, record.length);
    return SOURCE_ITEM;
}

/* ---- opening ---- */

/* Puts everything but the reader's bytes where they are before the first record. */
static void rewind_state(struct input *in, enum input_format format)
{
    in->format = format;
    in->stage = MARK;
    in->array = (struct array){.max_bytes = in->max_item_bytes, .file = in->file};
    in->ndjson = (struct ndjson){.max_bytes = in->max_item_bytes};
    in->reader.line = in->reader.column = 1;
}

static struct input *input_new(const char *name, const struct input_options *options)
{
    struct input *in = memory_new(1, sizeof *in);
    in->source = (struct source){.next = input_next, .fd = -1};
    in->reader.name = memory_copy(name);
    in->reader.fd = -1;
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

struct source *input_open_text(const char *json, const char *name,
                               const struct input_options *options, struct error *err)
{
    struct input *in = input_new(name, options);
    struct reader *r = &in->reader;
    r->ended = true;
    r->data = json;
    r->length = strlen(json);
    rewind_state(in, INPUT_JSON);
    if (count_records(in, &in->source.total, err) == SOURCE_FAILED) {
        input_free(&in->source);
        return NULL;
    }
    r->data = json;
    r->length = strlen(json);
    rewind_state(in, INPUT_JSON);
    in->source.total_known = true;
    return &in->source;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), tail = strlen(ending);
    return length > tail && strcasecmp(path + length - tail, ending) == 0;
}

static int format_of(const char *path, enum input_format *format, struct error *err)
{
    if (*format != INPUT_AUTO)
        return 0;
    if (ends_with(path, ".csv"))
        return error_set(err, ERROR_INPUT_INVALID,
                         "%s: CSV cannot be read yet; convert it to NDJSON or to a JSON array",
                         path);
    if (ends_with(path, ".json"))
        *format = INPUT_JSON;
    else if (ends_with(path, ".ndjson") || ends_with(path, ".jsonl"))
        *format = INPUT_NDJSON;
    return 0;
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
    enum input_format format = in->format;
    off_t start = lseek(r->fd, 0, SEEK_CUR);
    if (start < 0)
        return;
    struct error ignored;
    uint64_t total;
    bool whole = count_records(in, &total, &ignored) == SOURCE_END;
    if (lseek(r->fd, start, SEEK_SET) != start)
        BUG("a regular file that cannot be rewound");
    r->length = 0;
    r->ended = false;
    rewind_state(in, format);
    in->source.total_known = whole;
    in->source.total = whole ? total : 0;
}

struct source *input_open_file(const char *path, const struct input_options *options,
                               struct error *err)
{
    enum input_format format = options->format;
    struct stat about;
    if (format_of(path, &format, err) != 0)
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
    rewind_state(in, format);
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
    buffer_free(&in->reader.buffer);
    free(in->reader.name);
    free(in);
}
