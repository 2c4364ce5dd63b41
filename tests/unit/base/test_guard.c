/* SPDX-License-Identifier: MIT */
#include "base/guard.h"
#include "base/units.h"

#include <fcntl.h>
#include <fenv.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SHORT (40 * NS_PER_MS)
#define LONG  (3600 * NS_PER_S)

typedef void deed_function(void);

/* Does the deed as a call of the plugin `name`. -1: it ended badly, and `err` says how. */
static int call(const char *name, deed_function *deed, struct error *err)
{
    if (guard_landed())
        return guard_error(err);
    guard_enter("scheduler", name, "started", GUARD_LOOP);
    deed();
    guard_leave();
    return 0;
}

static void assert_ends(uint64_t patience_ns, deed_function *deed, const char *message)
{
    struct error err = {0};
    guard_open(patience_ns);
    guard_watch();
    assert_int_equal(call("x", deed, &err), -1);
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERROR_PLUGIN_ERROR);
    guard_close();
}

static void nothing(void)
{
}

static void segmentation_fault(void)
{
    raise(SIGSEGV);
}

static void bus_error(void)
{
    raise(SIGBUS);
}

static void arithmetic_error(void)
{
    raise(SIGFPE);
}

static void illegal_instruction(void)
{
    raise(SIGILL);
}

static void trap(void)
{
    raise(SIGTRAP);
}

static void leave_quietly(void)
{
    exit(0);
}

static void leave_at_once(void)
{
    _exit(0);
}

static void leave_quickly(void)
{
    quick_exit(0);
}

static void leave_the_thread(void)
{
    pthread_exit(NULL);
}

static void become_another(void)
{
    execlp("true", "true", NULL);
}

static void become_another_elsewhere(void)
{
    execle("/bin/true", "true", NULL, environ);
}

static void close_stdout(void)
{
    close(STDOUT_FILENO);
}

static void replace_stderr(void)
{
    dup2(STDIN_FILENO, STDERR_FILENO);
}

static int kept = -1;

static void close_all_beyond(void)
{
    closefrom(kept);
}

static void close_its_own(void)
{
    int own = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int other = dup2(own, own + 1);
    assert_int_equal(close(own) | close(other), 0);
}

static void wait_for_ever(void)
{
    for (volatile int for_ever = 1; for_ever;)
        pause();
}

static void run_for_ever(void)
{
    for (volatile int for_ever = 1; for_ever;)
        ;
}

/* Waits for half the short patience, and far more than a tenth of it. */
static void rest(void)
{
    struct timespec t = {.tv_nsec = (long)SHORT / 2};
    nanosleep(&t, NULL);
}

/* Until the watch has seen it, however slow the machine: the patience is ten times as long. */
static void rest_until_seen(void)
{
    while (!guard_now.held_up)
        rest();
}

static void be_kept_waiting(void)
{
    guard_pause();
    for (int i = 0; i < 6; i++)
        rest();
    guard_resume();
}

static void stop(void)
{
    raise(SIGSTOP);
}

static void a_crash_comes_back_and_says_which(void **state)
{
    (void)state;
    assert_ends(LONG, segmentation_fault,
                "the scheduler 'x' crashed in started (segmentation fault)");
    assert_ends(LONG, bus_error, "the scheduler 'x' crashed in started (bus error)");
    assert_ends(LONG, arithmetic_error,
                "the scheduler 'x' crashed in started (arithmetic error)");
    assert_ends(LONG, illegal_instruction,
                "the scheduler 'x' crashed in started (illegal instruction)");
    assert_ends(LONG, trap, "the scheduler 'x' crashed in started (trap)");
    assert_ends(LONG, abort, "the scheduler 'x' crashed in started (abort)");
}

static void a_second_crash_comes_back_as_the_first(void **state)
{
    (void)state;
    struct error err;
    guard_open(LONG);
    guard_watch();
    for (int i = 0; i < 10; i++)
        assert_int_equal(call("x", segmentation_fault, &err), -1);
    guard_close();
}

static void an_exit_of_any_kind_comes_back(void **state)
{
    (void)state;
    static const char message[] = "the scheduler 'x' tried to end the program in started";
    assert_ends(LONG, leave_quietly, message);
    assert_ends(LONG, leave_at_once, message);
    assert_ends(LONG, leave_quickly, message);
}

static void another_program_or_no_thread_is_an_exit(void **state)
{
    (void)state;
    const char *message = "the scheduler 'x' tried to end the program in started";
    assert_ends(LONG, leave_the_thread, message);
    assert_ends(LONG, become_another, message);
    assert_ends(LONG, become_another_elsewhere, message);
}

static void files_that_are_kept_stay_open(void **state)
{
    (void)state;
    const char *message = "the scheduler 'x' tried to close or replace a file of ovrmnd's in "
                          "started";
    kept = open("/dev/null", O_RDONLY | O_CLOEXEC);
    guard_keep_file(kept);
    assert_ends(LONG, close_stdout, message);
    assert_ends(LONG, replace_stderr, message);
    assert_ends(LONG, close_all_beyond, message);
    assert_true(fcntl(kept, F_GETFD) >= 0);
    guard_let_go_file(kept);
    struct error err = {0};
    guard_open(LONG);
    assert_int_equal(call("x", close_its_own, &err), 0);
    guard_close();
    assert_int_equal(close(kept), 0);
}

static void a_signal_of_our_own_is_kept_until_asked_for(void **state)
{
    (void)state;
    guard_open(LONG);
    assert_int_equal(guard_take_signal(), 0);
    raise(SIGALRM);
    assert_int_equal(guard_take_signal(), SIGALRM);
    assert_int_equal(guard_take_signal(), 0);
    guard_close();
}

static void what_a_plugin_changed_is_put_back(void **state)
{
    (void)state;
    char before[PATH_MAX], after[PATH_MAX];
    struct error err = {0};
    assert_non_null(getcwd(before, sizeof before));
    guard_open(LONG);
    assert_int_equal(chdir("/"), 0);
    mode_t mask = umask(0777);
    fesetround(FE_UPWARD);
    signal(SIGSEGV, SIG_DFL);
    guard_mend();
    assert_string_equal(getcwd(after, sizeof after), before);
    assert_int_equal(umask(mask), mask);
    assert_int_equal(fegetround(), FE_TONEAREST);
    assert_int_equal(call("x", segmentation_fault, &err), -1);
    guard_close();
}

static void a_call_that_never_returns_comes_back(void **state)
{
    (void)state;
    static const char message[] = "the scheduler 'x' has not returned from started for 40 ms";
    assert_ends(SHORT, wait_for_ever, message);
    assert_ends(SHORT, run_for_ever, message);
}

static void a_call_that_took_too_long_is_told_once(void **state)
{
    (void)state;
    struct error err = {0};
    guard_open(50 * SHORT);
    guard_watch();
    assert_int_equal(call("x", rest_until_seen, &err), 0);
    assert_int_equal(guard_check(&err), -1);
    assert_string_equal(err.message, "the scheduler 'x' held up the batch for more than 200 ms "
                                     "in started, which must return at once");
    assert_int_equal(guard_check(&err), 0);
    guard_close();
}

static void a_call_that_waits_for_us_is_not_to_blame(void **state)
{
    (void)state;
    struct error err = {0};
    guard_open(SHORT);
    guard_watch();
    assert_int_equal(call("x", be_kept_waiting, &err), 0);
    guard_close();
}

static void only_the_plugin_whose_call_ended_badly_is_dead(void **state)
{
    (void)state;
    static const char bad[] = "bad", good[] = "good";
    struct error err;
    guard_open(LONG);
    guard_watch();
    assert_false(guard_is_dead(bad));
    assert_int_equal(call(bad, segmentation_fault, &err), -1);
    assert_int_equal(call(good, nothing, &err), 0);
    assert_true(guard_is_dead(bad));
    assert_false(guard_is_dead(good));
    guard_close();
}

/* What a process of its own ends with; one that stops is let go on after a while. */
static int status_of(deed_function *deed, bool calls)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct error err;
        guard_open(2 * SHORT);
        guard_watch();
        int ended = calls ? call("x", deed, &err) : 0;
        if (!calls)
            deed();
        _exit(ended || guard_check(&err) ? 77 : 0);
    }
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    if (WIFSTOPPED(status)) {
        for (int i = 0; i < 8; i++)
            rest();
        kill(child, SIGCONT);
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    return status;
}

static void leave_with_five(void)
{
    exit(5);
}

static void our_own_faults_have_their_usual_end(void **state)
{
    (void)state;
    int status = status_of(leave_with_five, false);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    status = status_of(abort, false);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void a_program_that_is_stopped_accuses_nobody(void **state)
{
    (void)state;
    int status = status_of(stop, true);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static pid_t forked;

static void fork_and_come_back(void)
{
    forked = fork();
}

static void a_process_that_a_plugin_forked_never_comes_back(void **state)
{
    (void)state;
    struct error err = {0};
    int status;
    guard_open(LONG);
    guard_watch();
    int ended = call("x", fork_and_come_back, &err);
    if (forked == 0)
        _exit(99);
    assert_int_equal(ended, 0);
    assert_int_equal(waitpid(forked, &status, 0), forked);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), GUARD_EXIT_STATUS);
    guard_close();
}

static void end_a_child(void)
{
    if (fork() == 0)
        exit(0);
    if (fork() == 0)
        abort();
    while (wait(NULL) > 0)
        ;
}

static void the_end_of_a_plugins_own_process_is_none_of_ours(void **state)
{
    (void)state;
    struct error err = {0};
    guard_open(LONG);
    guard_watch();
    assert_int_equal(call("x", end_a_child, &err), 0);
    guard_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_comes_back_and_says_which),
        cmocka_unit_test(a_second_crash_comes_back_as_the_first),
        cmocka_unit_test(an_exit_of_any_kind_comes_back),
        cmocka_unit_test(another_program_or_no_thread_is_an_exit),
        cmocka_unit_test(files_that_are_kept_stay_open),
        cmocka_unit_test(a_signal_of_our_own_is_kept_until_asked_for),
        cmocka_unit_test(what_a_plugin_changed_is_put_back),
        cmocka_unit_test(a_call_that_never_returns_comes_back),
        cmocka_unit_test(a_call_that_took_too_long_is_told_once),
        cmocka_unit_test(a_call_that_waits_for_us_is_not_to_blame),
        cmocka_unit_test(only_the_plugin_whose_call_ended_badly_is_dead),
        cmocka_unit_test(our_own_faults_have_their_usual_end),
        cmocka_unit_test(a_program_that_is_stopped_accuses_nobody),
        cmocka_unit_test(a_process_that_a_plugin_forked_never_comes_back),
        cmocka_unit_test(the_end_of_a_plugins_own_process_is_none_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
