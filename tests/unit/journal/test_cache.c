/* SPDX-License-Identifier: MIT */

/* The response cache: what is the same request, what is fresh, what is kept, and what becomes
 * of a file that is not as it should be. The time is the test's. */

#include "base/log.h"
#include "base/memory.h"
#include "journal/cache.h"
#include "journal/cache_place.h"
#include "journal/cache_store.h"
#include "request/fingerprint.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
// clang-format on

static char folder[64], path[96];
static int64_t now_ms;
static unsigned warnings;
static char warning[1024];

static int64_t wall_ms(void)
{
    return now_ms;
}

static void note(void *context, const char *line)
{
    (void)context;
    warnings++;
    snprintf(warning, sizeof warning, "%s", line);
}

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/ovrmnd-cache-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/responses.db", folder);
    setenv("OVRMND_CACHE_DIR", folder, 1);
    log_set_writer(note, NULL);
    warnings = 0;
    now_ms = 1000000;
    return 0;
}

static int folder_remove(void **state)
{
    (void)state;
    log_set_writer(NULL, NULL);
    log_forget_secrets();
    chmod(folder, 0700);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    return rmdir(folder);
}

/* ---- a call ---- */

static struct cache *cache_of(const char *endpoint, uint64_t ttl_ms, uint64_t max_bytes)
{
    struct cache_options options = {.service = "api",
                                    .endpoint = endpoint,
                                    .ttl_ns = ttl_ms * 1000000,
                                    .digest = fingerprint_with_headers,
                                    .max_bytes = max_bytes,
                                    .wall_ms = wall_ms};
    return cache_open(&options);
}

/* A request as `who`, with what a test looks at. */
static const struct request *request_of(const char *url, const char *who)
{
    static struct request request;
    static struct request_shape shape;
    static char *credentials[1];
    credentials[0] = (char *)who;
    shape = (struct request_shape){
        .method = "GET", .credentials = credentials, .credential_count = who != NULL};
    request.shape = &shape;
    buffer_free(&request.url);
    if (url)
        buffer_append_text(&request.url, url);
    return &request;
}

static void store_as(struct cache *c, const char *url, const char *who, enum body_kind kind,
                     struct slice body)
{
    struct result result = {.success = true, .status = 200, .body_kind = kind, .body = body};
    struct memo *memo = cache_memo(c);
    memo->finished(memo, request_of(url, who), &result);
}

static void store(struct cache *c, const char *url, const char *json)
{
    store_as(c, url, NULL, BODY_JSON, slice_of(json));
}

/* What is recalled, "" for nothing; valid until the next call. */
static const char *recall_as(struct cache *c, const char *url, const char *who)
{
    static struct buffer body;
    static char text[128];
    struct recalled known = {.body = &body};
    struct memo *memo = cache_memo(c);
    buffer_reset(&body);
    bool found = memo->recall(memo, NULL, request_of(url, who), &known);
    assert_true(found || body.length == 0);
    assert_int_equal(known.attempts, 0);
    snprintf(text, sizeof text, "%s", found ? buffer_text(&body) : "");
    buffer_free(&body);
    if (found)
        assert_int_equal(known.status, 200);
    return text;
}

static const char *recall(struct cache *c, const char *url)
{
    return recall_as(c, url, NULL);
}

/* As if the process had ended and another call came. */
static struct cache *again(struct cache *c, const char *endpoint, uint64_t ttl_ms)
{
    cache_close(c);
    return cache_of(endpoint, ttl_ms, 0);
}

static void end(struct cache *c)
{
    cache_close(c);
    request_of(NULL, NULL);
}

/* ---- what is known ---- */

static void a_response_is_known_to_the_next_call_and_to_this_one(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1000, 0);
    assert_string_equal(recall(c, "http://h/1"), "");
    store(c, "http://h/1", "{\"a\":1.0}");
    assert_string_equal(recall(c, "http://h/1"), "{\"a\":1.0}");
    c = again(c, "get", 1000);
    assert_string_equal(recall(c, "http://h/1"), "{\"a\":1.0}");
    assert_int_equal(warnings, 0);
    end(c);
}

static void whatever_the_server_sees_tells_requests_apart(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1000, 0);
    store_as(c, "http://h/1?q=1", "Authorization: Bearer alice", BODY_JSON,
             slice_of("\"hers\""));
    c = again(c, "get", 1000);
    assert_string_equal(recall_as(c, "http://h/1?q=1", "Authorization: Bearer bob"), "");
    assert_string_equal(recall_as(c, "http://h/1?q=1", NULL), "");
    assert_string_equal(recall_as(c, "http://h/1?q=2", "Authorization: Bearer alice"), "");
    assert_string_equal(recall_as(c, "http://h/1?q=1", "Authorization: Bearer alice"),
                        "\"hers\"");
    c = again(c, "other", 1000);
    assert_string_equal(recall_as(c, "http://h/1?q=1", "Authorization: Bearer alice"), "");
    end(c);
}

static void null_and_text_are_known_as_what_they_are(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1000, 0);
    store(c, "http://h/null", "null");
    store_as(c, "http://h/text", NULL, BODY_TEXT, slice_of("null"));
    store_as(c, "http://h/empty", NULL, BODY_TEXT, slice_of(""));
    c = again(c, "get", 1000);
    struct buffer body = {0};
    struct recalled known = {.body = &body};
    struct memo *memo = cache_memo(c);
    assert_true(memo->recall(memo, NULL, request_of("http://h/null", NULL), &known));
    assert_int_equal(known.body_kind, BODY_JSON);
    buffer_reset(&body);
    assert_true(memo->recall(memo, NULL, request_of("http://h/text", NULL), &known));
    assert_int_equal(known.body_kind, BODY_TEXT);
    buffer_reset(&body);
    assert_true(memo->recall(memo, NULL, request_of("http://h/empty", NULL), &known));
    assert_int_equal(body.length, 0);
    buffer_free(&body);
    end(c);
}

static void a_response_is_fresh_up_to_its_time_and_not_beyond(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1500, 0);
    store(c, "http://h/1", "1");
    for (int stored = 0; stored < 2; stored++) {
        now_ms = 1001500;
        assert_string_equal(recall(c, "http://h/1"), "1");
        now_ms = 1001501;
        assert_string_equal(recall(c, "http://h/1"), "");
        now_ms = 999999; /* the clock was set back */
        assert_string_equal(recall(c, "http://h/1"), "");
        c = again(c, "get", 1500);
    }
    end(c);
}

static void a_shorter_time_in_the_file_counts_at_once(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 10000, 0);
    store(c, "http://h/1", "1");
    now_ms += 500;
    c = again(c, "get", 100);
    assert_string_equal(recall(c, "http://h/1"), "");
    c = again(c, "get", 10000);
    assert_string_equal(recall(c, "http://h/1"), "1");
    end(c);
}

static void a_newer_response_takes_the_place_of_an_older_one(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1000, 0);
    store(c, "http://h/1", "1");
    c = again(c, "get", 1000);
    now_ms += 5000;
    store(c, "http://h/1", "2");
    assert_string_equal(recall(c, "http://h/1"), "2");
    c = again(c, "get", 1000);
    assert_string_equal(recall(c, "http://h/1"), "2");
    end(c);
}

static void only_a_200_of_now_with_a_body_of_some_size_is_kept(void **state)
{
    (void)state;
    struct buffer large = {0};
    memset(buffer_reserve(&large, CACHE_MAX_ENTRY_BYTES + 1), '1', CACHE_MAX_ENTRY_BYTES + 1);
    struct slice one = {"1", 1}, most = {large.data, CACHE_MAX_ENTRY_BYTES + 1};
    const struct result results[] = {
        {.success = false, .status = 404, .body_kind = BODY_JSON, .body = one},
        {.success = true, .status = 201, .body_kind = BODY_JSON, .body = one},
        {.success = true, .status = 200, .body_kind = BODY_NONE},
        {.success = true, .status = 200, .recalled = true, .body_kind = BODY_JSON, .body = one},
        {.success = true, .status = 200, .body_kind = BODY_JSON, .body = most},
    };
    struct cache *c = cache_of("get", 1000, 0);
    struct memo *memo = cache_memo(c);
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        memo->finished(memo, request_of("http://h/1", NULL), &results[i]);
        assert_string_equal(recall(c, "http://h/1"), "");
    }
    buffer_free(&large);
    end(c);
}

static void responses_are_stored_together_and_soon(void **state)
{
    (void)state;
    struct error err;
    struct cache *writer = cache_of("get", 1000, 0), *reader = cache_of("get", 1000, 0);
    struct memo *memo = cache_memo(writer);
    store(writer, "http://h/1", "1");
    assert_int_equal(memo->settle(memo, 1000, &err), 0);
    assert_string_equal(recall(reader, "http://h/1"), "");
    assert_true(memo->settle_at_ns > 1000 && memo->settle_at_ns < 1000000000);
    assert_int_equal(memo->settle(memo, memo->settle_at_ns, &err), 0);
    assert_int_equal(memo->settle_at_ns, UINT64_MAX);
    assert_string_equal(recall(reader, "http://h/1"), "1");
    cache_close(reader);
    end(writer);
}

static void while_another_writes_responses_wait(void **state)
{
    (void)state;
    struct error err;
    sqlite3 *other;
    struct cache *c = cache_of("get", 1000, 0);
    struct memo *memo = cache_memo(c);
    store(c, "http://h/1", "1");
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(memo->settle(memo, 1000, &err), 0);
    assert_int_equal(memo->settle(memo, memo->settle_at_ns, &err), 0);
    assert_true(memo->settle_at_ns < UINT64_MAX);
    assert_string_equal(recall(c, "http://h/1"), "1");
    sqlite3_close(other);
    assert_int_equal(warnings, 0);
    c = again(c, "get", 1000);
    assert_string_equal(recall(c, "http://h/1"), "1");
    end(c);
}

/* ---- its size ---- */

static void what_is_stored_pushes_out_the_expired_then_the_oldest(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 100000, 0);
    struct cache *brief = cache_of("brief", 1, 0);
    char body[1001];
    memset(body, '1', 1000);
    body[1000] = '\0';
    store(c, "http://h/old", body);
    now_ms++;
    store(brief, "http://h/brief", body);
    cache_close(brief);
    now_ms += 10;
    store(c, "http://h/new", body);
    cache_close(c);
    c = cache_of("get", 100000, 3 * 1300); /* three have room */
    store(c, "http://h/newer", body);
    c = again(c, "get", 100000);
    assert_int_not_equal(*recall(c, "http://h/old"), '\0');
    cache_close(c);
    c = cache_of("get", 100000, 3 * 1300);
    now_ms++;
    store(c, "http://h/newest", body);
    c = again(c, "get", 100000);
    assert_string_equal(recall(c, "http://h/old"), "");
    assert_int_not_equal(*recall(c, "http://h/new"), '\0');
    assert_int_not_equal(*recall(c, "http://h/newest"), '\0');
    end(c);
}

static void many_responses_stay_within_the_bound(void **state)
{
    (void)state;
    struct error err;
    char url[64];
    struct cache *c = cache_of("get", 100000, 100 * 1000);
    struct memo *memo = cache_memo(c);
    for (int i = 0; i < 3000; i++, now_ms++) {
        snprintf(url, sizeof url, "http://h/%d", i);
        store(c, url, "{\"some\":\"thing\"}");
        memo->settle(memo, 1, &err);
    }
    c = again(c, "get", 100000);
    assert_string_equal(recall(c, "http://h/0"), "");
    assert_int_not_equal(*recall(c, "http://h/2999"), '\0');
    int kept = 0;
    for (int i = 0; i < 3000; i++) {
        snprintf(url, sizeof url, "http://h/%d", i);
        kept += *recall(c, url) != '\0';
    }
    assert_in_range(kept, 200, 400);
    end(c);
}

/* ---- private ---- */

static mode_t mode_of(const char *name)
{
    struct stat status;
    assert_int_equal(stat(name, &status), 0);
    return status.st_mode & 07777;
}

static void folder_and_file_are_for_the_user_alone_whatever_the_umask(void **state)
{
    (void)state;
    char *deep = memory_format("%s/a/b", folder),
         *file = memory_format("%s/responses.db", deep);
    char *upper = memory_format("%s/a", folder), *log = memory_format("%s-wal", file);
    mode_t before = umask(0);
    setenv("OVRMND_CACHE_DIR", deep, 1);
    struct cache *c = cache_of("get", 1000, 0);
    struct error err;
    struct memo *memo = cache_memo(c);
    store(c, "http://h/1", "1");
    memo->settle(memo, 1, &err);
    memo->settle(memo, UINT64_MAX - 1, &err);
    assert_int_equal(mode_of(deep), 0700);
    assert_int_equal(mode_of(upper), 0700);
    assert_int_equal(mode_of(file), 0600);
    assert_int_equal(mode_of(log), 0600);
    end(c);
    umask(before);
    unlink(file);
    rmdir(deep);
    rmdir(upper);
    free(deep);
    free(file);
    free(upper);
    free(log);
}

static void a_folder_or_file_that_others_can_write_is_not_used(void **state)
{
    (void)state;
    chmod(folder, 0777);
    assert_null(cache_of("get", 1000, 0));
    assert_int_equal(warnings, 1);
    assert_non_null(strstr(warning, "can be written by others (mode 0777); chmod go-w"));
    chmod(folder, 0755);
    end(cache_of("get", 1000, 0));
    assert_int_equal(warnings, 1);
    chmod(path, 0620);
    assert_null(cache_of("get", 1000, 0));
    assert_int_equal(warnings, 2);
    chmod(path, 0644); /* written before it was made private: it is now */
    end(cache_of("get", 1000, 0));
    assert_int_equal(mode_of(path), 0600);
}

static void a_link_is_not_followed_to_a_file(void **state)
{
    (void)state;
    char *elsewhere = memory_format("%s/elsewhere", folder);
    assert_int_equal(symlink(elsewhere, path), 0);
    assert_null(cache_of("get", 1000, 0));
    assert_int_equal(access(elsewhere, F_OK), -1);
    free(elsewhere);
}

static const char *shown(const char *url)
{
    static struct buffer text;
    static char copy[256];
    cache_url(slice_of(url), &text);
    snprintf(copy, sizeof copy, "%s", buffer_text(&text));
    buffer_free(&text);
    return copy;
}

static void a_url_is_kept_without_its_secrets(void **state)
{
    (void)state;
    log_add_secret("hush+hush");
    log_add_secret("quiet");
    assert_string_equal(shown("https://h/a?b=c%20d"), "https://h/a?b=c%20d");
    assert_string_equal(shown("https://me:pass@h/a?b=m@x"), "https://h/a?b=m@x");
    assert_string_equal(shown("https://h/quiet/a"), "https://h/*****/a");
    assert_string_equal(shown("https://h/a?key=hush%2Bhush"), "https://h/a?key=***********");
    assert_string_equal(shown("https://h/a?k=%71uiet"), "https://h/a?***");
    assert_string_equal(shown("https://h/hush%2bhush/a?b=1"), "https://h/***********/a?b=1");
    assert_string_equal(shown("https://h/hush%2b%68ush/a?b=1"), "***?***");
    assert_string_equal(shown("https://h/a?b=%"), "https://h/a?b=%");
    assert_string_equal(shown("https://h/a?b=%4"), "https://h/a?b=%4");
}

static void no_header_or_secret_is_in_the_file(void **state)
{
    (void)state;
    static char bytes[1 << 20];
    log_add_secret("from-the-environment");
    struct cache *c = cache_of("get", 1000, 0);
    store_as(c, "http://h/1?key=from-the-environment", "Authorization: Bearer alice", BODY_JSON,
             slice_of("\"body\""));
    end(c);
    int fd = open(path, O_RDONLY);
    ssize_t length = read(fd, bytes, sizeof bytes);
    close(fd);
    assert_true(length > 0 && length < (ssize_t)sizeof bytes);
    assert_non_null(memmem(bytes, (size_t)length, "\"body\"", 6));
    assert_null(memmem(bytes, (size_t)length, "alice", 5));
    assert_null(memmem(bytes, (size_t)length, "from-the-environment", 20));
}

/* ---- a file that is not as it should be ---- */

static void put_file(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, 0600);
}

static void change(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void what_is_no_database_is_put_aside(void **state)
{
    (void)state;
    char *aside = memory_format("%s.damaged", path);
    put_file("this is not a database, and was perhaps written by somebody\n");
    struct cache *c = cache_of("get", 1000, 0);
    assert_int_equal(warnings, 1);
    assert_int_equal(access(aside, F_OK), 0);
    store(c, "http://h/1", "1");
    c = again(c, "get", 1000);
    assert_string_equal(recall(c, "http://h/1"), "1");
    assert_int_equal(warnings, 1);
    end(c);
    free(aside);
}

/* Overwrites all pages but the first `spared`. */
static void damage(size_t spared)
{
    struct stat status;
    int fd = open(path, O_RDWR);
    assert_int_equal(fstat(fd, &status), 0);
    for (off_t at = (off_t)spared; at < status.st_size; at += 16)
        assert_int_equal(pwrite(fd, "0123456789abcdef", 16, at), 16);
    close(fd);
}

static void a_damaged_cache_is_emptied_when_it_is_opened(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1000, 0);
    store(c, "http://h/1", "1");
    end(c);
    damage(100); /* all but the header: not even the tables are known */
    c = cache_of("get", 1000, 0);
    assert_non_null(c);
    assert_int_equal(warnings, 1);
    assert_string_equal(recall(c, "http://h/1"), "");
    store(c, "http://h/1", "2");
    c = again(c, "get", 1000);
    assert_string_equal(recall(c, "http://h/1"), "2");
    assert_int_equal(warnings, 1);
    end(c);
}

static void damage_found_later_costs_one_call_its_cache_and_no_more(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1000, 0);
    store(c, "http://h/1", "1");
    end(c);
    damage(4096);
    c = cache_of("get", 1000, 0);
    assert_non_null(c);
    assert_string_equal(recall(c, "http://h/1"), "");
    store(c, "http://h/1", "2");
    assert_string_equal(recall(c, "http://h/1"), "");
    assert_int_equal(warnings, 1);
    c = again(c, "get", 1000);
    store(c, "http://h/1", "3");
    c = again(c, "get", 1000);
    assert_string_equal(recall(c, "http://h/1"), "3");
    assert_int_equal(warnings, 1);
    end(c);
}

static void a_body_that_is_no_json_any_more_is_not_known(void **state)
{
    (void)state;
    struct cache *c = cache_of("get", 1000, 0);
    store(c, "http://h/1", "{\"a\":1}");
    end(c);
    change("UPDATE responses SET body = CAST('{\"a' AS BLOB)");
    c = cache_of("get", 1000, 0);
    assert_string_equal(recall(c, "http://h/1"), "");
    end(c);
}

static void a_newer_or_foreign_file_is_left_alone(void **state)
{
    (void)state;
    end(cache_of("get", 1000, 0));
    change("PRAGMA user_version=99");
    assert_null(cache_of("get", 1000, 0));
    assert_int_equal(warnings, 1);
    assert_non_null(strstr(warning, "newer"));
    change("PRAGMA user_version=1; PRAGMA application_id=1; CREATE TABLE mine (x)");
    assert_null(cache_of("get", 1000, 0));
    assert_int_equal(warnings, 2);
    change("INSERT INTO mine VALUES (1)");
}

static void a_log_that_lost_its_file_is_in_nobodys_way(void **state)
{
    (void)state;
    char *log = memory_format("%s-wal", path);
    FILE *file = fopen(log, "w");
    fputs("some log\n", file);
    fclose(file);
    struct cache *c = cache_of("get", 1000, 0);
    assert_non_null(c);
    assert_int_equal(warnings, 0);
    end(c);
    free(log);
}

/* ---- clearing ---- */

static void clearing_goes_by_the_beginning_of_keys(void **state)
{
    (void)state;
    struct error err;
    uint64_t cleared;
    char prefix[] = "api.get.xx";
    struct cache *c = cache_of("get", 1000, 0);
    store(c, "http://h/1", "1");
    c = again(c, "getAll", 1000);
    store(c, "http://h/1", "1");
    end(c);
    struct fingerprint digest = fingerprint_with_headers(request_of("http://h/1", NULL));
    snprintf(prefix, sizeof prefix, "api.get.%02x", digest.bytes[0]);
    request_of(NULL, NULL);

    struct cache_store *s = cache_store_open(path, UINT64_MAX, &err);
    assert_int_equal(cache_store_clear(s, "other", &cleared, &err), 0);
    assert_int_equal(cleared, 0);
    assert_int_equal(cache_store_clear(s, "pi.get", &cleared, &err), 0);
    assert_int_equal(cleared, 0);
    assert_int_equal(cache_store_clear(s, prefix, &cleared, &err), 0);
    assert_int_equal(cleared, 1);
    assert_int_equal(cache_store_clear(s, NULL, &cleared, &err), 0);
    assert_int_equal(cleared, 1);
    cache_store_close(s);
}

static void what_is_cleared_is_gone_from_the_disk(void **state)
{
    (void)state;
    static char bytes[1 << 20];
    struct error err;
    uint64_t cleared;
    struct cache *c = cache_of("get", 1000, 0);
    store(c, "http://h/1", "\"private matters\"");
    end(c);
    struct cache_store *s = cache_store_open(path, UINT64_MAX, &err);
    assert_int_equal(cache_store_clear(s, "api.get", &cleared, &err), 0);
    cache_store_close(s);
    int fd = open(path, O_RDONLY);
    ssize_t length = read(fd, bytes, sizeof bytes);
    close(fd);
    assert_null(memmem(bytes, (size_t)length, "private matters", 15));
}

#define cache_test(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cache_test(a_response_is_known_to_the_next_call_and_to_this_one),
        cache_test(whatever_the_server_sees_tells_requests_apart),
        cache_test(null_and_text_are_known_as_what_they_are),
        cache_test(a_response_is_fresh_up_to_its_time_and_not_beyond),
        cache_test(a_shorter_time_in_the_file_counts_at_once),
        cache_test(a_newer_response_takes_the_place_of_an_older_one),
        cache_test(only_a_200_of_now_with_a_body_of_some_size_is_kept),
        cache_test(responses_are_stored_together_and_soon),
        cache_test(while_another_writes_responses_wait),
        cache_test(what_is_stored_pushes_out_the_expired_then_the_oldest),
        cache_test(many_responses_stay_within_the_bound),
        cache_test(folder_and_file_are_for_the_user_alone_whatever_the_umask),
        cache_test(a_folder_or_file_that_others_can_write_is_not_used),
        cache_test(a_link_is_not_followed_to_a_file),
        cache_test(a_url_is_kept_without_its_secrets),
        cache_test(no_header_or_secret_is_in_the_file),
        cache_test(what_is_no_database_is_put_aside),
        cache_test(a_damaged_cache_is_emptied_when_it_is_opened),
        cache_test(damage_found_later_costs_one_call_its_cache_and_no_more),
        cache_test(a_body_that_is_no_json_any_more_is_not_known),
        cache_test(a_newer_or_foreign_file_is_left_alone),
        cache_test(a_log_that_lost_its_file_is_in_nobodys_way),
        cache_test(clearing_goes_by_the_beginning_of_keys),
        cache_test(what_is_cleared_is_gone_from_the_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
