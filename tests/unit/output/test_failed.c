/* SPDX-License-Identifier: MIT */
#include "output/failed.h"
#include "output/screen.h"
#include "unit/output/check.h"
#include "unit/output/result_of.h"
#include "unit/output/temporary_folder.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

/* ---- an inner sink that only counts, and fails when told ---- */

static struct inner {
    struct sink port;
    unsigned written, flushed, finished;
    bool is_full, is_pending, fails;
} inner;

static int inner_fail(struct error *err)
{
    return inner.fails ? error_set(err, ERROR_OUTPUT_FAILED, "the inner one") : 0;
}

static int inner_write(struct sink *sink, const struct result *result, struct error *err)
{
    (void)sink, (void)result;
    inner.written++;
    return inner_fail(err);
}

static int inner_flush(struct sink *sink, struct error *err)
{
    (void)sink;
    inner.flushed++;
    return inner_fail(err);
}

static bool inner_full(const struct sink *sink)
{
    (void)sink;
    return inner.is_full;
}

static bool inner_pending(const struct sink *sink)
{
    (void)sink;
    return inner.is_pending;
}

static int inner_finish(struct sink *sink, struct error *err)
{
    (void)sink;
    inner.finished++;
    return inner_fail(err);
}

static struct failed *open_at(const char *name)
{
    struct error err = {0};
    inner = (struct inner){.port = {.write = inner_write,
                                    .flush = inner_flush,
                                    .full = inner_full,
                                    .pending = inner_pending,
                                    .finish = inner_finish,
                                    .fd = 12345}};
    struct failed *f = failed_open(name, &inner.port, &err);
    if (!f)
        fail_msg("%s", err.message);
    return f;
}

/* ---- results ---- */

static uint64_t turn;

/* A result for this record (NULL: it could not be read). ERROR_NONE is a success. */
static int write_one(struct failed *f, const char *json, enum error_code code,
                     struct error *err)
{
    struct error error = {.code = code, .message = "why"};
    struct item item = {.index = turn++, .broken = json == NULL};
    if (json)
        (void)buffer_append_text(&item.json, json);
    struct result r = code == ERROR_NONE ? success_of(item.index, BODY_NONE, NULL)
                                         : failure_of(item.index, 0, BODY_NONE, NULL, &error);
    r.acted = code == ERROR_OUTCOME_UNKNOWN;
    r.item = &item;
    int rc = failed_sink(f)->write(failed_sink(f), &r, err);
    buffer_free(&item.json);
    return rc;
}

static void put(struct failed *f, const char *json, enum error_code code)
{
    struct error err = {0};
    if (write_one(f, json, code, &err))
        fail_msg("%s", err.message);
}

static void finish(struct failed *f)
{
    struct error err = {0};
    if (failed_sink(f)->finish(failed_sink(f), &err))
        fail_msg("%s", err.message);
}

static void assert_file(const char *wanted)
{
    char *text = file_get();
    assert_string_equal(text, wanted);
    free(text);
}

static void assert_printed(const struct failed *f, const char *wanted)
{
    int ends[2];
    char got[1024];
    struct screen screen;
    assert_int_equal(pipe(ends), 0);
    screen_init(&screen, ends[1]);
    failed_print(f, &screen);
    screen_fini(&screen);
    close(ends[1]);
    ssize_t n = read(ends[0], got, sizeof got - 1);
    close(ends[0]);
    assert_true(n >= 0);
    got[n] = '\0';
    assert_string_equal(got, wanted);
}

/* ---- what goes in ---- */

static void what_did_not_succeed_is_written_a_line_each_in_the_order_of_results(void **state)
{
    (void)state;
    struct failed *f = open_at(path);
    put(f, "{\"id\": 1}", ERROR_NONE);
    put(f, "{\"id\": 2}", ERROR_API_REQUEST_FAILED);
    put(f, "{\"id\": 3}", ERROR_CANCELLED);
    put(f, "{\"id\": 4}", ERROR_NONE);
    put(f, "{\"id\": 5}", ERROR_PARAM_REQUIRED);
    put(f, "{\"id\": 6}", ERROR_DEADLINE_EXCEEDED);
    finish(f);
    assert_file("{\"id\":2}\n{\"id\":3}\n{\"id\":5}\n{\"id\":6}\n");
    assert_printed(f, "");
    assert_int_equal(inner.written, 6);
    assert_int_equal(inner.finished, 1);
    failed_close(f);
}

static void a_record_over_many_lines_goes_on_one_with_its_tokens_untouched(void **state)
{
    (void)state;
    struct failed *f = open_at(path);
    put(f,
        "{\n  \"n\": 9007199254740993,\r\n\t\"x\": 1.0, \"e\": 1e400,\n"
        "  \"n\": \"a \\u0041\\n b\", \"l\": [ ]\n}",
        ERROR_API_TIMEOUT);
    finish(f);
    assert_file("{\"n\":9007199254740993,\"x\":1.0,\"e\":1e400,\"n\":\"a \\u0041\\n b\","
                "\"l\":[]}\n");
    failed_close(f);
}

static void
what_the_server_may_have_done_and_unreadable_records_are_counted_instead(void **state)
{
    (void)state;
    char wanted[256];
    struct failed *f = open_at(path);
    put(f, "{\"id\": 1}", ERROR_OUTCOME_UNKNOWN);
    snprintf(wanted, sizeof wanted, "1 item that the server may have acted on is not in %s\n",
             path);
    assert_printed(f, wanted);
    put(f, NULL, ERROR_INPUT_INVALID);
    put(f, "{\"id\": 3}", ERROR_OUTCOME_UNKNOWN);
    snprintf(
        wanted, sizeof wanted,
        "2 items that the server may have acted on and 1 unreadable record are not in %s\n",
        path);
    assert_printed(f, wanted);
    finish(f);
    assert_file("");
    failed_close(f);
}

static void a_batch_without_failures_leaves_an_empty_file(void **state)
{
    (void)state;
    struct failed *f = open_at(path);
    put(f, "{}", ERROR_NONE);
    finish(f);
    failed_close(f);
    assert_file("");
    assert_int_equal(folder_count(), 1);
}

/* ---- the file ---- */

static void an_older_file_stays_until_the_end(void **state)
{
    (void)state;
    file_put("older\n");
    struct failed *f = open_at(path);
    struct error err;
    put(f, "{\"id\":1}", ERROR_API_TIMEOUT);
    assert_int_equal(failed_sink(f)->flush(failed_sink(f), &err), 0);
    assert_file("older\n");
    finish(f);
    assert_file("{\"id\":1}\n");
    failed_close(f);
}

static void without_a_finish_nothing_is_left_behind(void **state)
{
    (void)state;
    struct failed *f = open_at(path);
    put(f, "{\"id\":1}", ERROR_API_TIMEOUT);
    failed_close(f);
    assert_int_equal(folder_count(), 0);
}

static void a_name_that_would_be_read_as_another_format_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(failed_open("/tmp/failed.json", &inner.port, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_string_equal(err.message, "--failed-to '/tmp/failed.json': the items are written as "
                                     "NDJSON, which --batch-file does not expect in a file "
                                     "that ends in .json");
    assert_null(failed_open("a.csv", &inner.port, &err));
    assert_null(failed_open("a.tsv", &inner.port, &err));
    assert_null(failed_open("a.ndjson.gz", &inner.port, &err));
}

static void a_file_that_cannot_be_made_is_told_at_once(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(failed_open("/nowhere/failed", &inner.port, &err));
    assert_int_equal(err.code, ERROR_OUTPUT_FAILED);
    assert_string_equal(err.message, "cannot write failed items to '/nowhere/failed': No such "
                                     "file or directory");
}

/* ---- failing, waiting ---- */

static void a_full_disk_stops_the_batch(void **state)
{
    (void)state;
    struct failed *f = open_at("/dev/full");
    struct error err = {0};
    unsigned tries = 0;
    while (tries < 100000 && !write_one(f, "{\"id\":12345678}", ERROR_API_TIMEOUT, &err))
        tries++;
    assert_true(tries < 100000);
    assert_int_equal(err.code, ERROR_OUTPUT_FAILED);
    assert_string_equal(err.message, "cannot write failed items: No space left on device");
    failed_close(f);
}

static void a_full_disk_at_the_end_leaves_the_results_whole(void **state)
{
    (void)state;
    struct failed *f = open_at("/dev/full");
    struct error err = {0};
    put(f, "{\"id\":1}", ERROR_API_TIMEOUT);
    assert_int_equal(failed_sink(f)->finish(failed_sink(f), &err), -1);
    assert_int_equal(inner.finished, 1);
    assert_string_equal(err.message, "cannot write failed items: No space left on device");
    failed_close(f);
}

static void the_inner_sinks_failure_is_its_own_and_the_file_still_complete(void **state)
{
    (void)state;
    struct failed *f = open_at(path);
    struct error err = {0};
    put(f, "{\"id\":1}", ERROR_API_TIMEOUT);
    inner.fails = true;
    assert_int_equal(failed_sink(f)->flush(failed_sink(f), &err), -1);
    assert_string_equal(err.message, "the inner one");
    assert_int_equal(write_one(f, "{\"id\":2}", ERROR_API_TIMEOUT, &err), -1);
    err.message[0] = '\0';
    assert_int_equal(failed_sink(f)->finish(failed_sink(f), &err), -1);
    assert_string_equal(err.message, "the inner one");
    assert_file("{\"id\":1}\n{\"id\":2}\n");
    failed_close(f);
}

static void it_waits_for_whichever_has_something_to_write(void **state)
{
    (void)state;
    char fifo[96];
    struct error err = {0};
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    int reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct failed *f = open_at(fifo);
    struct sink *sink = failed_sink(f);
    assert_false(sink->pending(sink));
    inner.is_pending = inner.is_full = true;
    assert_true(sink->pending(sink));
    assert_true(sink->full(sink));
    assert_int_equal(sink->flush(sink, &err), 0);
    assert_int_equal(sink->fd, 12345);
    inner.is_pending = inner.is_full = false;
    for (int i = 0; i < 20000; i++)
        put(f, "{\"id\":1234567890}", ERROR_API_TIMEOUT);
    assert_int_equal(sink->flush(sink, &err), 0);
    assert_true(sink->pending(sink));
    assert_false(sink->full(sink));
    for (int i = 0; i < 60000; i++)
        put(f, "{\"id\":1234567890}", ERROR_API_TIMEOUT);
    assert_true(sink->full(sink));
    struct pollfd poll_fd = {.fd = sink->fd, .events = POLLOUT};
    assert_int_equal(poll(&poll_fd, 1, 0), 0);
    failed_close(f);
    close(reader);
    unlink(fifo);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_did_not_succeed_is_written_a_line_each_in_the_order_of_results),
        IN_FOLDER(a_record_over_many_lines_goes_on_one_with_its_tokens_untouched),
        IN_FOLDER(what_the_server_may_have_done_and_unreadable_records_are_counted_instead),
        IN_FOLDER(a_batch_without_failures_leaves_an_empty_file),
        IN_FOLDER(an_older_file_stays_until_the_end),
        IN_FOLDER(without_a_finish_nothing_is_left_behind),
        cmocka_unit_test(a_name_that_would_be_read_as_another_format_is_refused),
        cmocka_unit_test(a_file_that_cannot_be_made_is_told_at_once),
        cmocka_unit_test(a_full_disk_stops_the_batch),
        cmocka_unit_test(a_full_disk_at_the_end_leaves_the_results_whole),
        IN_FOLDER(the_inner_sinks_failure_is_its_own_and_the_file_still_complete),
        IN_FOLDER(it_waits_for_whichever_has_something_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
