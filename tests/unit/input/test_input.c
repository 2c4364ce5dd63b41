/* SPDX-License-Identifier: MIT */
#include "unit/input/reading.h"

#include <signal.h>
#include <sys/time.h>

/* ---- arrays ---- */

static void an_array_gives_its_elements_as_they_stand(void **unused)
{
    (void)unused;
    expect("a.json", " [ {\"a\": 1.0} ,\n{\"b\" :\"\\u0041\",\n \"b\":9007199254740993}\t] \n",
           "{\"a\": 1.0}\n{\"b\" :\"\\u0041\",\n \"b\":9007199254740993}\nEND");
    expect("a.json", "[]", "END");
    expect("a.json", "\xEF\xBB\xBF[{}]", "{}\nEND");
}

static void an_element_that_is_no_object_is_broken_alone(void **unused)
{
    (void)unused;
    expect("users.json", "[\n{},\n\n12, \"x\",[{}],null,true,\n{\"a\":1}]",
           "{}\n!users.json:4:1: an item must be a JSON object, this is a number\n"
           "!users.json:4:5: an item must be a JSON object, this is a string\n"
           "!users.json:4:9: an item must be a JSON object, this is an array\n"
           "!users.json:4:14: an item must be a JSON object, this is null\n"
           "!users.json:4:19: an item must be a JSON object, this is true\n{\"a\":1}\nEND");
}

static void a_broken_array_ends_where_it_breaks(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"[{\"a\":1},\n {\"b\" 2},{}]",
         "{\"a\":1}\nFAILED u.json:2:7: expected ':' after the key"},
        {"[{}\n{}]", "{}\nFAILED u.json:2:1: expected ',' or ']'"},
        {"[{},]", "{}\nFAILED u.json:1:5: expected a value"},
        {"[,{}]", "FAILED u.json:1:2: expected a value"},
        {"[{}", "{}\nFAILED u.json:1:4: the text ends inside the array"},
        {"[1", "!u.json:1:2: an item must be a JSON object, this is a number\n"
               "FAILED u.json:1:3: the text ends inside the array"},
        {"[", "FAILED u.json:1:2: the text ends inside the array"},
        {"[{\"a\":\"x", "FAILED u.json:1:9: the text ends inside a string"},
        {"[{}]\n []", "{}\nFAILED u.json:2:2: expected the end of the input after the array"},
        {"[{\"\xC3\xA9\":\"\xFF\"}]", "FAILED u.json:1:8: not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect("u.json", cases[i][0], cases[i][1]);
}

static void what_is_no_array_says_what_it_is(void **unused)
{
    (void)unused;
    expect(
        "users.json", "{\"a\":1}\n{\"a\":2}\n",
        "FAILED users.json:1:1: expected a JSON array of objects, this is an object; for one "
        "object a line use --input-format ndjson");
    expect("u.json", "\n 12",
           "FAILED u.json:2:2: expected a JSON array of objects, this is a number");
    expect("u.json", "name,age\n", "FAILED u.json:1:1: expected a JSON array of objects");
}

/* An object of `levels` levels. */
static void nest(struct buffer *to, size_t levels)
{
    buffer_append_text(to, "{\"a\":");
    for (size_t i = 1; i < levels; i++)
        buffer_append_char(to, '[');
    buffer_append_text(to, "\"]\\\"]}\\\\\"");
    for (size_t i = 1; i < levels; i++)
        buffer_append_char(to, ']');
    buffer_append_char(to, '}');
}

static void an_element_nested_too_deep_is_broken_alone(void **unused)
{
    (void)unused;
    struct buffer text = {0}, want = {0};
    buffer_append_text(&text, "[{},\n");
    nest(&text, 1001);
    buffer_append_text(&text, " ,");
    nest(&text, 70000);
    buffer_append_text(&text, ",{\"b\":1}]");
    buffer_append_text(&want, "{}\n!a.json:2:1005: nested deeper than 1000 levels\n"
                              "!a.json:2:3022: nested deeper than 1000 levels\n{\"b\":1}\nEND");
    expect("a.json", buffer_text(&text), buffer_text(&want));
    buffer_reset(&text);
    buffer_append_text(&text, "[");
    nest(&text, 1001);
    text.length -= 3;
    expect("a.json", buffer_text(&text),
           "!a.json:1:1006: nested deeper than 1000 levels\n"
           "FAILED a.json:1:2014: the text ends inside the array");
    buffer_free(&text);
    buffer_free(&want);
}

static void the_limit_holds_for_what_is_nested_too_deep(void **unused)
{
    (void)unused;
    struct buffer text = {0};
    buffer_append_text(&text, "[");
    nest(&text, 3000);
    buffer_append_text(&text, "]");
    expect_options("a.json", buffer_text(&text), (struct input_options){.max_item_bytes = 2000},
                   "!a.json:1:1006: nested deeper than 1000 levels\n"
                   "FAILED a.json:1:1006: this item is larger than 2000 bytes");
    buffer_free(&text);
}

/* ---- NDJSON ---- */

static void ndjson_gives_an_item_a_line(void **unused)
{
    (void)unused;
    expect("a.ndjson", "\xEF\xBB\xBF{\"a\":1}\r\n\n  \t\r\n  { \"b\":2 }  \n{\"c\":3}",
           "{\"a\":1}\n{ \"b\":2 }\n{\"c\":3}\nEND");
    expect("a.jsonl", "{}\n", "{}\nEND");
    expect("a.NDJSON", "\n\n", "END");
}

static void a_bad_line_is_an_item_and_the_batch_goes_on(void **unused)
{
    (void)unused;
    expect("users.ndjson",
           "{\"a\":1}\n\n{\"a\" 1}\r\n{\"\xC3\xA9\":x}\n 12\n{} {}\n{\"a\":\n1}\n[{}]\n{}\n",
           "{\"a\":1}\n!users.ndjson:3:6: expected ':' after the key\n"
           "!users.ndjson:4:6: expected a value\n"
           "!users.ndjson:5:2: an item must be a JSON object, this is a number\n"
           "!users.ndjson:6:4: expected the end after the value\n"
           "!users.ndjson:7:6: the text ends inside an object\n"
           "!users.ndjson:8:2: expected the end after the value\n"
           "!users.ndjson:9:1: an item must be a JSON object, this is an array\n{}\nEND");
}

/* ---- formats ---- */

static void the_first_byte_decides_where_the_ending_does_not(void **unused)
{
    (void)unused;
    expect("data", " \n [{}]", "{}\nEND");
    expect("data", "\n {\"a\":1}\n{}\n", "{\"a\":1}\n{}\nEND");
    expect("data", "\xEF\xBB\xBF \n[{},2]",
           "{}\n!data:2:5: an item must be a JSON object, this is a number\nEND");
    expect("data.txt", "hello\n\nyou\n",
           "!data.txt:1:1: expected a value; for CSV use --input-format csv\n"
           "!data.txt:3:1: expected a value\nEND");
    expect("data.txt", "\"id\",\"x\"\n",
           "!data.txt:1:5: expected the end after the value; for CSV use --input-format csv\n"
           "END");
    expect("data.txt", "{\"a\"}\n", "!data.txt:1:5: expected ':' after the key\nEND");
}

static void the_option_overrides_the_ending(void **unused)
{
    (void)unused;
    expect_options("a.json", "{}\n{}", (struct input_options){.format = INPUT_NDJSON},
                   "{}\n{}\nEND");
    expect_options("a.ndjson", "[{}]", (struct input_options){.format = INPUT_JSON}, "{}\nEND");
}

static void empty_input_ends_at_once(void **unused)
{
    (void)unused;
    static const char *const names[] = {"a.json", "a.ndjson", "a"};
    static const char *const texts[] = {"", " \n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            expect(names[i], texts[j], "END");
}

static void what_cannot_be_opened_says_why(void **unused)
{
    (void)unused;
    struct error err;
    assert_null(input_open_file("users.json", &(struct input_options){0}, &err));
    assert_int_equal(err.code, ERROR_FILE_NOT_FOUND);
    assert_string_equal(err.message, "cannot open users.json: No such file or directory");
    assert_null(input_open_file("/tmp", &(struct input_options){0}, &err));
    assert_int_equal(err.code, ERROR_FILE_NOT_FOUND);
    assert_string_equal(err.message, "cannot open /tmp: Is a directory");
}

/* ---- sizes ---- */

static void a_line_beyond_the_limit_is_broken_alone(void **unused)
{
    (void)unused;
    struct input_options options = {.max_item_bytes = 10};
    expect_options("a.ndjson", "{\"a\":1234}\r\n{\"a\":12345}\n{}\n{\"a\":\"long, unfinished",
                   options,
                   "{\"a\":1234}\n!a.ndjson:2:1: this line is longer than 10 bytes\n{}\n"
                   "!a.ndjson:4:1: this line is longer than 10 bytes\nEND");
}

/* A pipe may bring them before the line, or with it. */
static void blanks_in_front_are_no_part_of_the_first_line(void **unused)
{
    (void)unused;
    struct input_options options = {.max_item_bytes = 10};
    expect_options("a", " \n    {\"a\":1234}\n    {\"a\":12345}\n{}", options,
                   "{\"a\":1234}\n!a:3:1: this line is longer than 10 bytes\n{}\nEND");
    expect_options("a", "    12345678901", options,
                   "!a:1:5: this line is longer than 10 bytes\nEND");
}

static void limits_are_said_in_round_numbers(void **unused)
{
    (void)unused;
    char line[3000];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    expect_options("a.ndjson", line, (struct input_options){.max_item_bytes = 2048},
                   "!a.ndjson:1:1: this line is longer than 2 KiB\nEND");
    expect_options("a.ndjson", line, (struct input_options){.max_item_bytes = 2049},
                   "!a.ndjson:1:1: this line is longer than 2049 bytes\nEND");
}

static void an_element_beyond_the_limit_ends_the_array(void **unused)
{
    (void)unused;
    struct input_options options = {.max_item_bytes = 10};
    expect_options("a.json", "[{\"a\":1234},\n {\"a\":12345},{}]", options,
                   "{\"a\":1234}\nFAILED a.json:2:2: this item is larger than 10 bytes");
    expect_options("a.json", "[1234567890,{}]", options,
                   "!a.json:1:2: an item must be a JSON object, this is a number\n{}\nEND");
    expect_options("a.json", "[12345678901", options,
                   "FAILED a.json:1:2: this item is larger than 10 bytes");
}

static void large_items_pass_whole_across_chunks(void **unused)
{
    (void)unused;
    struct buffer object = {0}, text = {0}, want = {0};
    buffer_append_text(&object, "{\"a\":\"");
    for (int i = 0; i < 300000; i++)
        buffer_append_text(&object, i % 3 ? "x" : "\xE2\x82\xAC");
    buffer_append_text(&object, "\"}");
    buffer_append_format(&text, "[%s,\n%s,\n {]", buffer_text(&object), buffer_text(&object));
    buffer_append_format(&want, "%s\n%s\nFAILED a.json:3:3: expected a key in quotes or '}'",
                         buffer_text(&object), buffer_text(&object));
    expect("a.json", buffer_text(&text), buffer_text(&want));
    buffer_reset(&text);
    buffer_reset(&want);
    buffer_append_format(&text, "%s\n%s\n{", buffer_text(&object), buffer_text(&object));
    buffer_append_format(&want, "%s\n%s\n!a.ndjson:3:2: the text ends inside an object\nEND",
                         buffer_text(&object), buffer_text(&object));
    expect("a.ndjson", buffer_text(&text), buffer_text(&want));
    struct input_options options = {.max_item_bytes = 100000};
    expect_options("a.ndjson", buffer_text(&text), options,
                   "!a.ndjson:1:1: this line is longer than 100000 bytes\n"
                   "!a.ndjson:2:1: this line is longer than 100000 bytes\n"
                   "!a.ndjson:3:2: the text ends inside an object\nEND");
    buffer_free(&object);
    buffer_free(&text);
    buffer_free(&want);
}

/* ---- totals ---- */

static void counting_finds_the_total_and_starts_over(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *text;
        bool known;
        uint64_t total;
    } cases[] = {
        {"a.json", "[{},1,\n{\"a\":2}]", true, 3},
        {"a.json", "[{},{]", false, 0},
        {"a", "\xEF\xBB\xBF{}\n\nx\n{}", true, 3},
        {"a.json", "", true, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err;
        struct buffer plain = {0}, counted = {0};
        write_file(cases[i].name, slice_of(cases[i].text));
        struct source *source = input_open_file(cases[i].name, &(struct input_options){0},
                                                &err);
        assert_false(source->total_known);
        drain(source, &plain);
        input_free(source);
        source = input_open_file(cases[i].name, &(struct input_options){.count = true}, &err);
        assert_int_equal(source->total_known, cases[i].known);
        assert_int_equal(source->total, cases[i].total);
        drain(source, &counted);
        input_free(source);
        assert_string_equal(buffer_text(&plain), buffer_text(&counted));
        unlink(cases[i].name);
        buffer_free(&plain);
        buffer_free(&counted);
    }
}

/* ---- text ---- */

static void text_is_checked_before_the_first_item(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"[{},{},{\"a\":}]", "--batch-json:1:13: expected a value"},
        {"{}", "--batch-json:1:1: expected a JSON array of objects, this is an object"},
        {"", "--batch-json:1:1: expected a JSON array of objects, the text is empty"},
        {"[{}] x", "--batch-json:1:6: expected the end of the input after the array"},
        {"[{}", "--batch-json:1:4: the text ends inside the array"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err;
        assert_null(
            input_open_text(cases[i][0], "--batch-json", &(struct input_options){0}, &err));
        assert_int_equal(err.code, ERROR_INPUT_INVALID);
        assert_string_equal(err.message, cases[i][1]);
    }
}

static void text_knows_its_total(void **unused)
{
    (void)unused;
    struct error err;
    struct buffer got = {0};
    struct source *source = input_open_text(" [{\"a\":1}, 2 ,{}] ", "--batch-json",
                                            &(struct input_options){0}, &err);
    assert_non_null(source);
    assert_true(source->total_known);
    assert_int_equal(source->total, 3);
    assert_int_equal(source->fd, -1);
    drain(source, &got);
    assert_string_equal(buffer_text(&got), "{\"a\":1}\n!--batch-json:1:12: an item must be a "
                                           "JSON object, this is a number\n{}\nEND");
    input_free(source);
    input_free(NULL);
    buffer_free(&got);
}

/* ---- pipes ---- */

static void a_quiet_pipe_answers_later_and_goes_on(void **unused)
{
    (void)unused;
    int writer;
    struct item item = {0}, other = {0};
    struct error err;
    struct source *source = open_pipe(&writer, (struct input_options){.count = true});
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    send_text(writer, "\n {\"a\"");
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    send_text(writer, ":1}\n{}\n{");
    /* Half an item belongs to the source: another struct may take the whole. */
    assert_int_equal(source->next(source, false, &other, &err), SOURCE_ITEM);
    assert_string_equal(buffer_text(&other.json), "{\"a\":1}");
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_ITEM);
    assert_string_equal(buffer_text(&item.json), "{}");
    assert_int_equal(item.index, 1);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    close(writer);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_ITEM);
    assert_true(item.broken);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_END);
    input_free(source);
    buffer_free(&item.json);
    buffer_free(&other.json);
}

static void waiting_for_a_pipe_blocks_until_it_says_something(void **unused)
{
    (void)unused;
    int writer;
    struct item item = {0};
    struct error err;
    struct source *source = open_pipe(&writer, (struct input_options){.format = INPUT_JSON});
    send_text(writer, "[{\"a\":1},");
    assert_int_equal(source->next(source, true, &item, &err), SOURCE_ITEM);
    send_text(writer, "{}]");
    close(writer);
    assert_int_equal(source->next(source, true, &item, &err), SOURCE_ITEM);
    assert_int_equal(source->next(source, true, &item, &err), SOURCE_END);
    input_free(source);
    buffer_free(&item.json);
}

static void ring(int number)
{
    (void)number;
}

static void a_signal_ends_the_waiting(void **unused)
{
    (void)unused;
    int writer;
    struct item item = {0};
    struct error err;
    struct sigaction act = {.sa_handler = ring};
    struct source *source = open_pipe(&writer, (struct input_options){0});
    /* Again and again, lest one comes before the waiting begins. */
    struct itimerval often = {{0, 1000}, {0, 1000}}, never = {0};
    sigaction(SIGALRM, &act, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    enum source_answer answer = source->next(source, true, &item, &err);
    setitimer(ITIMER_REAL, &never, NULL); /* the handler stays: one may still be on its way */
    assert_int_equal(answer, SOURCE_LATER);
    send_text(writer, "{}\n");
    assert_int_equal(source->next(source, true, &item, &err), SOURCE_ITEM);
    close(writer);
    input_free(source);
    buffer_free(&item.json);
}

static void pieces_make_no_difference(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "\xEF\xBB\xBF [{\"a\":\"\xE2\x82\xAC\"},\n12,{\"b\":[1,2,{}]} , {\"\\u0041\":\"\n\"}]",
        "[{\"a\":1},123456789012345678901234567890,{}]",
        "[{}]  \n ]",
        "\r\n{\"a\":1}\r\n "
        "\n{\"b\"}\n{\"long\":\"xxxxxxxxxxxxxxxxxxxxx\"}\r\n{}\n\n{\"\xFF\":1}",
        "{\"a\":12345678901234567}\r\n",
        "{}\n                              \n{}",
        " ",
    };
    struct input_options options = {.max_item_bytes = 24};
    struct random r = random_seeded(1);
    for (size_t i = 0; i < 40 * sizeof texts / sizeof *texts; i++) {
        struct slice text = slice_of(texts[i / 40]);
        struct buffer whole = {0}, pieces = {0};
        struct error err;
        int none = -1, writer;
        write_file("whole", text);
        struct source *file = input_open_file("whole", &options, &err);
        struct source *pipe = open_pipe(&writer, options);
        drip_by(file, &none, text, &r, 7, &whole);
        drip_by(pipe, &writer, text, &r, 7, &pieces);
        assert_string_equal(buffer_text(&pieces), buffer_text(&whole));
        input_free(file);
        input_free(pipe);
        buffer_free(&whole);
        buffer_free(&pieces);
    }
    unlink("whole");
}

static void a_nul_in_front_loses_no_record(void **unused)
{
    (void)unused;
    static const char text[] = "\0{\"a\":1}\n{\"b\":2}\n";
    int writer;
    struct item item = {0};
    struct error err;
    struct source *source = open_pipe(&writer, (struct input_options){0});
    assert_int_equal(write(writer, text, sizeof text - 1), sizeof text - 1);
    close(writer);
    assert_int_equal(source->next(source, true, &item, &err), SOURCE_ITEM);
    assert_true(item.broken);
    assert_int_equal(source->next(source, true, &item, &err), SOURCE_ITEM);
    assert_string_equal(buffer_text(&item.json), "{\"b\":2}");
    assert_int_equal(source->next(source, true, &item, &err), SOURCE_END);
    input_free(source);
    buffer_free(&item.json);
}

static void an_endless_line_is_put_off_again_and_again(void **unused)
{
    (void)unused;
    struct item item = {0};
    struct error err;
    struct source *source = input_open_file(
        "/dev/zero", &(struct input_options){.max_item_bytes = 1000}, &err);
    assert_non_null(source);
    signal(SIGALRM, SIG_DFL);
    alarm(20);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_ITEM);
    assert_true(item.broken);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    assert_int_equal(source->next(source, false, &item, &err), SOURCE_LATER);
    alarm(0);
    input_free(source);
    buffer_free(&item.json);
}

static void a_dash_is_standard_input_and_stays_open(void **unused)
{
    (void)unused;
    int ends[2], before = dup(STDIN_FILENO);
    struct buffer got = {0};
    struct error err;
    assert_int_equal(pipe(ends), 0);
    send_text(ends[1], "{}\nx\n");
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    struct source *source = input_open_file("-", &(struct input_options){0}, &err);
    drain(source, &got);
    input_free(source);
    assert_string_equal(buffer_text(&got), "{}\n!stdin:2:1: expected a value\nEND");
    assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
    dup2(before, STDIN_FILENO);
    close(before);
    close(ends[0]);
    buffer_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_gives_its_elements_as_they_stand),
        cmocka_unit_test(an_element_that_is_no_object_is_broken_alone),
        cmocka_unit_test(a_broken_array_ends_where_it_breaks),
        cmocka_unit_test(what_is_no_array_says_what_it_is),
        cmocka_unit_test(an_element_nested_too_deep_is_broken_alone),
        cmocka_unit_test(the_limit_holds_for_what_is_nested_too_deep),
        cmocka_unit_test(ndjson_gives_an_item_a_line),
        cmocka_unit_test(a_bad_line_is_an_item_and_the_batch_goes_on),
        cmocka_unit_test(the_first_byte_decides_where_the_ending_does_not),
        cmocka_unit_test(the_option_overrides_the_ending),
        cmocka_unit_test(empty_input_ends_at_once),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(a_line_beyond_the_limit_is_broken_alone),
        cmocka_unit_test(blanks_in_front_are_no_part_of_the_first_line),
        cmocka_unit_test(limits_are_said_in_round_numbers),
        cmocka_unit_test(an_element_beyond_the_limit_ends_the_array),
        cmocka_unit_test(large_items_pass_whole_across_chunks),
        cmocka_unit_test(counting_finds_the_total_and_starts_over),
        cmocka_unit_test(text_is_checked_before_the_first_item),
        cmocka_unit_test(text_knows_its_total),
        cmocka_unit_test(a_quiet_pipe_answers_later_and_goes_on),
        cmocka_unit_test(waiting_for_a_pipe_blocks_until_it_says_something),
        cmocka_unit_test(a_signal_ends_the_waiting),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(a_nul_in_front_loses_no_record),
        cmocka_unit_test(an_endless_line_is_put_off_again_and_again),
        cmocka_unit_test(a_dash_is_standard_input_and_stays_open),
    };
    return cmocka_run_group_tests(tests, reading_set_up, reading_tear_down);
}
