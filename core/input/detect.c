/* SPDX-License-Identifier: MIT */
#include "input/detect.h"

#include <strings.h>

/* ---- by name ---- */

static bool ends_with(struct slice path, const char *ending)
{
    size_t tail = strlen(ending);
    return path.length > tail && strncasecmp(path.data + path.length - tail, ending, tail) == 0;
}

static enum input_format format_of(struct slice path)
{
    static const struct {
        const char *ending;
        enum input_format format;
    } endings[] = {
        {".json", INPUT_JSON}, {".ndjson", INPUT_NDJSON}, {".jsonl", INPUT_NDJSON},
        {".csv", INPUT_CSV},   {".tsv", INPUT_CSV},
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(path, endings[i].ending))
            return endings[i].format;
    return INPUT_AUTO;
}

int detect_name(struct detect *d, const char *path, const struct input_options *options,
                struct error *err)
{
    struct slice name = slice_of(path);
    *d = (struct detect){.gzip = ends_with(name, ".gz")};
    if (d->gzip)
        name.length -= strlen(".gz");
    d->format = options->format ? options->format : format_of(name);
    if (d->format == INPUT_AUTO && options->csv_delimiter)
        d->format = INPUT_CSV;
    if (d->format != INPUT_CSV && options->csv_delimiter)
        return error_set(
            err, ERROR_USAGE,
            "%s is not read as CSV, so --csv-delimiter has nothing to say; for CSV "
            "add --input-format csv",
            path);
    d->delimiter = options->csv_delimiter    ? options->csv_delimiter
                   : ends_with(name, ".tsv") ? '\t'
                                             : ',';
    return 0;
}

/* ---- by content ---- */

enum stage { MAGIC, MARK, FORMAT, RECORDS };

/* Do the bytes at hand start with `mark`, as far as they go? */
static bool could_be(const struct reader *r, const char *mark)
{
    size_t length = strlen(mark), count = r->length < length ? r->length : length;
    return count == 0 || memcmp(r->data, mark, count) == 0;
}

static bool undecided(const struct reader *r, const char *mark)
{
    return r->length < strlen(mark) && could_be(r, mark) && !r->ended;
}

static enum source_answer look_for_gzip(struct detect *d, struct reader *r, struct error *err)
{
    if (undecided(r, GZIP_MAGIC))
        return SOURCE_LATER;
    d->stage = MARK;
    if (r->length >= strlen(GZIP_MAGIC) && could_be(r, GZIP_MAGIC)) {
        reader_unpack(r);
        return SOURCE_LATER;
    }
    if (!d->gzip)
        return SOURCE_ITEM;
    error_set(err, ERROR_INPUT_INVALID, "%s: this is not gzip, as its name says", r->name);
    return SOURCE_FAILED;
}

static enum source_answer look_for_mark(struct detect *d, struct reader *r)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    size_t length = strlen(byte_order_mark);
    if (undecided(r, byte_order_mark))
        return SOURCE_LATER;
    if (r->length >= length && could_be(r, byte_order_mark)) {
        r->data += length; /* no character of the text */
        r->length -= length;
    }
    d->stage = FORMAT;
    return SOURCE_ITEM;
}

/* White space before the first record is passed whatever the format turns out to be: it may
 * come alone, and a first line must not be longer for having come in one piece with it. */
static enum source_answer look_for_format(struct detect *d, struct reader *r)
{
    if (d->format == INPUT_AUTO) {
        reader_pass_space(r);
        if (r->length == 0 && !r->ended)
            return SOURCE_LATER;
        d->format = r->length && *r->data == '[' ? INPUT_JSON : INPUT_NDJSON;
        d->guessed = r->length && *r->data != '[' && *r->data != '{';
    }
    d->stage = RECORDS;
    return SOURCE_ITEM;
}

enum source_answer detect_next(struct detect *d, struct reader *r, struct error *err)
{
    enum source_answer answer = SOURCE_ITEM;
    if (d->stage == MAGIC && d->text)
        d->stage = MARK;
    if (d->stage == MAGIC)
        answer = look_for_gzip(d, r, err);
    if (answer == SOURCE_ITEM && d->stage == MARK)
        answer = look_for_mark(d, r);
    if (answer == SOURCE_ITEM && d->stage == FORMAT)
        answer = look_for_format(d, r);
    return answer;
}
