/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "output/screen.h"
#include "output/stats.h"
#include "unit/output/check.h"
#include "unit/output/result_of.h"
#include "unit/output/temporary_folder.h"

#define S  UINT64_C(1000000000)
#define MS UINT64_C(1000000)

/* ---- a batch made up ---- */

static void end_attempt(struct stats *s, uint32_t number, uint32_t status, uint32_t error,
                        uint64_t first_byte_ns, uint64_t took_ns)
{
    struct attempt a = {.facts = {.number = number}};
    a.outcome.facts = (struct ovrmnd_outcome){
        .status = status,
        .error = error,
        .flags = status == 200 && error == 0 ? OVRMND_OUTCOME_SUCCESS : 0,
        .started_ns = 5 * S,
        .first_byte_ns = first_byte_ns ? 5 * S + first_byte_ns : 0,
        .finished_ns = 5 * S + took_ns,
        .bytes_in = 1000,
        .bytes_out = 10,
    };
    s->observer.attempt(&s->observer, &a);
}

static void end_item(struct stats *s, enum error_code code, unsigned attempts,
                     uint64_t duration_ns)
{
    struct error error = {.code = code};
    struct result r = code == ERROR_NONE ? success_of(0, BODY_NONE, NULL)
                                         : failure_of(0, 0, BODY_NONE, NULL, &error);
    r.attempts = attempts;
    r.duration_ns = duration_ns;
    s->observer.result(&s->observer, &r);
}

/* Of four items one succeeds at once, one after a 503, one runs into a timeout, and one is
 * never sent. */
static struct stats *small_batch(void)
{
    struct stats *s = stats_new("b4tch1", 951827696);
    end_attempt(s, 1, 200, 0, 8 * MS, 10 * MS);
    end_item(s, ERROR_NONE, 1, 10 * MS);
    end_attempt(s, 1, 503, 0, 4 * MS, 5 * MS);
    end_attempt(s, 2, 200, 0, 9 * MS, 20 * MS);
    end_item(s, ERROR_NONE, 2, 125 * MS);
    end_attempt(s, 1, 0, OVRMND_ERROR_TIMEOUT, 0, 30 * S);
    end_item(s, ERROR_API_TIMEOUT, 1, 30 * S);
    end_item(s, ERROR_CANCELLED, 0, 0);
    return s;
}

static char *printed(const struct stats *s, uint64_t elapsed_ns)
{
    static char got[32768];
    int ends[2];
    struct screen screen;
    assert_int_equal(pipe(ends), 0);
    screen_init(&screen, ends[1]);
    stats_print(s, &screen, elapsed_ns);
    screen_fini(&screen);
    close(ends[1]);
    ssize_t n = read(ends[0], got, sizeof got - 1);
    close(ends[0]);
    assert_true(n >= 0);
    got[n] = '\0';
    return got;
}

/* ---- the table ---- */

static void the_table_is_aligned_and_its_units_readable(void **state)
{
    (void)state;
    struct stats *s = small_batch();
    assert_string_equal(
        printed(s, 30 * S + 500 * MS),
        "Batch b4tch1, started 2000-02-29 12:34:56 UTC, took 30.5 s\n"
        "  items     4: 2 succeeded, 1 failed, 1 cancelled (0.1 results/s)\n"
        "  attempts  4: 1 retry (0.1 attempts/s)\n"
        "  statuses  200: 2, 503: 1\n"
        "  errors    timeout: 1\n"
        "  bytes     3.91 KiB in, 40 B out\n"
        "  times          count       p50       p90       p99     p99.9       max      mean\n"
        "  attempts           4   10.0 ms    30.0 s    30.0 s    30.0 s    30.0 s    7.51 s\n"
        "  succeeded          2   10.0 ms   20.0 ms   20.0 ms   20.0 ms   20.0 ms   15.0 ms\n"
        "  first byte         3   8.00 ms   9.00 ms   9.00 ms   9.00 ms   9.00 ms   7.00 ms\n"
        "  items              3    125 ms    30.0 s    30.0 s    30.0 s    30.0 s    10.0 s\n");
    stats_free(s);
}

static void what_a_journal_answered_is_no_throughput(void **state)
{
    (void)state;
    struct stats *s = small_batch();
    s->from_journal = 1;
    assert_non_null(strstr(printed(s, S), "1 cancelled (2.0 results/s)\n"));
    s->from_journal = 3;
    assert_non_null(strstr(printed(s, S), "1 cancelled\n"));
    s->from_journal = 4; /* one of them was never written */
    assert_int_equal(stats_own_results(s), 0);
    stats_free(s);
}

static void durations_have_three_digits_in_the_unit_that_suits_them(void **state)
{
    (void)state;
    static const struct {
        uint64_t ns;
        const char *text;
    } cases[] = {{0, "0 ns"},          {999, "999 ns"},
                 {1000, "1.00 us"},    {9994, "9.99 us"},
                 {9996, "10.0 us"},    {999499, "999 us"},
                 {999500, "1.00 ms"},  {999500000, "1.00 s"},
                 {59 * S, "59.0 s"},   {59999 * MS, "60.0 s"},
                 {60 * S, "1 m 00 s"}, {86400 * S, "24 h 00 m"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char wanted[32];
        struct stats *s = stats_new("b", 0);
        snprintf(wanted, sizeof wanted, "took %s\n", cases[i].text);
        if (!strstr(printed(s, cases[i].ns), wanted))
            fail_msg("%s is not in %s", wanted, printed(s, cases[i].ns));
        stats_free(s);
    }
}

static void an_empty_batch_has_no_times_and_no_rates(void **state)
{
    (void)state;
    struct stats *s = stats_new("b", 0);
    assert_string_equal(
        printed(s, 0),
        "Batch b, started 1970-01-01 00:00:00 UTC, took 0 ns\n"
        "  items     0: 0 succeeded, 0 failed, 0 cancelled\n"
        "  attempts  0: 0 retries\n"
        "  bytes     0 B in, 0 B out\n"
        "  times          count       p50       p90       p99     p99.9       max      mean\n"
        "  attempts           0\n"
        "  succeeded          0\n"
        "  first byte         0\n"
        "  items              0\n");
    stats_free(s);
}

static void a_long_list_goes_on_below_itself(void **state)
{
    (void)state;
    struct stats *s = stats_new("b", 0);
    for (unsigned status = 200; status < 230; status++)
        end_attempt(s, 1, status, 0, 0, MS);
    char *text = printed(s, S);
    assert_non_null(strstr(text, "  statuses  200: 1, 201: 1, "));
    assert_non_null(strstr(text, ",\n            2"));
    unsigned statuses = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 82);
        for (char *at = line; (at = strstr(at, ": 1")); at += 3)
            statuses++;
    }
    assert_int_equal(statuses, 30);
    stats_free(s);
}

/* ---- counting ---- */

static void a_broken_response_counts_by_its_error_and_not_by_its_status(void **state)
{
    (void)state;
    struct stats *s = stats_new("b", 0);
    end_attempt(s, 1, 200, OVRMND_ERROR_RECEIVE, MS, 2 * MS);
    end_attempt(s, 1, 200, 77, MS, 2 * MS);
    assert_int_equal(s->by_status[200], 0);
    assert_int_equal(s->by_error[OVRMND_ERROR_RECEIVE], 1);
    assert_int_equal(s->by_error[STATS_ERRORS - 1], 1);
    assert_int_equal(s->succeeded_ns.count, 0);
    assert_int_equal(s->first_byte_ns.count, 2);
    stats_free(s);
}

static void every_known_error_has_a_name(void **state)
{
    (void)state;
    for (unsigned i = 1; i < STATS_ERRORS; i++)
        assert_non_null(stats_error_names[i]);
    assert_string_equal(stats_error_names[OVRMND_ERROR_LOCAL], "local");
    assert_string_equal(stats_error_names[STATS_ERRORS - 1], "other");
}

/* ---- the file ---- */

/* The value at a path of keys such as "latency.items.count". */
static struct slice value_at(struct slice json, const char *keys)
{
    char all[64];
    snprintf(all, sizeof all, "%s", keys);
    for (char *key = strtok(all, "."); key; key = strtok(NULL, "."))
        if (!json_find(json, key, &json))
            fail_msg("no %s", keys);
    return json;
}

static void assert_value(struct slice json, const char *keys, const char *wanted)
{
    struct slice value = value_at(json, keys);
    if (!slice_equal(value, slice_of(wanted)))
        fail_msg("%s is %.*s, not %s", keys, (int)value.length, value.data, wanted);
}

static char *write_and_read(const struct stats *s, uint64_t elapsed_ns, struct slice *json)
{
    struct error err = {0};
    struct json_fault fault;
    if (stats_write_json(s, elapsed_ns, path, &err))
        fail_msg("%s", err.message);
    assert_int_equal(folder_count(), 1);
    char *text = file_get();
    if (json_check(slice_of(text), json, &fault))
        fail_msg("%s at %zu in %s", fault.what, fault.offset, text);
    return text;
}

static void the_file_says_all_in_nanoseconds_and_bytes(void **state)
{
    (void)state;
    struct stats *s = small_batch();
    struct slice json;
    char *text = write_and_read(s, 30 * S + 500 * MS, &json);
    static const char *const wanted[][2] = {
        {"version", "1"},
        {"batch_id", "\"b4tch1\""},
        {"started_at", "\"2000-02-29T12:34:56Z\""},
        {"elapsed_ns", "30500000000"},
        {"items",
         "{\"total\":4,\"succeeded\":2,\"failed\":1,\"cancelled\":1,\"from_journal\":0}"},
        {"attempts", "{\"total\":4,\"retries\":1,\"by_status\":{\"200\":2,\"503\":1},"
                     "\"by_error\":{\"timeout\":1}}"},
        {"bytes_in", "4000"},
        {"bytes_out", "40"},
        {"throughput", "{\"results_per_s\":0.098,\"attempts_per_s\":0.131}"},
        {"latency.attempts.count", "4"},
        {"latency.attempts.min_ns", "5000000"},
        {"latency.attempts.max_ns", "30000000000"},
        {"latency.attempts.mean_ns", "7508750000"},
        {"latency.attempts.p50_ns", "10002431"},
        {"latency.attempts.p99_9_ns", "30000000000"},
        {"latency.succeeded.max_ns", "20000000"},
        {"latency.first_byte.count", "3"},
        {"latency.items.mean_ns", "10045000000"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_value(json, wanted[i][0], wanted[i][1]);
    free(text);
    stats_free(s);
}

static void what_nothing_was_counted_of_is_null(void **state)
{
    (void)state;
    struct stats *s = stats_new("b", 0);
    struct slice json;
    char *text = write_and_read(s, 0, &json);
    assert_value(
        json, "latency.items",
        "{\"count\":0,\"min_ns\":null,\"max_ns\":null,\"mean_ns\":null,\"p50_ns\":null,"
        "\"p90_ns\":null,\"p99_ns\":null,\"p99_9_ns\":null,\"buckets\":[]}");
    assert_value(json, "attempts.by_status", "{}");
    assert_value(json, "throughput.results_per_s", "0.000");
    free(text);
    stats_free(s);
}

static void buckets_can_be_recorded_again(void **state)
{
    (void)state;
    struct stats *s = stats_new("b", 0), *again = stats_new("b", 0);
    struct slice json, pair;
    for (uint64_t i = 1; i < 3000; i++)
        end_attempt(s, 1, 200, 0, 0, i * i * 1001);
    char *text = write_and_read(s, S, &json);
    struct json_cursor pairs = json_members(value_at(json, "latency.attempts.buckets"));
    while (json_next(&pairs, NULL, &pair)) {
        unsigned long long value, count;
        assert_int_equal(sscanf(pair.data, "[%llu,%llu]", &value, &count), 2);
        while (count-- > 0)
            histogram_record(&again->all_ns, value);
    }
    assert_int_equal(again->all_ns.count, 2999);
    assert_memory_equal(again->all_ns.counts, s->all_ns.counts, sizeof s->all_ns.counts);
    free(text);
    stats_free(s);
    stats_free(again);
}

static void a_file_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    struct stats *s = stats_new("b", 0);
    struct error err = {0};
    assert_int_equal(stats_write_json(s, 0, "/dev/full", &err), -1);
    assert_int_equal(err.code, ERROR_OUTPUT_FAILED);
    assert_string_equal(err.message, "cannot write statistics: No space left on device");
    assert_int_equal(stats_write_json(s, 0, "/nowhere/s.json", &err), -1);
    assert_string_equal(err.message,
                        "cannot write statistics to '/nowhere/s.json': No such file or "
                        "directory");
    stats_free(s);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_aligned_and_its_units_readable),
        cmocka_unit_test(what_a_journal_answered_is_no_throughput),
        cmocka_unit_test(durations_have_three_digits_in_the_unit_that_suits_them),
        cmocka_unit_test(an_empty_batch_has_no_times_and_no_rates),
        cmocka_unit_test(a_long_list_goes_on_below_itself),
        cmocka_unit_test(a_broken_response_counts_by_its_error_and_not_by_its_status),
        cmocka_unit_test(every_known_error_has_a_name),
        IN_FOLDER(the_file_says_all_in_nanoseconds_and_bytes),
        IN_FOLDER(what_nothing_was_counted_of_is_null),
        IN_FOLDER(buckets_can_be_recorded_again),
        cmocka_unit_test(a_file_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
