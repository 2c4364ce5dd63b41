/* SPDX-License-Identifier: MIT */

/* Bytes as gzip data, and packed as such: an NDJSON file is the same packed, in any pieces. */

#include "fuzz/items.h"

#include <zlib.h>

/* Packs `text` as one member. */
static void pack(struct slice text, int level, struct buffer *out)
{
    z_stream z = {0};
    MUST(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    size_t room = deflateBound(&z, text.length) + 64;
    z.next_out = (Bytef *)buffer_reserve(out, room);
    z.avail_out = (uInt)room;
    z.next_in = (Bytef *)text.data;
    z.avail_in = (uInt)text.length;
    MUST(deflate(&z, Z_FINISH) == Z_STREAM_END);
    out->length += room - z.avail_out;
    deflateEnd(&z);
}

static const struct input_options ndjson = {.format = INPUT_NDJSON};

static void as_gzip(struct slice text)
{
    struct items items = {0};
    items_read(text, &ndjson, &items);
    items_drip(text, &ndjson, 1, &items);
    items_drip(text, &ndjson, 30, &items);
    items_free(&items);
}

/* In two members, the cut anywhere. */
static void packed(struct slice text)
{
    struct random r = fuzz_random(text);
    size_t cut = (size_t)random_below(&r, text.length + 1);
    struct buffer gzip = {0};
    struct items plain = {0}, items = {0};
    pack((struct slice){text.data, cut}, (int)random_below(&r, 10), &gzip);
    pack((struct slice){text.data + cut, text.length - cut}, 6, &gzip);
    items_read(text, &ndjson, &plain);
    items_read(buffer_slice(&gzip), &ndjson, &items);
    MUST(slice_equal(buffer_slice(&plain.text), buffer_slice(&items.text)));
    MUST(plain.failed == items.failed);
    items_drip(buffer_slice(&gzip), &ndjson, 30, &plain);
    items_free(&plain);
    items_free(&items);
    buffer_free(&gzip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    bool is_gzip = size >= 2 && data[0] == 0x1F && data[1] == 0x8B;
    if (is_gzip)
        as_gzip(text);
    else
        packed(text);
    return 0;
}
