/* SPDX-License-Identifier: MIT */

/* A journal as the engine sees it, on a clock of our own: what is found again, what is not, and
 * when it is on the disk. */

#include "base/units.h"
#include "journal/journal.h"

#include <dirent.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[96];
static struct clock now;
static struct journal_options options;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/ovrmnd-journal-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/run.db", folder);
    now = clock_virtual(NS_PER_S);
    options = (struct journal_options){
        .clock = &now, .batch_id = "abc123", .target = "api.x", .idempotent = true};
    for (size_t i = 0; i < JOURNAL_PARTS; i++)
        options.parts[i] = slice_of("part");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char name[400];
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        (void)unlink(name);
    }
    closedir(dir);
    return rmdir(folder);
}

/* ---- a batch in short ---- */

static struct request request_of(unsigned what, uint64_t ordinal)
{
    struct request r = {.identity.ordinal = ordinal};
    memset(r.identity.fingerprint.bytes, (int)what, FINGERPRINT_BYTES);
    return r;
}

static struct journal *open_journal(void)
{
    struct error err = {0};
    struct journal *j = journal_open(path, &options, &err);
    if (!j)
        fail_msg("%s", err.message);
    return j;
}

static struct journal *resume(void)
{
    options.resume = true;
    options.batch_id = "zzz999";
    return open_journal();
}

static void settle(struct journal *j)
{
    struct error err;
    struct memo *memo = journal_memo(j);
    assert_int_equal(memo->settle(memo, clock_now(&now), &err), 0);
}

static void start(struct journal *j, unsigned what)
{
    struct request r = request_of(what, 0);
    struct attempt a = {.request = &r, .facts = {.item = what, .number = 1}};
    journal_memo(j)->started(journal_memo(j), &a);
}

/* It was refused, and is to be sent again. */
static void wait_for_another(struct journal *j, unsigned what)
{
    struct request r = request_of(what, 0);
    struct attempt a = {
        .request = &r, .facts = {.item = what, .number = 1}, .outcome.facts.status = 429};
    journal_memo(j)->waits(journal_memo(j), &a);
}

static void finish_with(struct journal *j, unsigned what, const struct result *result)
{
    struct request r = request_of(what, 0);
    journal_memo(j)->finished(journal_memo(j), &r, result);
}

static void succeed(struct journal *j, unsigned what, const char *body)
{
    finish_with(j, what,
                &(struct result){.index = what,
                                 .success = true,
                                 .status = 200,
                                 .attempts = 2,
                                 .duration_ns = 12345,
                                 .body_kind = BODY_JSON,
                                 .body = slice_of(body)});
}

static void fail_with(struct journal *j, unsigned what, enum error_code code, bool acted)
{
    struct error err;
    error_set(&err, code, "it failed");
    finish_with(j, what,
                &(struct result){.index = what, .attempts = 1, .acted = acted, .error = &err});
}

static struct buffer body;

static bool recalls(struct journal *j, unsigned what, uint64_t ordinal, struct recalled *out)
{
    struct request r = request_of(what, ordinal);
    struct item item = {.index = 77};
    buffer_reset(&body);
    *out = (struct recalled){.body = &body};
    return journal_memo(j)->recall(journal_memo(j), &item, &r, out);
}

static enum error_code code_of(struct journal *j, unsigned what)
{
    struct recalled known;
    assert_true(recalls(j, what, 0, &known));
    return known.error.code;
}

static bool knows(struct journal *j, unsigned what)
{
    struct recalled known;
    return recalls(j, what, 0, &known);
}

static int finish_all(struct journal *j)
{
    struct error err;
    int failed = journal_end(j, "complete", &err);
    journal_close(j);
    buffer_free(&body);
    return failed;
}

/* ---- what is found again ---- */

static void a_success_comes_back_as_it_was(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    struct recalled known;
    succeed(j, 1, "{\"n\":1.0}");
    assert_int_equal(finish_all(j), 0);

    j = resume();
    assert_string_equal(journal_batch_id(j), "abc123");
    assert_true(recalls(j, 1, 0, &known));
    assert_int_equal(known.error.code, ERROR_NONE);
    assert_int_equal(known.status, 200);
    assert_int_equal(known.attempts, 2);
    assert_int_equal(known.duration_ns, 12345);
    assert_int_equal(known.body_kind, BODY_JSON);
    assert_string_equal(buffer_text(&body), "{\"n\":1.0}");
    assert_int_equal(journal_recalled(j), 1);
    finish_all(j);
}

static void an_equal_request_is_told_apart_by_its_ordinal(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    struct recalled known;
    succeed(j, 1, "1");
    finish_all(j);
    j = resume();
    assert_false(recalls(j, 1, 1, &known));
    assert_false(recalls(j, 2, 0, &known));
    finish_all(j);
}

static void a_failure_is_tried_again_and_its_success_counts_from_then_on(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    fail_with(j, 1, ERROR_API_TIMEOUT, false);
    finish_all(j);
    j = resume();
    assert_false(knows(j, 1));
    succeed(j, 1, "1");
    finish_all(j);
    j = resume();
    assert_int_equal(code_of(j, 1), ERROR_NONE);
    finish_all(j);
}

static void what_the_server_may_have_acted_on_is_not_sent_again(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    fail_with(j, 1, ERROR_OUTCOME_UNKNOWN, true);
    start(j, 2);
    start(j, 3);
    fail_with(j, 3, ERROR_CANCELLED, false);
    start(j, 4);
    fail_with(j, 4, ERROR_API_REQUEST_FAILED, false);
    settle(j);
    journal_close(j);

    j = resume();
    assert_int_equal(code_of(j, 1), ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(code_of(j, 2), ERROR_OUTCOME_UNKNOWN);
    assert_false(knows(j, 3));
    assert_false(knows(j, 4));
    finish_all(j);
}

/* As a kill leaves it: without an end. */
static struct journal *cut_off_and_resume(struct journal *j)
{
    settle(j);
    journal_close(j);
    return resume();
}

static void what_only_waited_for_another_attempt_is_sent_again(void **state)
{
    (void)state;
    struct recalled known;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    wait_for_another(j, 1);
    j = cut_off_and_resume(j);
    assert_false(recalls(j, 1, 0, &known));
    assert_false(known.acted);
    finish_all(j);
}

static void but_not_once_its_next_attempt_has_started(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    wait_for_another(j, 1);
    start(j, 1);
    j = cut_off_and_resume(j);
    assert_int_equal(code_of(j, 1), ERROR_OUTCOME_UNKNOWN);
    finish_all(j);
}

static void nor_if_it_was_started_by_the_run_that_resumed_it(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    wait_for_another(j, 1);
    j = cut_off_and_resume(j);
    start(j, 1);
    j = cut_off_and_resume(j);
    assert_int_equal(code_of(j, 1), ERROR_OUTCOME_UNKNOWN);
    finish_all(j);
}

static void its_result_counts_when_it_came(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    wait_for_another(j, 1);
    start(j, 1);
    succeed(j, 1, "1");
    start(j, 2);
    wait_for_another(j, 2);
    fail_with(j, 2, ERROR_CANCELLED, false);
    j = cut_off_and_resume(j);
    assert_int_equal(code_of(j, 1), ERROR_NONE);
    assert_false(knows(j, 2));
    finish_all(j);
}

static void a_wait_that_is_not_on_the_disk_leaves_the_outcome_unknown(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    settle(j);
    wait_for_another(j, 1);
    journal_close(j);
    j = resume();
    assert_int_equal(code_of(j, 1), ERROR_OUTCOME_UNKNOWN);
    finish_all(j);
}

static void unless_the_user_wants_it(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    settle(j);
    journal_close(j);
    options.retry_unsafe = true;
    j = resume();
    assert_false(knows(j, 1));
    finish_all(j);
}

static void what_was_never_sent_is_not_recorded(void **state)
{
    (void)state;
    struct error cancelled;
    error_set(&cancelled, ERROR_CANCELLED, "Operation cancelled");
    struct journal *j = open_journal();
    finish_with(j, 1, &(struct result){.index = 1, .error = &cancelled});
    assert_true(journal_memo(j)->settle_at_ns == UINT64_MAX);
    finish_all(j);
}

static void a_body_that_is_no_json_is_not_passed_on_as_json(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    succeed(j, 1, "{\"cut\":");
    finish_all(j);
    j = resume();
    assert_false(knows(j, 1));
    finish_all(j);
}

/* ---- when it is on the disk ---- */

/* How many results another process would find. */
static int rows_on_disk(void)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM results", -1, &s, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    int rows = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return rows;
}

static void results_are_stored_together_after_a_tenth_of_a_second(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    succeed(j, 1, "1");
    succeed(j, 2, "2");
    settle(j);
    assert_int_equal(rows_on_disk(), 0);
    assert_true(journal_memo(j)->settle_at_ns == clock_now(&now) + 100 * NS_PER_MS);
    clock_advance_to(&now, journal_memo(j)->settle_at_ns);
    settle(j);
    assert_int_equal(rows_on_disk(), 2);
    assert_true(journal_memo(j)->settle_at_ns == UINT64_MAX);
    finish_all(j);
}

static void many_results_are_stored_before_that(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    for (unsigned i = 0; i < 1000; i++)
        succeed(j, i % 256, "1");
    settle(j);
    assert_int_equal(rows_on_disk(), 1000);
    finish_all(j);
}

static void an_unsafe_start_is_stored_by_the_next_settle(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    settle(j);
    assert_int_equal(rows_on_disk(), 1);
    finish_all(j);
}

static void
a_wait_is_stored_by_the_next_settle_and_the_start_after_it_in_another_row(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    settle(j);
    wait_for_another(j, 1);
    settle(j);
    assert_int_equal(rows_on_disk(), 2);
    start(j, 1);
    assert_int_equal(rows_on_disk(), 2);
    settle(j);
    assert_int_equal(rows_on_disk(), 3);
    finish_all(j);
}

static void a_safe_start_is_not_recorded(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    start(j, 1);
    wait_for_another(j, 1);
    assert_true(journal_memo(j)->settle_at_ns == UINT64_MAX);
    finish_all(j);
}

/* ---- what is shown ---- */

struct seen {
    struct journal_visitor port; /* first */
    unsigned results, unknown, waiting;
};

static void see_view(struct journal_visitor *self, const struct journal_view *view)
{
    (void)self;
    assert_int_equal(view->damaged, 0);
}

static void see_run(struct journal_visitor *self, const struct journal_run *run)
{
    (void)self;
    assert_int_equal(run->succeeded + run->failed + run->stopped, 0);
}

static void see_result(struct journal_visitor *self, const struct result *result)
{
    struct seen *s = (struct seen *)self;
    s->results++;
    s->unknown += result->error && result->error->code == ERROR_OUTCOME_UNKNOWN;
}

static void see_waiting(struct journal_visitor *self)
{
    ((struct seen *)self)->waiting++;
}

static void a_visitor_tells_what_waits_from_what_is_under_way(void **state)
{
    (void)state;
    struct error err;
    struct seen seen = {.port = {see_view, see_run, see_result, see_waiting}};
    options.idempotent = false;
    struct journal *j = open_journal();
    for (unsigned what = 1; what <= 3; what++) {
        start(j, what);
        wait_for_another(j, what);
    }
    start(j, 3);
    settle(j);
    assert_int_equal(journal_visit(path, &seen.port, &err), 0);
    assert_int_equal(seen.waiting, 2);
    assert_int_equal(seen.results, 1);
    assert_int_equal(seen.unknown, 1);
    finish_all(j);
}

/* ---- what is refused ---- */

static void refused(const char *word)
{
    struct error err = {0};
    struct journal *j = journal_open(path, &options, &err);
    assert_null(j);
    assert_int_equal(err.code, ERROR_JOURNAL_ERROR);
    if (!strstr(err.message, word))
        fail_msg("'%s' is not in: %s", word, err.message);
}

static void a_changed_part_is_refused(void **state)
{
    (void)state;
    finish_all(open_journal());
    options.resume = true;
    for (size_t i = 0; i < JOURNAL_PARTS; i++) {
        options.parts[i] = slice_of("another");
        refused("changed since");
        options.parts[i] = slice_of("part");
    }
    finish_all(resume());
}

static void one_that_is_there_is_refused_without_resume(void **state)
{
    (void)state;
    finish_all(open_journal());
    refused("the file is there");
}

static void one_in_use_is_refused(void **state)
{
    (void)state;
    struct journal *j = open_journal();
    options.resume = true;
    refused("another ovrmnd is using");
    finish_all(j);
}

static void change(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_record_that_was_changed_is_left_out_or_refused(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE results SET status = 201 WHERE id = 1",
        "UPDATE results SET body = '7' WHERE id = 1",
        "UPDATE results SET ordinal = 5 WHERE id = 1",
        "UPDATE results SET duration_ns = 1 WHERE id = 1",
        "UPDATE results SET state = 6 WHERE id = 1",
        "DELETE FROM results WHERE id = 1",
        "DELETE FROM results",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        options.idempotent = options.resume = false;
        struct journal *j = open_journal();
        start(j, 1);
        succeed(j, 1, "1");
        finish_all(j);
        change(changes[i]);
        options.resume = true;
        refused("damaged or missing");
        assert_int_equal(unlink(path), 0);

        options.idempotent = true;
        options.resume = false;
        j = open_journal();
        succeed(j, 1, "1");
        finish_all(j);
        change(changes[i]);
        j = resume();
        assert_false(knows(j, 1));
        finish_all(j);
        assert_int_equal(unlink(path), 0);
    }
}

/* The file with this ending becomes a copy of the one with that. */
static void copy(const char *from, const char *to)
{
    char name[128], bytes[1 << 16];
    snprintf(name, sizeof name, "%s%s", path, from);
    FILE *in = fopen(name, "rb");
    snprintf(name, sizeof name, "%s%s", path, to);
    FILE *out = fopen(name, "wb");
    assert_non_null(in);
    assert_non_null(out);
    size_t got = fread(bytes, 1, sizeof bytes, in);
    assert_true(got < sizeof bytes);
    assert_int_equal(fwrite(bytes, 1, got, out), got);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* Else the row before would be the last word, and it says that nothing is in flight. */
static void a_start_that_was_lost_after_a_wait_is_noticed(void **state)
{
    (void)state;
    options.idempotent = false;
    struct journal *j = open_journal();
    start(j, 1);
    wait_for_another(j, 1);
    settle(j);
    copy("", "-then");
    copy("-wal", "-wal-then");
    start(j, 1);
    settle(j);
    journal_close(j);
    copy("-then", "");
    copy("-wal-then", "-wal");
    options.resume = true;
    refused("1 of the journal's records are damaged or missing");
}

static void the_file_is_its_owners_alone(void **state)
{
    (void)state;
    struct stat st;
    mode_t mask = umask(0);
    struct journal *j = open_journal();
    umask(mask);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    finish_all(j);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_success_comes_back_as_it_was),
        TEST(an_equal_request_is_told_apart_by_its_ordinal),
        TEST(a_failure_is_tried_again_and_its_success_counts_from_then_on),
        TEST(what_the_server_may_have_acted_on_is_not_sent_again),
        TEST(unless_the_user_wants_it),
        TEST(what_only_waited_for_another_attempt_is_sent_again),
        TEST(but_not_once_its_next_attempt_has_started),
        TEST(nor_if_it_was_started_by_the_run_that_resumed_it),
        TEST(its_result_counts_when_it_came),
        TEST(a_wait_that_is_not_on_the_disk_leaves_the_outcome_unknown),
        TEST(what_was_never_sent_is_not_recorded),
        TEST(a_body_that_is_no_json_is_not_passed_on_as_json),
        TEST(results_are_stored_together_after_a_tenth_of_a_second),
        TEST(many_results_are_stored_before_that),
        TEST(an_unsafe_start_is_stored_by_the_next_settle),
        TEST(a_wait_is_stored_by_the_next_settle_and_the_start_after_it_in_another_row),
        TEST(a_safe_start_is_not_recorded),
        TEST(a_visitor_tells_what_waits_from_what_is_under_way),
        TEST(a_changed_part_is_refused),
        TEST(one_that_is_there_is_refused_without_resume),
        TEST(one_in_use_is_refused),
        TEST(a_record_that_was_changed_is_left_out_or_refused),
        TEST(a_start_that_was_lost_after_a_wait_is_noticed),
        TEST(the_file_is_its_owners_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
