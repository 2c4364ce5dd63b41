/* SPDX-License-Identifier: MIT */

/*
 * Functions of the C library that the program defines itself, since its own come before the
 * library's where plugins look for them: what ends or replaces the program, or takes away its
 * files. Called by a plugin they end the plugin's call; else they do what they always do.
 *
 * What the library calls within itself (fclose, err) does not come past here.
 */

#include "base/guard_state.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <threads.h>
#include <unistd.h>

/* The library's names of parameters are reserved to it.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

#define OURS      __attribute__((visibility("default")))
#define MOST_KEPT 16
#define MOST_ARGS 256

/* ---- the end of the program ---- */

/* Beyond guard_last nobody but the program itself says how it ends. */
static _Noreturn void leave(const char *function, int status)
{
    guard_land(GUARD_EXITED);
    void (*real)(int) = (void (*)(int))dlsym(RTLD_NEXT, function);
    if (guard_last_status() >= 0)
        status = guard_last_status();
    if (real)
        real(status);
    syscall(SYS_exit_group, status);
    __builtin_unreachable();
}

OURS _Noreturn void exit(int status)
{
    leave("exit", status);
}

OURS _Noreturn void _exit(int status)
{
    leave("_exit", status);
}

OURS _Noreturn void _Exit(int status)
{
    leave("_Exit", status);
}

OURS _Noreturn void quick_exit(int status)
{
    leave("quick_exit", status);
}

/* Of this thread, the program's only one. */
OURS _Noreturn void pthread_exit(void *value)
{
    guard_land(GUARD_EXITED);
    void (*real)(void *) = (void (*)(void *))dlsym(RTLD_NEXT, "pthread_exit");
    if (real)
        real(value);
    abort();
}

OURS _Noreturn void thrd_exit(int result)
{
    guard_land(GUARD_EXITED);
    void (*real)(int) = (void (*)(int))dlsym(RTLD_NEXT, "thrd_exit");
    if (real)
        real(result);
    abort();
}

/* ---- another program in place of this one ---- */

typedef int exec_function(const char *file, char *const args[], char *const environment[]);

OURS int execve(const char *path, char *const args[], char *const environment[])
{
    guard_land(GUARD_EXITED);
    return (int)syscall(SYS_execve, path, args, environment);
}

OURS int execv(const char *path, char *const args[])
{
    return execve(path, args, environ);
}

OURS int execveat(int folder, const char *path, char *const args[], char *const environment[],
                  int flags)
{
    guard_land(GUARD_EXITED);
    return (int)syscall(SYS_execveat, folder, path, args, environment, flags);
}

OURS int fexecve(int fd, char *const args[], char *const environment[])
{
    return execveat(fd, "", args, environment, AT_EMPTY_PATH);
}

OURS int execvpe(const char *file, char *const args[], char *const environment[])
{
    guard_land(GUARD_EXITED);
    exec_function *real = (exec_function *)dlsym(RTLD_NEXT, "execvpe");
    return real ? real(file, args, environment) : -1;
}

OURS int execvp(const char *file, char *const args[])
{
    return execvpe(file, args, environ);
}

/* The words of `execl` and its kind. -1: more than MOST_ARGS, which no caller has written down.
 */
static int take_words(char **words, const char *first, va_list *rest)
{
    size_t count = 0;
    for (const char *word = first; word; word = va_arg(*rest, char *)) {
        if (count + 1 == MOST_ARGS) {
            errno = E2BIG;
            return -1;
        }
        words[count++] = (char *)word;
    }
    words[count] = NULL;
    return 0;
}

OURS int execl(const char *path, const char *first, ...)
{
    char *words[MOST_ARGS];
    va_list rest;
    va_start(rest, first);
    int failed = take_words(words, first, &rest);
    va_end(rest);
    return failed ? -1 : execve(path, words, environ);
}

OURS int execlp(const char *file, const char *first, ...)
{
    char *words[MOST_ARGS];
    va_list rest;
    va_start(rest, first);
    int failed = take_words(words, first, &rest);
    va_end(rest);
    return failed ? -1 : execvpe(file, words, environ);
}

OURS int execle(const char *path, const char *first, ...)
{
    char *words[MOST_ARGS];
    char *const *environment = NULL;
    va_list rest;
    va_start(rest, first);
    int failed = take_words(words, first, &rest);
    if (!failed)
        environment = va_arg(rest, char *const *);
    va_end(rest);
    return failed ? -1 : execve(path, words, environment);
}

/* ---- files that plugins must leave alone ---- */

/* Beside those of all programs. Each is one more than the descriptor; 0: free. */
static int kept[MOST_KEPT];

void guard_keep_file(int fd)
{
    for (size_t i = 0; i < MOST_KEPT; i++) {
        if (!kept[i]) {
            kept[i] = fd + 1;
            return;
        }
    }
}

void guard_let_go_file(int fd)
{
    for (size_t i = 0; i < MOST_KEPT; i++)
        if (kept[i] == fd + 1)
            kept[i] = 0;
}

static void look_at_files(unsigned first, unsigned last)
{
    bool ours = first <= STDERR_FILENO;
    for (size_t i = 0; i < MOST_KEPT; i++)
        ours = ours ||
               (kept[i] && (unsigned)kept[i] - 1 >= first && (unsigned)kept[i] - 1 <= last);
    if (ours)
        guard_land(GUARD_CLOSED);
}

OURS int close(int fd)
{
    if (guard_now.function && fd >= 0)
        look_at_files((unsigned)fd, (unsigned)fd);
    return (int)syscall(SYS_close, fd);
}

OURS int close_range(unsigned first, unsigned last, int flags)
{
    if (guard_now.function && !((unsigned)flags & CLOSE_RANGE_CLOEXEC))
        look_at_files(first, last);
    return (int)syscall(SYS_close_range, first, last, flags);
}

OURS void closefrom(int first)
{
    if (guard_now.function)
        look_at_files(first < 0 ? 0 : (unsigned)first, UINT_MAX);
    void (*real)(int) = (void (*)(int))dlsym(RTLD_NEXT, "closefrom");
    if (real)
        real(first);
}

OURS int dup3(int from, int to, int flags)
{
    if (guard_now.function && to >= 0)
        look_at_files((unsigned)to, (unsigned)to);
    return (int)syscall(SYS_dup3, from, to, flags);
}

OURS int dup2(int from, int to)
{
    if (from != to)
        return dup3(from, to, 0);
    return fcntl(from, F_GETFD) < 0 ? -1 : to;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
