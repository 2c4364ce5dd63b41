/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "unit/input/reading.h"

/* ---- rows ---- */

static void each_row_is_an_object_of_text(void **unused)
{
    (void)unused;
    expect("a.csv", "id,name,n\n007,\xE2\x82\xAC uro,1.0\n1e400, x ,true\n",
           "{\"id\":\"007\",\"name\":\"\xE2\x82\xAC uro\",\"n\":\"1.0\"}\n"
           "{\"id\":\"1e400\",\"name\":\" x \",\"n\":\"true\"}\nEND");
}

static void names_keep_their_order_and_their_spelling(void **unused)
{
    (void)unused;
    expect("a.csv", "z, a,\"q\"\"\n\t\"\n1,2,3",
           "{\"z\":\"1\",\" a\":\"2\",\"q\\\"\\n\\t\":\"3\"}\nEND");
}

static void quotes_hold_delimiters_line_ends_and_quotes(void **unused)
{
    (void)unused;
    expect("a.csv", "a,b\n\"x,y\",\"1\r\n\n2\"\n\"\"\"\",\"say \"\"hi\"\"\"\n\" a \",\"\t\"",
           "{\"a\":\"x,y\",\"b\":\"1\\r\\n\\n2\"}\n{\"a\":\"\\\"\",\"b\":\"say \\\"hi\\\"\"}\n"
           "{\"a\":\" a \",\"b\":\"\\t\"}\nEND");
}

static void any_line_end_ends_a_row(void **unused)
{
    (void)unused;
    static const char want[] = "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"3\",\"b\":\"4\"}\nEND";
    expect("a.csv", "a,b\n1,2\n3,4\n", want);
    expect("a.csv", "a,b\r\n1,2\r\n3,4\r\n", want);
    expect("a.csv", "a,b\r1,2\r3,4", want);
    expect("a.csv", "\xEF\xBB\xBF\n\n\r\na,b\n\n\n1,2\n\r\n3,4\n\n", want);
    expect("a.csv", "\xEF\xBB\xBF\"a\",b\n1,2\n3,\"4\"", want);
}

static void empty_cells_are_empty_text(void **unused)
{
    (void)unused;
    expect("a.csv", "a,b,c\n,,\n\"\",x,\n,,\"\"",
           "{\"a\":\"\",\"b\":\"\",\"c\":\"\"}\n{\"a\":\"\",\"b\":\"x\",\"c\":\"\"}\n"
           "{\"a\":\"\",\"b\":\"\",\"c\":\"\"}\nEND");
    expect("a.csv", "a\n\n\"\"\n \n", "{\"a\":\"\"}\n{\"a\":\" \"}\nEND");
}

static void a_header_alone_has_no_items(void **unused)
{
    (void)unused;
    expect("a.csv", "a,b\n", "END");
    expect("a.csv", "a,b", "END");
    expect("a.csv", "", "END");
    expect("a.csv", "\n\r\n", "END");
    expect("a.csv", "\xEF\xBB\xBF", "END");
}

static void nul_bytes_are_text(void **unused)
{
    (void)unused;
    static const char text[] = "a,b\n\0,x\0y\n";
    struct buffer got = {0};
    struct error err;
    write_file("a.csv", (struct slice){text, sizeof text - 1});
    struct source *source = input_open_file("a.csv", &(struct input_options){0}, &err);
    drain(source, &got);
    assert_string_equal(buffer_text(&got), "{\"a\":\"\\u0000\",\"b\":\"x\\u0000y\"}\nEND");
    input_free(source);
    buffer_free(&got);
    unlink("a.csv");
}

/* ---- formats and delimiters ---- */

static void the_delimiter_is_what_the_option_or_the_ending_says(void **unused)
{
    (void)unused;
    static const char want[] = "{\"a\":\"1,5\",\"b\":\"2\"}\nEND";
    expect("a.tsv", "a\tb\n1,5\t2\n", want);
    expect("A.TSV", "a\tb\n1,5\t2\n", want);
    expect_options("a.csv", "a;b\n1,5;2\n", (struct input_options){.csv_delimiter = ';'}, want);
    expect_options("a.tsv", "a;b\n1,5;2\n", (struct input_options){.csv_delimiter = ';'}, want);
    expect_options("a.txt", "a|b\n1,5|2\n", (struct input_options){.csv_delimiter = '|'}, want);
    expect_options("a.csv", "a b\n1,5 2\n", (struct input_options){.csv_delimiter = ' '}, want);
    expect_options("a.json", "a,b\n1,2\n", (struct input_options){.format = INPUT_CSV},
                   "{\"a\":\"1\",\"b\":\"2\"}\nEND");
}

static void a_delimiter_for_what_is_no_csv_is_refused(void **unused)
{
    (void)unused;
    struct error err;
    struct input_options options = {.csv_delimiter = ';'};
    assert_null(input_open_file("a.json", &options, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_string_equal(err.message,
                        "a.json is not read as CSV, so --csv-delimiter has nothing "
                        "to say; for CSV add --input-format csv");
}

/* ---- what is wrong with a row alone ---- */

static void a_row_of_another_length_is_broken_alone(void **unused)
{
    (void)unused;
    expect("users.csv", "a,b\n1\n1,2\n\"x\ny\",2,3\n1,2,\n3,4\n",
           "!users.csv:2:1: this row has 1 cell, the header has 2\n{\"a\":\"1\",\"b\":\"2\"}\n"
           "!users.csv:4:1: this row has 3 cells, the header has 2\n"
           "!users.csv:6:1: this row has 3 cells, the header has 2\n"
           "{\"a\":\"3\",\"b\":\"4\"}\nEND");
}

static void a_row_that_is_not_utf8_is_broken_alone(void **unused)
{
    (void)unused;
    expect(
        "users.csv",
        "a,b\n\xC3\xA9\xC3\xA9,\xFFx\n\"x\n12345678abc\xC3\",2\n1,abcdefghijk\xE2\x82\n3,4\n",
        "!users.csv:2:4: not UTF-8\n!users.csv:4:12: not UTF-8\n"
        "!users.csv:5:14: not UTF-8\n{\"a\":\"3\",\"b\":\"4\"}\nEND");
}

/* ---- what nobody can read on after ---- */

static void a_header_must_name_each_column_once(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"a,,c\n1,2,3\n", "FAILED u.csv:1:3: column 2 has no name"},
        {"a,b,\"\"\n1,2,3\n", "FAILED u.csv:1:5: column 3 has no name"},
        {"a,b,\n1,2,3\n", "FAILED u.csv:1:5: column 3 has no name"},
        {"b,\"x\"\"\n,\",\xC3\xA9,b,b\n", "FAILED u.csv:2:6: column 4 is another \"b\""},
        {"c,\"b\",a,c,b\n", "FAILED u.csv:1:9: column 4 is another \"c\""},
        {"\n\na,\xFF\n", "FAILED u.csv:3:3: not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect("u.csv", cases[i][0], cases[i][1]);
}

static void a_wrong_quote_ends_the_input_where_it_is(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"a,b\n1,2\n\"x\" ,2\n3,4\n", "{\"a\":\"1\",\"b\":\"2\"}\nFAILED u.csv:3:4: text after "
                                      "the quote that ends a cell; a "
                                      "quote inside a cell must be doubled"},
        {"a,b\n1,\"\xC3\xA9\n\"\"\"x\n",
         "FAILED u.csv:3:4: text after the quote that ends a cell; a quote inside a cell must "
         "be doubled"},
        {"a,b\n\"1,2\",5\" x\n3,4\n",
         "FAILED u.csv:2:8: a quote in a cell that does not start with one; put the cell in "
         "quotes and double those inside it"},
        {"a,b\n1, \"2\"\n",
         "FAILED u.csv:2:4: a quote in a cell that does not start with one; put the cell in "
         "quotes and double those inside it"},
        {"a,b\n1,2\n3,\"x,\n4,5\n",
         "{\"a\":\"1\",\"b\":\"2\"}\nFAILED u.csv:3:3: this quote is never closed"},
        {"a,b\n\"", "FAILED u.csv:2:1: this quote is never closed"},
        {"a,\"b", "FAILED u.csv:1:3: this quote is never closed"},
        {"a,b\"\n", "FAILED u.csv:1:4: a quote in a cell that does not start with one; put the "
                    "cell in quotes and double those inside it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect("u.csv", cases[i][0], cases[i][1]);
}

static void a_row_beyond_the_limit_ends_the_input(void **unused)
{
    (void)unused;
    struct input_options options = {.max_item_bytes = 20};
    expect_options("a.csv", "a,b\r\n345678901,345678901\n12345678901234567890\n", options,
                   "!a.csv:2:1: as JSON, this row is larger than 20 bytes\n"
                   "!a.csv:3:1: this row has 1 cell, the header has 2\nEND");
    expect_options("a.csv", "a\n1\n\"2\n4567890123456789012345\n", options,
                   "{\"a\":\"1\"}\nFAILED a.csv:3:1: this row is larger than 20 bytes; is a "
                   "quote in it never closed?");
    expect_options("a.csv", "a,b,c,d,e,f,g,h,i,j,k\n", options,
                   "FAILED a.csv:1:1: this row is larger than 20 bytes; is a quote in it never "
                   "closed?");
}

/* ---- totals ---- */

static void counting_counts_rows(void **unused)
{
    (void)unused;
    struct error err;
    struct buffer got = {0};
    write_file("a.csv", slice_of("a,b\n1,\"x\ny\"\n\n3\n4,5"));
    struct source *source = input_open_file("a.csv", &(struct input_options){.count = true},
                                            &err);
    assert_true(source->total_known);
    assert_int_equal(source->total, 3);
    drain(source, &got);
    assert_string_equal(buffer_text(&got), "{\"a\":\"1\",\"b\":\"x\\ny\"}\n"
                                           "!a.csv:5:1: this row has 1 cell, the header has 2\n"
                                           "{\"a\":\"4\",\"b\":\"5\"}\nEND");
    input_free(source);
    buffer_free(&got);
    unlink("a.csv");
}

/* ---- chunks ---- */

static void whole_and_piecewise(struct slice text, struct input_options options,
                                struct random *r, size_t most)
{
    struct buffer whole = {0}, pieces = {0};
    struct error err;
    int none = -1, writer;
    write_file("whole", text);
    struct source *file = input_open_file("whole", &options, &err);
    struct source *pipe = open_pipe(&writer, options);
    drip_by(file, &none, text, r, most, &whole);
    drip_by(pipe, &writer, text, r, most, &pieces);
    assert_string_equal(buffer_text(&pieces), buffer_text(&whole));
    input_free(file);
    input_free(pipe);
    buffer_free(&whole);
    buffer_free(&pieces);
}

static void pieces_make_no_difference(void **unused)
{
    (void)unused;
    static const char alphabet[] = "\"\"\",,,\n\n\r\nab\xC3\xA9 ;\xFF";
    struct input_options options = {.format = INPUT_CSV, .max_item_bytes = 60};
    struct random r = random_seeded(7);
    for (size_t round = 0; round < 3000; round++) {
        struct buffer text = {0};
        buffer_append_text(&text, random_below(&r, 2) ? "\xEF\xBB\xBF"
                                                        "a,\"b\"\r\n"
                                                      : "x,y\n");
        for (uint64_t left = random_below(&r, 60); left; left--)
            buffer_append_char(&text, alphabet[random_below(&r, sizeof alphabet - 1)]);
        whole_and_piecewise(buffer_slice(&text), options, &r, 1 + round % 9);
        buffer_free(&text);
    }
    unlink("whole");
}

/* Writes a cell as some program might. */
static void write_cell(struct buffer *to, struct slice text, struct random *r)
{
    bool needed = text.length &&
                  (memchr(text.data, ',', text.length) || memchr(text.data, '"', text.length) ||
                   memchr(text.data, '\n', text.length) ||
                   memchr(text.data, '\r', text.length));
    if (!needed && text.length && random_below(r, 2)) {
        buffer_append_slice(to, text);
        return;
    }
    buffer_append_char(to, '"');
    for (size_t i = 0; i < text.length; i++) {
        buffer_append_char(to, text.data[i]);
        if (text.data[i] == '"')
            buffer_append_char(to, '"');
    }
    buffer_append_char(to, '"');
}

static void random_cell(struct buffer *to, struct random *r)
{
    static const char *const bits[] = {
        "\"", ",",   "\n", "\r\n", "\r", " ", "\t", "x", "007", "\xC3\xA9", "\xF0\x9F\x98\x80",
        "\\", "\x01"};
    buffer_reset(to);
    for (uint64_t left = random_below(r, 9); left; left--)
        buffer_append_text(to, bits[random_below(r, sizeof bits / sizeof *bits)]);
}

static void every_table_comes_back_as_it_was(void **unused)
{
    (void)unused;
    static const char *const names[] = {"a", "b\"", "c,\n"};
    struct random r = random_seeded(11);
    for (size_t round = 0; round < 500; round++) {
        struct buffer text = {0}, want = {0}, got = {0}, cell = {0};
        const char *end = random_below(&r, 2) ? "\n" : "\r\n";
        struct error err;
        buffer_append_format(&text, "a,\"b\"\"\",\"c,\n\"%s", end);
        for (uint64_t row = random_below(&r, 6); row; row--) {
            for (size_t i = 0; i < 3; i++) {
                random_cell(&cell, &r);
                buffer_append_char(&want, i ? ',' : '{');
                json_string_encode(slice_of(names[i]), &want);
                buffer_append_char(&want, ':');
                json_string_encode(buffer_slice(&cell), &want);
                buffer_append_text(&text, i ? "," : "");
                write_cell(&text, buffer_slice(&cell), &r);
            }
            buffer_append_text(&want, "}\n");
            buffer_append_text(&text, row > 1 || random_below(&r, 2) ? end : "");
        }
        buffer_append_text(&want, "END");
        write_file("a.csv", buffer_slice(&text));
        struct source *source = input_open_file("a.csv", &(struct input_options){0}, &err);
        drain(source, &got);
        assert_string_equal(buffer_text(&got), buffer_text(&want));
        input_free(source);
        buffer_free(&text);
        buffer_free(&want);
        buffer_free(&got);
        buffer_free(&cell);
    }
    unlink("a.csv");
}

static void large_cells_pass_whole_across_chunks(void **unused)
{
    (void)unused;
    struct buffer cell = {0}, text = {0}, want = {0};
    for (int i = 0; i < 700000; i++)
        buffer_append_text(&cell, i % 3 ? "x" : "\xE2\x82\xAC");
    buffer_append_format(&text, "a,b\n1,%s\n\"%s\",2\n1,\"", buffer_text(&cell),
                         buffer_text(&cell));
    buffer_append_format(&want,
                         "{\"a\":\"1\",\"b\":\"%s\"}\n{\"a\":\"%s\",\"b\":\"2\"}\n"
                         "FAILED a.csv:4:3: this quote is never closed",
                         buffer_text(&cell), buffer_text(&cell));
    expect("a.csv", buffer_text(&text), buffer_text(&want));
    buffer_free(&cell);
    buffer_free(&text);
    buffer_free(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_an_object_of_text),
        cmocka_unit_test(names_keep_their_order_and_their_spelling),
        cmocka_unit_test(quotes_hold_delimiters_line_ends_and_quotes),
        cmocka_unit_test(any_line_end_ends_a_row),
        cmocka_unit_test(empty_cells_are_empty_text),
        cmocka_unit_test(a_header_alone_has_no_items),
        cmocka_unit_test(nul_bytes_are_text),
        cmocka_unit_test(the_delimiter_is_what_the_option_or_the_ending_says),
        cmocka_unit_test(a_delimiter_for_what_is_no_csv_is_refused),
        cmocka_unit_test(a_row_of_another_length_is_broken_alone),
        cmocka_unit_test(a_row_that_is_not_utf8_is_broken_alone),
        cmocka_unit_test(a_header_must_name_each_column_once),
        cmocka_unit_test(a_wrong_quote_ends_the_input_where_it_is),
        cmocka_unit_test(a_row_beyond_the_limit_ends_the_input),
        cmocka_unit_test(counting_counts_rows),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(every_table_comes_back_as_it_was),
        cmocka_unit_test(large_cells_pass_whole_across_chunks),
    };
    return cmocka_run_group_tests(tests, reading_set_up, reading_tear_down);
}
