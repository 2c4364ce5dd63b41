/* SPDX-License-Identifier: MIT */
#include "output/screen.h"
#include "output/writer.h"
#include "unit/output/check.h"
#include "unit/output/pty.h"
#include "unit/output/terminal_model.h"

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

static const unsigned widths[] = {1, 2, 5, 20, 80, 300};
#define WIDTHS (sizeof widths / sizeof *widths)

static void a_status_never_wraps_at_any_width(void **state)
{
    (void)state;
    char text[1500] = "";
    for (int i = 0; i < 50; i++)
        strcat(text, "日\033[31mé\033[0m a");
    for (size_t i = 0; i < WIDTHS; i++) {
        struct pty pty;
        struct screen s;
        struct terminal_model m = {.columns = widths[i]};
        pty_open(&pty, widths[i]);
        screen_init(&s, pty.slave);
        assert_int_equal(s.base.columns(&s.base), widths[i]);
        screen_status(&s, text);
        screen_status(&s, text + 1);
        screen_status(&s, "x");
        screen_status(&s, text);
        pty_read(&pty);
        model_feed(&m, pty.text, strlen(pty.text));
        assert_false(m.wrapped);
        assert_int_equal(m.strange, 0);
        assert_int_equal(m.row, 0);
        /* It is cut, but no more than it must be: a wide character may leave one free. */
        assert_true(widths[i] < 4 || m.column >= widths[i] - 2 || m.column >= 200);
        screen_fini(&s);
        pty_read(&pty);
        model_feed(&m, pty.text, strlen(pty.text));
        assert_string_equal(model_row(&m, 0), "");
        pty_close(&pty);
    }
}

static void a_terminal_made_narrower_gets_a_narrower_status(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    pty_open(&pty, 80);
    screen_init(&s, pty.slave);
    screen_status(&s, "0123456789");
    assert_string_equal(pty_read(&pty), "\r0123456789\033[K");
    pty_resize(&pty, 5);
    screen_status(&s, "0123456789");
    assert_string_equal(pty_read(&pty), "\r0123\033[K");
    screen_fini(&s);
    pty_close(&pty);
}

static void an_unchanged_status_is_not_drawn_again(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    pty_open(&pty, 80);
    screen_init(&s, pty.slave);
    screen_status(&s, "one");
    assert_string_equal(pty_read(&pty), "\rone\033[K");
    screen_status(&s, "one");
    assert_string_equal(pty_read(&pty), "");
    screen_status(&s, "two");
    assert_string_equal(pty_read(&pty), "\rtwo\033[K");
    screen_status(&s, "");
    assert_string_equal(pty_read(&pty), "\r\033[K");
    screen_status(&s, "");
    assert_string_equal(pty_read(&pty), "");
    screen_fini(&s);
    assert_string_equal(pty_read(&pty), "");
    pty_close(&pty);
}

static void lines_stay_above_the_status(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    struct terminal_model m = {.columns = 40};
    pty_open(&pty, 40);
    screen_init(&s, pty.slave);
    screen_line(&s, "first");
    screen_status(&s, "a rather long status");
    screen_log(&s, "second");
    screen_line(&s, "third");
    pty_read(&pty);
    model_feed(&m, pty.text, strlen(pty.text));
    assert_string_equal(model_row(&m, 0), "first");
    assert_string_equal(model_row(&m, 1), "second");
    assert_string_equal(model_row(&m, 2), "third");
    assert_string_equal(model_row(&m, 3), "a rather long status");
    assert_false(m.wrapped);
    screen_fini(&s);
    pty_close(&pty);
}

static void what_steers_a_terminal_is_shown_escaped_but_colours_pass(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    pty_open(&pty, 80);
    screen_init(&s, pty.slave);
    screen_line(&s, "a\033[2J\033]0;x\007\rb\nc\033[1;31md");
    assert_string_equal(pty_read(&pty),
                        "a\\u001b[2J\\u001b]0;x\\u0007\\u000db\\u000ac\033[1;31md\033[0m\n");
    screen_status(&s, "x\ny");
    assert_string_equal(pty_read(&pty), "\rx\\u000ay\033[K");
    screen_fini(&s);
    pty_close(&pty);
}

static void traits_follow_the_environment(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    pty_open(&pty, 80);
    screen_init(&s, pty.slave);
    assert_int_equal(s.base.traits,
                     OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8 | OVRMND_SCREEN_COLOUR);
    screen_fini(&s);
    setenv("NO_COLOR", "1", 1);
    screen_init(&s, pty.slave);
    assert_int_equal(s.base.traits, OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8);
    screen_fini(&s);
    setenv("TERM", "dumb", 1);
    setlocale(LC_ALL, "C");
    screen_init(&s, pty.slave);
    assert_int_equal(s.base.traits, 0);
    assert_int_equal(screen_columns(&s), 0);
    screen_fini(&s);
    setlocale(LC_ALL, "C.UTF-8");
    pty_close(&pty);
}

static void a_terminal_without_utf8_gets_ascii_and_one_column_each(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    pty_open(&pty, 5);
    setlocale(LC_ALL, "C");
    screen_init(&s, pty.slave);
    screen_status(&s, "é日xyz");
    assert_string_equal(pty_read(&pty), "\r\?\?xy\033[K");
    screen_fini(&s);
    setlocale(LC_ALL, "C.UTF-8");
    pty_close(&pty);
}

static void without_a_terminal_there_are_lines_alone(void **state)
{
    (void)state;
    int ends[2];
    char got[64];
    struct screen s;
    assert_int_equal(pipe(ends), 0);
    screen_init(&s, ends[1]);
    screen_status(&s, "status");
    screen_line(&s, "\033[31mred\033[0m line");
    screen_fini(&s);
    ssize_t n = read(ends[0], got, sizeof got);
    assert_int_equal(n, 9);
    assert_memory_equal(got, "red line\n", 9);
    close(ends[0]);
    close(ends[1]);
}

struct reading {
    int fd;
    size_t total;
};

static void *count_all(void *argument)
{
    struct reading *r = argument;
    char chunk[4096];
    ssize_t n;
    while ((n = read(r->fd, chunk, sizeof chunk)) > 0)
        r->total += (size_t)n;
    return NULL;
}

static void a_stuck_reader_blocks_nothing_and_loses_no_line(void **state)
{
    (void)state;
    int ends[2];
    char line[101];
    struct screen s;
    assert_int_equal(pipe(ends), 0);
    memset(line, 'x', 100);
    line[100] = '\0';
    screen_init(&s, ends[1]);
    alarm(20);
    for (int i = 0; i < 5000; i++)
        screen_line(&s, line);
    assert_true(s.pending.length > 0);
    struct reading r = {.fd = ends[0]};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, count_all, &r), 0);
    screen_fini(&s);
    close(ends[1]);
    pthread_join(thread, NULL);
    assert_int_equal(r.total, 5000 * 101);
    alarm(0);
    close(ends[0]);
}

static void a_stuck_terminal_drops_statuses_and_keeps_lines(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    char line[201], status[16];
    pty_open(&pty, 80);
    memset(line, 'x', 200);
    line[200] = '\0';
    screen_init(&s, pty.slave);
    alarm(20);
    for (int i = 0; i < 2000; i++)
        screen_line(&s, line);
    size_t waiting = s.pending.length;
    assert_true(waiting > 0);
    for (int i = 0; i < 1000; i++) {
        snprintf(status, sizeof status, "%d", i);
        screen_status(&s, status);
    }
    assert_true(s.pending.length <= waiting);
    alarm(0);
    close(pty.master);
    /* Hung up: the end comes at once. */
    screen_fini(&s);
    close(pty.slave);
}

static void after_a_hangup_everything_is_ignored(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    pty_open(&pty, 80);
    screen_init(&s, pty.slave);
    screen_status(&s, "x");
    close(pty.master);
    screen_line(&s, "y");
    screen_status(&s, "z");
    screen_line(&s, "y");
    assert_int_equal(s.pending.length, 0);
    screen_fini(&s);
    close(pty.slave);
}

static void results_on_the_same_terminal_never_meet_the_status(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    struct error err = {0};
    struct terminal_model m = {.columns = 40};
    pty_open(&pty, 40);
    screen_init(&s, pty.slave);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    dup2(pty.slave, STDOUT_FILENO);
    struct writer *w = writer_stdout(&s, &err);
    screen_status(&s, "the status");
    buffer_append_text(&w->out, "[\n  1,\n  2");
    int flushed = writer_flush(w, &err);
    bool pending = writer_pending(w), full = writer_full(w);
    pty_read(&pty);
    model_feed(&m, pty.text, strlen(pty.text));
    assert_string_equal(model_row(&m, 2), "the status");
    buffer_append_text(&w->out, "\n]\n");
    int finished = writer_finish(w, &err);
    writer_free(w);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    assert_int_equal(flushed, 0);
    assert_int_equal(finished, 0);
    /* The line that is not whole waits, without being a reason to poll. */
    assert_false(pending);
    assert_false(full);
    pty_read(&pty);
    model_feed(&m, pty.text, strlen(pty.text));
    assert_string_equal(model_row(&m, 0), "[");
    assert_string_equal(model_row(&m, 1), "  1,");
    assert_string_equal(model_row(&m, 2), "  2");
    assert_string_equal(model_row(&m, 3), "]");
    assert_string_equal(model_row(&m, 4), "the status");
    screen_fini(&s);
    pty_close(&pty);
}

static void a_text_is_as_wide_as_the_status_shows_it(void **state)
{
    (void)state;
    struct pty pty;
    struct screen s;
    pty_open(&pty, 80);
    screen_init(&s, pty.slave);
    assert_int_equal(s.base.width(&s.base, ""), 0);
    assert_int_equal(s.base.width(&s.base, "\033[31mred\033[0m"), 3);
    assert_int_equal(s.base.width(&s.base, "日本"), 4);
    assert_int_equal(s.base.width(&s.base, "a\tb"), strlen("a\\u0009b"));
    screen_fini(&s);
    pty_close(&pty);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_never_wraps_at_any_width),
        cmocka_unit_test(a_text_is_as_wide_as_the_status_shows_it),
        cmocka_unit_test(a_terminal_made_narrower_gets_a_narrower_status),
        cmocka_unit_test(an_unchanged_status_is_not_drawn_again),
        cmocka_unit_test(lines_stay_above_the_status),
        cmocka_unit_test(what_steers_a_terminal_is_shown_escaped_but_colours_pass),
        cmocka_unit_test(traits_follow_the_environment),
        cmocka_unit_test(a_terminal_without_utf8_gets_ascii_and_one_column_each),
        cmocka_unit_test(without_a_terminal_there_are_lines_alone),
        cmocka_unit_test(a_stuck_reader_blocks_nothing_and_loses_no_line),
        cmocka_unit_test(a_stuck_terminal_drops_statuses_and_keeps_lines),
        cmocka_unit_test(after_a_hangup_everything_is_ignored),
        cmocka_unit_test(results_on_the_same_terminal_never_meet_the_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
