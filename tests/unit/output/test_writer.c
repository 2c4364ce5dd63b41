/* SPDX-License-Identifier: MIT */
#include "output/writer.h"
#include "unit/output/check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct writer *open_fd(int fd)
{
    char path[32];
    struct error err = {0};
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    struct writer *w = writer_file(path, &err);
    assert_non_null(w);
    return w;
}

static void fill(struct writer *w, size_t length)
{
    char *at = buffer_reserve(&w->out, length);
    for (size_t i = 0; i < length; i++)
        at[i] = (char)('a' + (w->out.length + i) % 26);
    w->out.length += length;
}

struct reader {
    int fd;
    struct buffer got;
};

static void *read_all(void *argument)
{
    struct reader *r = argument;
    char chunk[3000];
    ssize_t n;
    while ((n = read(r->fd, chunk, sizeof chunk)) > 0)
        buffer_append(&r->got, chunk, (size_t)n);
    return NULL;
}

static void a_blocked_reader_never_blocks_the_writer(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct writer *w = open_fd(ends[1]);
    struct error err = {0};
    alarm(20);
    fill(w, WRITER_PUSH_BYTES * 3);
    assert_int_equal(writer_push(w, &err), 0);
    assert_true(writer_pending(w));
    assert_false(writer_full(w));
    fill(w, WRITER_FULL_BYTES);
    assert_int_equal(writer_flush(w, &err), 0);
    assert_true(writer_full(w));
    alarm(0);
    writer_free(w);
    close(ends[0]);
    close(ends[1]);
}

static void a_pipe_that_is_full_holds_whole_lines(void **state)
{
    (void)state;
    for (size_t length = 10; length < 4000; length += 311) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        struct writer *w = open_fd(ends[1]);
        struct reader reader = {.fd = ends[0]};
        struct error err = {0};
        while (w->out.length < 4 * WRITER_PUSH_BYTES) {
            fill(w, length);
            buffer_append_char(&w->out, '\n');
        }
        assert_int_equal(writer_flush(w, &err), 0);
        assert_true(writer_pending(w));
        writer_free(w);
        close(ends[1]);
        read_all(&reader);
        assert_true(reader.got.length > 20000);
        assert_int_equal(reader.got.length % (length + 1), 0);
        assert_int_equal(reader.got.data[reader.got.length - 1], '\n');
        close(ends[0]);
        buffer_free(&reader.got);
    }
}

static void finish_waits_for_the_reader_and_loses_nothing(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct writer *w = open_fd(ends[1]);
    struct error err = {0};
    fill(w, 70000);
    assert_int_equal(writer_push(w, &err), 0);
    fill(w, 1301032 - 70000);
    assert_int_equal(writer_push(w, &err), 0);
    struct reader reader = {.fd = ends[0]};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
    close(ends[1]);
    assert_int_equal(writer_finish(w, &err), 0);
    assert_false(writer_pending(w));
    writer_free(w);
    pthread_join(thread, NULL);
    assert_int_equal(reader.got.length, 1301032);
    close(ends[0]);
    buffer_free(&reader.got);
}

static void bytes_below_the_mark_wait_for_a_flush(void **state)
{
    (void)state;
    int ends[2];
    char got[16];
    assert_int_equal(pipe(ends), 0);
    struct writer *w = open_fd(ends[1]);
    struct error err = {0};
    buffer_append_text(&w->out, "one\n");
    assert_int_equal(writer_push(w, &err), 0);
    assert_true(writer_pending(w));
    struct pollfd p = {.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&p, 1, 0), 0);
    assert_int_equal(writer_flush(w, &err), 0);
    assert_false(writer_pending(w));
    assert_int_equal(read(ends[0], got, sizeof got), 4);
    assert_memory_equal(got, "one\n", 4);
    writer_free(w);
    close(ends[0]);
    close(ends[1]);
}

static void a_closed_reader_is_one_error_for_ever(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct writer *w = open_fd(ends[1]);
    struct error err = {0}, again = {0};
    close(ends[0]);
    buffer_append_text(&w->out, "x\n");
    assert_int_equal(writer_flush(w, &err), -1);
    assert_int_equal(err.code, ERROR_OUTPUT_FAILED);
    assert_string_equal(err.message, "cannot write results: the reader closed the pipe");
    assert_false(writer_pending(w));
    buffer_append_text(&w->out, "y\n");
    assert_int_equal(writer_push(w, &again), -1);
    assert_string_equal(again.message, err.message);
    assert_false(writer_pending(w));
    assert_int_equal(writer_finish(w, &again), -1);
    writer_free(w);
    close(ends[1]);
}

static void a_full_disk_is_reported(void **state)
{
    (void)state;
    struct error err = {0};
    struct writer *w = writer_file("/dev/full", &err);
    assert_non_null(w);
    buffer_append_text(&w->out, "x\n");
    assert_int_equal(writer_finish(w, &err), -1);
    assert_int_equal(err.code, ERROR_OUTPUT_FAILED);
    assert_string_equal(err.message, "cannot write results: No space left on device");
    writer_free(w);
}

static void a_closed_stdout_is_an_error(void **state)
{
    (void)state;
    struct error err = {0};
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    close(STDOUT_FILENO);
    struct writer *w = writer_stdout(NULL, &err);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    assert_null(w);
    assert_string_equal(err.message, "cannot write results: stdout is closed");
}

/* ---- files ---- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/ovrmnd-writer-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void path_to(char path[128], const char *name)
{
    snprintf(path, 128, "%s/%s", folder, name);
}

static void read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static unsigned files_in_folder(void)
{
    char command[128];
    unsigned count = 0;
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *pipe = popen(command, "r");
    assert_int_equal(fscanf(pipe, "%u", &count), 1);
    pclose(pipe);
    return count;
}

static void a_file_appears_only_when_it_is_complete(void **state)
{
    (void)state;
    char path[128], text[16];
    struct error err = {0};
    path_to(path, "new");
    mode_t mask = umask(027);
    struct writer *w = writer_file(path, &err);
    assert_non_null(w);
    buffer_append_text(&w->out, "whole\n");
    assert_int_equal(writer_flush(w, &err), 0);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(writer_finish(w, &err), 0);
    umask(mask);
    writer_free(w);
    read_file(path, text, sizeof text);
    assert_string_equal(text, "whole\n");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(files_in_folder(), 1);
    unlink(path);
}

static void abandoning_leaves_the_old_file_as_it_was(void **state)
{
    (void)state;
    char path[128], text[16];
    struct error err = {0};
    path_to(path, "old");
    FILE *file = fopen(path, "w");
    fputs("old\n", file);
    fclose(file);
    struct writer *w = writer_file(path, &err);
    assert_non_null(w);
    buffer_append_text(&w->out, "new\n");
    assert_int_equal(writer_flush(w, &err), 0);
    writer_free(w);
    read_file(path, text, sizeof text);
    assert_string_equal(text, "old\n");
    assert_int_equal(files_in_folder(), 1);
    unlink(path);
}

static void an_existing_file_keeps_its_mode_and_its_link(void **state)
{
    (void)state;
    char path[128], link[128], text[16];
    struct error err = {0};
    path_to(path, "real");
    path_to(link, "link");
    close(open(path, O_CREAT | O_WRONLY, 0600));
    chmod(path, 0604);
    assert_int_equal(symlink(path, link), 0);
    struct writer *w = writer_file(link, &err);
    assert_non_null(w);
    buffer_append_text(&w->out, "new\n");
    assert_int_equal(writer_finish(w, &err), 0);
    writer_free(w);
    struct stat st;
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0604);
    read_file(path, text, sizeof text);
    assert_string_equal(text, "new\n");
    unlink(link);
    unlink(path);
}

/* A plugin may close what is not its own; the next file opened then gets the number. */
static void results_never_go_where_their_descriptor_leads_since(void **state)
{
    (void)state;
    char path[128], other[128];
    struct error err;
    path_to(path, "results");
    path_to(other, "other");
    struct writer *w = writer_file(path, &err);
    int stranger = open(other, O_RDWR | O_CREAT, 0600);
    dup2(stranger, w->fd);
    buffer_append_text(&w->out, "[]");
    assert_int_equal(writer_finish(w, &err), -1);
    assert_int_equal(lseek(stranger, 0, SEEK_END), 0);
    close(stranger);
    writer_free(w);
    unlink(other);
}

/* As /dev/stdout is where stdout is a file that was removed since. */
static void a_link_to_a_file_without_a_name_is_written_through_and_stays(void **state)
{
    (void)state;
    char link[128], target[64], text[16] = "";
    struct error err;
    path_to(link, "link");
    int fd = memfd_create("results", 0);
    snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
    assert_int_equal(symlink(target, link), 0);
    struct writer *w = writer_file(link, &err);
    assert_non_null(w);
    buffer_append_text(&w->out, "[]");
    assert_int_equal(writer_finish(w, &err), 0);
    writer_free(w);
    assert_int_equal(pread(fd, text, sizeof text - 1, 0), 2);
    assert_string_equal(text, "[]");
    close(fd);
    assert_int_equal(unlink(link), 0);
}

static void a_folder_or_a_missing_folder_is_refused_by_name(void **state)
{
    (void)state;
    char path[128];
    struct error err = {0};
    path_to(path, "no/such");
    assert_null(writer_file(path, &err));
    assert_int_equal(err.code, ERROR_OUTPUT_FAILED);
    assert_non_null(strstr(err.message, "/no/such': No such file or directory"));
    assert_null(writer_file(folder, &err));
    assert_non_null(strstr(err.message, "Is a directory"));
    assert_null(writer_file("", &err));
    assert_non_null(strstr(err.message, "'': No such file or directory"));
}

static void a_stuck_terminal_does_not_block_the_writer(void **state)
{
    (void)state;
    int master, slave;
    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    struct writer *w = open_fd(slave);
    struct error err = {0};
    alarm(20);
    fill(w, 400000);
    assert_int_equal(writer_flush(w, &err), 0);
    assert_true(writer_pending(w));
    alarm(0);
    writer_free(w);
    close(master);
    close(slave);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blocked_reader_never_blocks_the_writer),
        cmocka_unit_test(a_pipe_that_is_full_holds_whole_lines),
        cmocka_unit_test(finish_waits_for_the_reader_and_loses_nothing),
        cmocka_unit_test(bytes_below_the_mark_wait_for_a_flush),
        cmocka_unit_test(a_closed_reader_is_one_error_for_ever),
        cmocka_unit_test(results_never_go_where_their_descriptor_leads_since),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(a_closed_stdout_is_an_error),
        cmocka_unit_test(a_file_appears_only_when_it_is_complete),
        cmocka_unit_test(abandoning_leaves_the_old_file_as_it_was),
        cmocka_unit_test(an_existing_file_keeps_its_mode_and_its_link),
        cmocka_unit_test(a_link_to_a_file_without_a_name_is_written_through_and_stays),
        cmocka_unit_test(a_folder_or_a_missing_folder_is_refused_by_name),
        cmocka_unit_test(a_stuck_terminal_does_not_block_the_writer),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
