/* SPDX-License-Identifier: MIT */
#include "unit/input/reading.h"

#include <poll.h>
#include <sys/resource.h>
#include <zlib.h>

/* Appends a gzip member that says `text`, or, with Z_SYNC_FLUSH, one that is not over. */
static void pack(struct buffer *to, struct slice text, int flush)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    size_t room = text.length + text.length / 100 + 100;
    z.next_in = (unsigned char *)text.data;
    z.avail_in = (unsigned)text.length;
    z.next_out = (unsigned char *)buffer_reserve(to, room);
    z.avail_out = (unsigned)room;
    assert_int_equal(deflate(&z, flush), flush == Z_FINISH ? Z_STREAM_END : Z_OK);
    to->length += room - z.avail_out;
    deflateEnd(&z);
}

static void read_all(const char *name, struct slice bytes, struct input_options options,
                     struct buffer *got)
{
    struct error err;
    write_file(name, bytes);
    struct source *source = input_open_file(name, &options, &err);
    assert_non_null(source);
    drain(source, got);
    input_free(source);
    unlink(name);
}

static void expect_bytes(const char *name, const struct buffer *bytes, const char *want)
{
    struct buffer got = {0};
    read_all(name, buffer_slice(bytes), (struct input_options){0}, &got);
    assert_string_equal(buffer_text(&got), want);
    buffer_free(&got);
}

static void expect_packed(const char *name, const char *text, const char *want)
{
    struct buffer packed = {0};
    pack(&packed, slice_of(text), Z_FINISH);
    expect_bytes(name, &packed, want);
    buffer_free(&packed);
}

/* ---- formats ---- */

static void the_ending_before_gz_tells_the_format(void **unused)
{
    (void)unused;
    expect_packed("a.csv.gz", "a,b\n1,2\n", "{\"a\":\"1\",\"b\":\"2\"}\nEND");
    expect_packed("a.tsv.GZ", "a\tb\n1\t2\n", "{\"a\":\"1\",\"b\":\"2\"}\nEND");
    expect_packed("a.ndjson.gz", "[1]\n{\"a\":1.0}\n",
                  "!a.ndjson.gz:1:1: an item must be a JSON object, this is an array\n"
                  "{\"a\":1.0}\nEND");
    expect_packed("a.json.gz", "[{\"a\":1.0}]", "{\"a\":1.0}\nEND");
    expect_packed("a.gz", "\xEF\xBB\xBF[{\"a\":1.0}]", "{\"a\":1.0}\nEND");
    expect_packed("a.gz", "{}", "{}\nEND");
    expect_packed("a.csv.gz", "", "END");
}

static void the_content_tells_gzip_where_the_name_does_not(void **unused)
{
    (void)unused;
    expect_packed("a.csv", "a,b\n1,2\n", "{\"a\":\"1\",\"b\":\"2\"}\nEND");
    expect_packed("a", "[{}]", "{}\nEND");
    expect("b.ndjson", "\x1F\n", "!b.ndjson:1:1: expected a value\nEND");
}

static void what_is_called_gz_must_be_gzip(void **unused)
{
    (void)unused;
    static const char want[] = "FAILED a.json.gz: this is not gzip, as its name says";
    static const char *const texts[] = {"", "\x1F", "[{}]"};
    for (size_t i = 0; i < 3; i++) {
        struct buffer bytes = {0}, got = {0};
        buffer_append_text(&bytes, texts[i]);
        read_all("a.json.gz", buffer_slice(&bytes), (struct input_options){.count = true},
                 &got);
        assert_string_equal(buffer_text(&got), want);
        buffer_free(&bytes);
        buffer_free(&got);
    }
}

/* ---- members ---- */

static void members_are_one_text_and_zeros_are_padding(void **unused)
{
    (void)unused;
    struct buffer packed = {0};
    pack(&packed, slice_of("{\"a\":1}\n{\"b"), Z_FINISH);
    pack(&packed, slice_of(""), Z_FINISH);
    buffer_append(&packed, "\0\0", 2);
    pack(&packed, slice_of("\":2}\n"), Z_FINISH);
    expect_bytes("a.ndjson.gz", &packed, "{\"a\":1}\n{\"b\":2}\nEND");
    buffer_append(&packed, "\0\0\0", 3);
    expect_bytes("a.ndjson.gz", &packed, "{\"a\":1}\n{\"b\":2}\nEND");
    buffer_free(&packed);
}

static void what_follows_must_be_gzip(void **unused)
{
    (void)unused;
    struct buffer packed = {0}, want = {0};
    pack(&packed, slice_of("{}\n"), Z_FINISH);
    buffer_append_format(
        &want,
        "{}\nFAILED a.ndjson.gz: the gzip data is broken after %zu bytes: what "
        "follows is not gzip",
        packed.length + 2);
    buffer_append_text(&packed, "{}\n");
    expect_bytes("a.ndjson.gz", &packed, buffer_text(&want));
    buffer_free(&packed);
    buffer_free(&want);
}

/* ---- damage ---- */

static void numbers(struct buffer *to, int count)
{
    for (int i = 0; i < count; i++)
        buffer_append_format(to, "{\"n\":%d}\n", i * 7919);
}

static void cut_short_the_input_ends_there(void **unused)
{
    (void)unused;
    struct buffer text = {0}, packed = {0};
    numbers(&text, 100);
    pack(&packed, buffer_slice(&text), Z_FINISH);
    for (size_t length = 2; length < packed.length; length++) {
        struct buffer got = {0}, want = {0};
        read_all("a.ndjson.gz", (struct slice){packed.data, length}, (struct input_options){0},
                 &got);
        const char *failed = strstr(buffer_text(&got), "FAILED");
        assert_non_null(failed);
        size_t items = (size_t)(failed - got.data);
        assert_memory_equal(got.data, text.data, items);
        buffer_append_format(
            &want,
            "FAILED a.ndjson.gz: the gzip data is cut short: it ends after %zu "
            "bytes",
            length);
        assert_string_equal(failed, buffer_text(&want));
        /* The trailer holds no text: all items have come by then. */
        if (length >= packed.length - 8)
            assert_int_equal(items, text.length);
        buffer_free(&got);
        buffer_free(&want);
    }
    buffer_free(&text);
    buffer_free(&packed);
}

static void damage_is_never_the_end(void **unused)
{
    (void)unused;
    struct buffer text = {0}, packed = {0};
    numbers(&text, 50);
    pack(&packed, buffer_slice(&text), Z_FINISH);
    for (size_t at = 10; at < packed.length; at++) {
        struct buffer got = {0};
        packed.data[at] ^= 0x10;
        read_all("a.ndjson.gz", buffer_slice(&packed), (struct input_options){0}, &got);
        packed.data[at] ^= 0x10;
        if (!strstr(buffer_text(&got), "FAILED a.ndjson.gz: the gzip data is "))
            fail_msg("byte %zu: %s", at, buffer_text(&got));
        buffer_free(&got);
    }
    packed.data[packed.length - 5] ^= 1;
    buffer_append_format(&text,
                         "FAILED a.ndjson.gz: the gzip data is broken after %zu bytes: "
                         "incorrect data check",
                         packed.length - 4);
    expect_bytes("a.ndjson.gz", &packed, buffer_text(&text));
    buffer_free(&text);
    buffer_free(&packed);
}

/* ---- counting, chunks, pipes ---- */

static void counting_unpacks_twice(void **unused)
{
    (void)unused;
    struct buffer text = {0}, packed = {0}, got = {0};
    struct error err;
    numbers(&text, 20000);
    pack(&packed, buffer_slice(&text), Z_FINISH);
    write_file("a.ndjson.gz", buffer_slice(&packed));
    struct source *source = input_open_file("a.ndjson.gz",
                                            &(struct input_options){.count = true}, &err);
    assert_true(source->total_known);
    assert_int_equal(source->total, 20000);
    assert_false(source->endless);
    drain(source, &got);
    buffer_append_text(&text, "END");
    assert_string_equal(buffer_text(&got), buffer_text(&text));
    input_free(source);
    unlink("a.ndjson.gz");
    buffer_free(&text);
    buffer_free(&packed);
    buffer_free(&got);
}

static void pieces_make_no_difference(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "\xEF\xBB\xBF[{\"a\":\"\xE2\x82\xAC\"},12,{\"b\":[1,2,{}]}]",
        "{\"a\":1}\r\n\n{\"b\"}\n{\"c\":3}",
        "[{}]\n ]",
        "",
    };
    struct random r = random_seeded(3);
    for (size_t round = 0; round < 400; round++) {
        const char *text = texts[round % 4];
        struct buffer packed = {0}, plain = {0}, pieces = {0};
        size_t cut = random_below(&r, strlen(text) + 1);
        int none = -1, writer;
        struct error err;
        pack(&packed, (struct slice){text, cut}, Z_FINISH);
        pack(&packed, slice_of(text + cut), Z_FINISH);
        write_file("whole", slice_of(text));
        struct source *file = input_open_file("whole", &(struct input_options){0}, &err);
        struct source *pipe = open_pipe(&writer, (struct input_options){0});
        drip_by(file, &none, slice_of(text), &r, 7, &plain);
        drip_by(pipe, &writer, buffer_slice(&packed), &r, 1 + round % 30, &pieces);
        assert_string_equal(buffer_text(&pieces), buffer_text(&plain));
        input_free(file);
        input_free(pipe);
        buffer_free(&packed);
        buffer_free(&plain);
        buffer_free(&pieces);
    }
    unlink("whole");
}

static void a_quiet_pipe_keeps_nothing_back(void **unused)
{
    (void)unused;
    struct buffer text = {0}, packed = {0};
    struct item item = {0};
    struct error err;
    int writer;
    numbers(&text, 100000);
    pack(&packed, buffer_slice(&text), Z_SYNC_FLUSH);
    struct source *source = open_pipe(&writer, (struct input_options){0});
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    uint64_t items = 0;
    for (size_t sent = 0; sent < packed.length;) {
        size_t count = packed.length - sent < 30000 ? packed.length - sent : 30000;
        assert_int_equal(write(writer, packed.data + sent, count), count);
        sent += count;
        while (source->next(source, false, &item, &err) == SOURCE_ITEM)
            assert_int_equal(item.index, items++);
        while (poll(&(struct pollfd){.fd = source->fd, .events = POLLIN}, 1, 0) > 0)
            while (source->next(source, false, &item, &err) == SOURCE_ITEM)
                assert_int_equal(item.index, items++);
    }
    assert_int_equal(items, 100000);
    close(writer);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_FAILED);
    input_free(source);
    buffer_free(&item.json);
    buffer_free(&text);
    buffer_free(&packed);
}

/* The line unpacks to more than is read at once, from bytes that have all been taken from the
 * pipe: nothing there would say that there is more. */
static void what_was_taken_from_a_pipe_is_used(void **unused)
{
    (void)unused;
    struct buffer text = {0}, packed = {0};
    struct item item = {0};
    struct error err;
    int writer;
    buffer_append_text(&text, "{\"a\":\"");
    memset(buffer_reserve(&text, 8 << 20), 'x', 8 << 20);
    text.length += 8 << 20;
    buffer_append_text(&text, "\"}\n");
    pack(&packed, buffer_slice(&text), Z_SYNC_FLUSH);
    struct source *source = open_pipe(&writer, (struct input_options){0});
    assert_int_equal(write(writer, packed.data, packed.length), packed.length);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_ITEM);
    assert_int_equal(item.json.length, text.length - 1);
    close(writer);
    input_free(source);
    buffer_free(&item.json);
    buffer_free(&text);
    buffer_free(&packed);
}

/* ---- bombs ---- */

static void what_unpacks_without_end_is_put_off_and_takes_no_memory(void **unused)
{
    (void)unused;
    struct buffer text = {0}, packed = {0};
    struct item item = {0};
    struct error err;
    struct rusage before, after;
    unsigned later = 0;
    memset(buffer_reserve(&text, 16 << 20), 'x', 16 << 20);
    text.length = 16 << 20;
    for (int i = 0; i < 20; i++)
        pack(&packed, buffer_slice(&text), Z_FINISH);
    buffer_free(&text);
    write_file("bomb.gz", buffer_slice(&packed));
    struct source *source = input_open_file(
        "bomb.gz", &(struct input_options){.max_item_bytes = 100000}, &err);
    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_ITEM);
    assert_true(item.broken);
    enum source_answer answer;
    while ((answer = source->next(source, false, &item, &err)) == SOURCE_LATER) {
        assert_int_equal(poll(&(struct pollfd){.fd = source->fd, .events = POLLIN}, 1, 0), 1);
        later++;
    }
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(answer, SOURCE_END);
    assert_in_range(later, 320 / 8 - 5, 320);
    assert_true(after.ru_maxrss - before.ru_maxrss < 16 << 10);
    input_free(source);
    unlink("bomb.gz");
    buffer_free(&packed);
    buffer_free(&item.json);
}

static void empty_members_without_end_are_put_off(void **unused)
{
    (void)unused;
    struct buffer packed = {0};
    struct item item = {0};
    struct error err;
    for (int i = 0; i < 20000; i++)
        pack(&packed, slice_of(""), Z_FINISH);
    write_file("a.gz", buffer_slice(&packed));
    struct source *source = input_open_file("a.gz", &(struct input_options){0}, &err);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    while (source->next(source, false, &item, &err) == SOURCE_LATER)
        ;
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_END);
    input_free(source);
    unlink("a.gz");
    buffer_free(&packed);
    buffer_free(&item.json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ending_before_gz_tells_the_format),
        cmocka_unit_test(the_content_tells_gzip_where_the_name_does_not),
        cmocka_unit_test(what_is_called_gz_must_be_gzip),
        cmocka_unit_test(members_are_one_text_and_zeros_are_padding),
        cmocka_unit_test(what_follows_must_be_gzip),
        cmocka_unit_test(cut_short_the_input_ends_there),
        cmocka_unit_test(damage_is_never_the_end),
        cmocka_unit_test(counting_unpacks_twice),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(a_quiet_pipe_keeps_nothing_back),
        cmocka_unit_test(what_was_taken_from_a_pipe_is_used),
        cmocka_unit_test(what_unpacks_without_end_is_put_off_and_takes_no_memory),
        cmocka_unit_test(empty_members_without_end_are_put_off),
    };
    return cmocka_run_group_tests(tests, reading_set_up, reading_tear_down);
}
