/* SPDX-License-Identifier: MIT */
#ifndef TEST_SERVICE_FOLDER_H
#define TEST_SERVICE_FOLDER_H

/* A working directory of its own for a test, which is also the user's home: `.ovrmnd/` for
 * service files, `home/.ovrmnd/` for the user's. All of it goes when the test ends. */

#include "base/log.h"
#include "base/memory.h"
#include "service/service.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
// clang-format on

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The last line that was logged, and how many were. */
static struct {
    char line[4096];
    unsigned count;
} logged;

static inline void note_line(void *context, const char *line)
{
    (void)context;
    snprintf(logged.line, sizeof logged.line, "%s", line);
    logged.count++;
}

static inline int folder_open(void **state)
{
    char path[] = "/tmp/ovrmnd-service-XXXXXX";
    if (!mkdtemp(path) || chdir(path) < 0)
        return -1;
    mkdir(".ovrmnd", 0700);
    mkdir("home", 0700);
    mkdir("home/.ovrmnd", 0700);
    char *home = memory_format("%s/home", path);
    setenv("HOME", home, 1);
    unsetenv("XDG_CONFIG_HOME");
    free(home);
    *state = memory_copy(path);
    logged.line[0] = '\0';
    logged.count = 0;
    log_set_writer(note_line, NULL);
    return 0;
}

static inline int folder_remove_one(const char *path, const struct stat *status, int type,
                                    struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline int folder_close(void **state)
{
    log_set_writer(NULL, NULL);
    log_forget_secrets();
    int status = chdir("/");
    nftw(*state, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return status;
}

static inline void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static inline struct service_set *load(void)
{
    struct error err = {0};
    struct service_set *set = service_set_load(NULL, &err);
    if (!set)
        fail_msg("%s", err.message);
    return set;
}

/* Finds a target, which must be there. */
static inline struct target found(const char *name)
{
    struct service_set *set = load();
    struct target target;
    struct error err = {0};
    if (service_set_find(set, name, &target, &err) < 0)
        fail_msg("%s", err.message);
    service_set_free(set);
    return target;
}

/* Looks for a target, which must fail. */
static inline struct error not_found(const char *name)
{
    struct service_set *set = load();
    struct target target;
    struct error err = {0};
    if (service_set_find(set, name, &target, &err) == 0)
        fail_msg("%s is found", name);
    assert_null(target.service);
    service_set_free(set);
    return err;
}

#define folder_test(test) cmocka_unit_test_setup_teardown(test, folder_open, folder_close)

#endif
