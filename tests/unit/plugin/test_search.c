/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/memory.h"
#include "plugin/search.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/*
 * Under `root`:   a/scheduler/pool.so   a/scheduler/swift.so   a/loose.so
 *                 b/scheduler/pool.so   b/progress/bar.so      b/scheduler/notes.txt
 */
static char root[64];
static char logged[256];

static char *under(const char *path)
{
    return memory_format("%s/%s", root, path);
}

static void make(const char *path, bool folder)
{
    char *full = under(path);
    if (folder) {
        assert_int_equal(mkdir(full, 0755), 0);
    } else {
        FILE *file = fopen(full, "w");
        assert_non_null(file);
        fclose(file);
    }
    free(full);
}

static int setup(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/ovrmnd-search-XXXXXX");
    if (!mkdtemp(root))
        return -1;
    static const char *const folders[] = {"a", "a/scheduler", "b", "b/scheduler", "b/progress"};
    static const char *const files[] = {"a/scheduler/pool.so", "a/scheduler/swift.so",
                                        "a/loose.so",          "b/scheduler/pool.so",
                                        "b/progress/bar.so",   "b/scheduler/notes.txt",
                                        "b/scheduler/Odd.so"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        make(folders[i], true);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        make(files[i], false);
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status, (void)type, (void)at;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int each(void **state)
{
    (void)state;
    unsetenv("OVRMND_PLUGIN_PATH");
    unsetenv("HOME");
    return 0;
}

/* Folder `given` under the root as --plugin-dir, `installed` as the installed one. */
static struct plugin_search search_in(const char *given, const char *installed)
{
    struct plugin_search search;
    struct error err = {0};
    char *dir = under(given), *last = installed ? under(installed) : NULL;
    const char *dirs[] = {dir};
    assert_int_equal(plugin_search_init(&search, dirs, 1, last, &err), 0);
    free(dir);
    free(last);
    return search;
}

static void assert_found(const struct plugin_search *search, const char *kind, const char *name,
                         const char *path)
{
    struct error err = {0};
    char *found = plugin_search_find(search, kind, name, "--scheduler", &err);
    char *wanted = under(path);
    assert_string_equal(err.message, "");
    assert_string_equal(found, wanted);
    free(wanted);
    free(found);
}

static void folders_come_in_the_promised_order(void **state)
{
    (void)state;
    setenv("OVRMND_PLUGIN_PATH", "/path/one:/path/two", 1);
    setenv("HOME", "/home/someone", 1);
    struct plugin_search search = search_in("a", "b");
    assert_int_equal(search.count, 5);
    assert_string_equal(search.folders[1], "/path/one");
    assert_string_equal(search.folders[2], "/path/two");
    assert_string_equal(search.folders[3], "/home/someone/.local/lib/ovrmnd/plugins");
    char *last = under("b");
    assert_string_equal(search.folders[4], last);
    free(last);
    plugin_search_fini(&search);
}

static void keep_line(void *context, const char *line)
{
    (void)context;
    snprintf(logged, sizeof logged, "%s", line);
}

/* A relative one would mean the plugins of whatever project one stands in. */
static void relative_folders_in_the_environment_are_passed_over(void **state)
{
    (void)state;
    setenv("OVRMND_PLUGIN_PATH", "plugins::/path/one:", 1);
    setenv("HOME", "home", 1);
    log_set_writer(keep_line, NULL);
    struct plugin_search search = search_in("a", NULL);
    log_set_writer(NULL, NULL);
    assert_int_equal(search.count, 2);
    assert_string_equal(search.folders[1], "/path/one");
    assert_string_equal(logged,
                        "ovrmnd: OVRMND_PLUGIN_PATH: 'plugins' is passed over, since it "
                        "does not begin with /");
    plugin_search_fini(&search);
}

static void a_plugin_dir_must_exist(void **state)
{
    (void)state;
    struct plugin_search search;
    struct error err = {0};
    const char *dirs[] = {"/", "/nowhere/at/all"};
    assert_int_equal(plugin_search_init(&search, dirs, 2, NULL, &err), -1);
    assert_int_equal(err.code, ERROR_FILE_NOT_FOUND);
    assert_string_equal(err.message,
                        "--plugin-dir: cannot open '/nowhere/at/all': No such file "
                        "or directory");
    dirs[1] = "/dev/null";
    assert_int_equal(plugin_search_init(&search, dirs, 2, NULL, &err), -1);
    assert_string_equal(err.message, "--plugin-dir: '/dev/null' is not a folder");
}

static void the_first_folder_that_has_it_counts(void **state)
{
    (void)state;
    struct plugin_search search = search_in("a", "b");
    assert_found(&search, "scheduler", "pool", "a/scheduler/pool.so");
    plugin_search_fini(&search);
    search = search_in("b", "a");
    assert_found(&search, "scheduler", "pool", "b/scheduler/pool.so");
    assert_found(&search, "scheduler", "swift", "a/scheduler/swift.so");
    plugin_search_fini(&search);
}

static void a_plugin_may_lie_in_the_folder_itself(void **state)
{
    (void)state;
    struct plugin_search search = search_in("a", "b");
    assert_found(&search, "retry", "loose", "a/loose.so");
    assert_found(&search, NULL, "bar", "b/progress/bar.so");
    plugin_search_fini(&search);
}

static void assert_missing(const struct plugin_search *search, const char *name,
                           const char *format)
{
    struct error err = {0};
    assert_null(plugin_search_find(search, "scheduler", name, "--scheduler", &err));
    assert_int_equal(err.code, ERROR_PLUGIN_ERROR);
    char *wanted = memory_copy(format), *at;
    while ((at = strchr(wanted, '@'))) { /* @ stands for the root */
        char *longer = memory_format("%.*s%s%s", (int)(at - wanted), wanted, root, at + 1);
        free(wanted);
        wanted = longer;
    }
    assert_string_equal(err.message, wanted);
    free(wanted);
}

static void a_missing_plugin_says_where_it_looked_and_what_is_there(void **state)
{
    (void)state;
    struct plugin_search search = search_in("a", "b");
    assert_missing(&search, "zebra",
                   "--scheduler: no scheduler plugin 'zebra' found; looked in @/a, @/b; found "
                   "there: loose, pool, swift");
    assert_missing(&search, "poll",
                   "--scheduler: no scheduler plugin 'poll' found; looked in @/a, @/b; found "
                   "there: loose, pool, swift; did you mean 'pool'?");
    plugin_search_fini(&search);
    search = search_in("b/progress", NULL);
    assert_missing(&search, "x",
                   "--scheduler: no scheduler plugin 'x' found; looked in @/b/progress; found "
                   "there: bar");
    plugin_search_fini(&search);
}

static void a_plugin_of_another_kind_is_recognised(void **state)
{
    (void)state;
    struct plugin_search search = search_in("a", "b");
    assert_missing(&search, "bar",
                   "--scheduler: 'bar' is a progress plugin, not a scheduler plugin");
    plugin_search_fini(&search);
}

static void a_name_cannot_lead_out_of_the_folders(void **state)
{
    (void)state;
    struct plugin_search search = search_in("a", "b");
    assert_missing(&search, "../b/scheduler/pool",
                   "--scheduler: a plugin name has only a-z, 0-9 and -, not "
                   "'../b/scheduler/pool'");
    plugin_search_fini(&search);
}

static void names_are_listed_sorted_and_once(void **state)
{
    (void)state;
    struct plugin_search search = search_in("b", "a");
    struct plugin_names names;
    plugin_names_list(&search, NULL, &names);
    static const char *const wanted[] = {"bar", "loose", "pool", "swift"};
    assert_int_equal(names.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(names.names[i], wanted[i]);
    plugin_names_free(&names);
    plugin_search_fini(&search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(folders_come_in_the_promised_order, each),
        cmocka_unit_test_setup(relative_folders_in_the_environment_are_passed_over, each),
        cmocka_unit_test_setup(a_plugin_dir_must_exist, each),
        cmocka_unit_test_setup(the_first_folder_that_has_it_counts, each),
        cmocka_unit_test_setup(a_plugin_may_lie_in_the_folder_itself, each),
        cmocka_unit_test_setup(a_missing_plugin_says_where_it_looked_and_what_is_there, each),
        cmocka_unit_test_setup(a_plugin_of_another_kind_is_recognised, each),
        cmocka_unit_test_setup(a_name_cannot_lead_out_of_the_folders, each),
        cmocka_unit_test_setup(names_are_listed_sorted_and_once, each),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
