/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "plugin/load.h"

#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct plugin *load(const char *name, struct error *err)
{
    char *path = memory_format(OVRMND_BROKEN "/%s.so", name);
    struct plugin *plugin = plugin_load_file(path, "scheduler", name, "--scheduler", err);
    free(path);
    return plugin;
}

/* The message is "--scheduler: plugin 'NAME' (PATH) " and this. */
static void assert_refused(const char *name, const char *rest)
{
    struct error err = {0};
    assert_null(load(name, &err));
    assert_int_equal(err.code, ERROR_PLUGIN_ERROR);
    char *folder = realpath(OVRMND_BROKEN, NULL);
    char *message = memory_format("--scheduler: plugin '%s' (%s/%s.so) %s", name, folder, name,
                                  rest);
    assert_string_equal(err.message, message);
    free(message);
    free(folder);
}

static void a_library_that_is_no_plugin_is_refused(void **state)
{
    (void)state;
    assert_refused(
        "no-symbol",
        "does not export the function ovrmnd_plugin_entry, so it is no ovrmnd plugin; "
        "<ovrmnd/plugin.h> declares it as exported, and in C++ as extern \"C\"");
    assert_refused("another-each-time",
                   "returns another descriptor each time that ovrmnd_plugin_entry() is called");
    assert_refused("no-descriptor", "returns no descriptor from ovrmnd_plugin_entry()");
}

static void a_descriptor_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    assert_refused("wrong-abi", "was built for plugin ABI 2, and this ovrmnd has 1; build it "
                                "again with the headers of this one");
    assert_refused("too-small",
                   "has a descriptor of 8 bytes, and the smallest there can be has "
                   "48; set its size to sizeof(struct ovrmnd_plugin)");
    assert_refused("no-summary", "has a descriptor without a summary");
    assert_refused("wrong-name", "calls itself 'right-name'; its file must be called after it");
    assert_refused("unknown-kind",
                   "is of the kind 'ovrmnd.brewer/1', which this ovrmnd does not know");
}

static void a_missing_function_is_named(void **state)
{
    (void)state;
    assert_refused("no-functions", "has no function table");
    assert_refused("no-may-start", "has no may_start");
    assert_refused("short-functions", "has no may_start");
}

static void a_broken_option_table_is_the_plugins_fault(void **state)
{
    (void)state;
    assert_refused("bad-default", "is broken: its default for width must be a whole number of "
                                  "at least 1, not '0'");
    assert_refused("bad-stride", "has a broken option table: 1 rows of 0 bytes; a row has at "
                                 "least 60 bytes");
}

static void what_the_loader_says_is_put_plainly(void **state)
{
    (void)state;
    assert_refused("undefined",
                   "uses 'ovrmnd_internal_function', which nothing provides; a plugin links to "
                   "all that it uses, and ovrmnd itself exports nothing");
    assert_refused("needs-library",
                   "needs the library libabsent.so, which cannot be found; install it, or name "
                   "its folder in LD_LIBRARY_PATH");
}

static void another_kind_is_named(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(load("progress-at-top", &err));
    assert_string_equal(err.message, "--scheduler: 'progress-at-top' is a progress plugin, not "
                                     "a scheduler plugin");
}

static void an_older_plugin_reads_as_one_that_leaves_fields_out(void **state)
{
    (void)state;
    struct error err = {0};
    struct plugin *plugin = load("old-and-small", &err);
    assert_string_equal(err.message, "");
    assert_non_null(plugin);
    assert_int_equal(plugin->about.option_count, 0);
    assert_null(plugin->about.extension);
    assert_non_null(plugin->functions.scheduler.may_start);
    assert_null(plugin->functions.scheduler.started);
    assert_null(plugin->functions.scheduler.finished);
    plugin_free(plugin);
}

static void a_newer_plugin_is_read_as_far_as_it_is_known(void **state)
{
    (void)state;
    struct error err = {0};
    struct plugin *plugin = load("new-and-large", &err);
    assert_string_equal(err.message, "");
    assert_non_null(plugin);
    assert_int_equal(plugin->about.option_count, 2);
    assert_int_equal(plugin->about.option_size, sizeof(struct ovrmnd_option));
    assert_string_equal(plugin->about.options[1].name, "second");
    assert_string_equal(plugin->about.options[1].fallback, "22");
    plugin_free(plugin);
}

static void a_file_may_be_loaded_without_saying_what_it_is(void **state)
{
    (void)state;
    struct error err = {0};
    struct plugin *plugin = plugin_load_file(OVRMND_BROKEN "/talkative.so", NULL, NULL,
                                             "plugin check", &err);
    assert_non_null(plugin);
    assert_int_equal(plugin->kind, PLUGIN_SCHEDULER);
    plugin_free(plugin);
}

/* ---- files that are not to be trusted, or not whole: copies in a folder of their own ---- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/ovrmnd-load-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char *path = memory_format("%s/talkative.so", folder);
    unlink(path);
    free(path);
    return rmdir(folder);
}

#define WHOLE SIZE_MAX

static char *read_plugin(size_t *length)
{
    FILE *from = fopen(OVRMND_BROKEN "/talkative.so", "rb");
    assert_non_null(from);
    fseek(from, 0, SEEK_END);
    *length = (size_t)ftell(from);
    char *bytes = memory_new(*length, 1);
    rewind(from);
    assert_int_equal(fread(bytes, 1, *length, from), *length);
    fclose(from);
    return bytes;
}

/* The first `kept` bytes of talkative.so, with `machine` written over what it was built for; a
 * negative one is written over the size of its words. */
static char *copy_plugin(size_t kept, int machine)
{
    size_t length;
    char *bytes = read_plugin(&length);
    if (machine)
        bytes[machine > 0 ? offsetof(ElfW(Ehdr), e_machine) : EI_CLASS] = (char)abs(machine);
    if (kept > length)
        kept = length;
    char *path = memory_format("%s/talkative.so", folder);
    unlink(path); /* never write over a library that is loaded */
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, kept, to), kept);
    fclose(to);
    assert_int_equal(chmod(path, 0644), 0);
    free(bytes);
    return path;
}

/* Where the last byte that is mapped into memory ends. */
static size_t mapped_bytes(void)
{
    size_t length, end = 0;
    char *bytes = read_plugin(&length);
    ElfW(Ehdr) header;
    memcpy(&header, bytes, sizeof header);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        ElfW(Phdr) segment;
        memcpy(&segment, bytes + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type == PT_LOAD && segment.p_offset + segment.p_filesz > end)
            end = segment.p_offset + segment.p_filesz;
    }
    free(bytes);
    return end;
}

/* Loads and frees `path`; the error, which must contain `part`. */
static void assert_copy_refused(char *path, const char *part)
{
    struct error err = {0};
    assert_null(plugin_load_file(path, "scheduler", NULL, "--scheduler", &err));
    if (!strstr(err.message, part))
        fail_msg("'%s' is not in: %s", part, err.message);
    assert_int_equal(strncmp(err.message, "--scheduler: ", 13), 0);
    free(path);
}

static void a_copy_of_our_own_is_trusted(void **state)
{
    (void)state;
    struct error err = {0};
    char *path = copy_plugin(WHOLE, 0);
    struct plugin *plugin = plugin_load_file(path, "scheduler", NULL, "--scheduler", &err);
    assert_string_equal(err.message, "");
    assert_non_null(plugin);
    plugin_free(plugin);
    free(path);
}

static void a_file_that_others_can_write_is_refused(void **state)
{
    (void)state;
    char *path = copy_plugin(WHOLE, 0);
    assert_int_equal(chmod(path, 0664), 0);
    char *wanted = memory_format("'%s' can be written by others (mode 0664), so no plugin is "
                                 "loaded from it; chmod go-w %s",
                                 path, path);
    assert_copy_refused(path, wanted);
    free(wanted);
}

static void a_folder_that_others_can_write_is_refused(void **state)
{
    (void)state;
    assert_int_equal(chmod(folder, 0777), 0);
    assert_copy_refused(copy_plugin(WHOLE, 0), "can be written by others (mode 0777)");
    assert_int_equal(chmod(folder, 01777), 0);
    assert_copy_refused(copy_plugin(WHOLE, 0), "since others can write there (mode 1777); move "
                                               "them to a folder of your own");
    assert_int_equal(chmod(folder, 0700), 0);
}

static void the_folder_that_a_link_leads_to_counts(void **state)
{
    (void)state;
    char *path = copy_plugin(WHOLE, 0), *inner = memory_format("%s/inner", folder);
    char *link = memory_format("%s/inner/talkative.so", folder);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(chmod(folder, 0777), 0);
    struct error err = {0};
    assert_null(plugin_load_file(link, "scheduler", NULL, "--scheduler", &err));
    assert_non_null(strstr(err.message, "can be written by others (mode 0777)"));
    assert_int_equal(chmod(folder, 0700), 0);
    unlink(link);
    rmdir(inner);
    free(link);
    free(inner);
    free(path);
}

/* The folder that counts is also the one in which the link lies. */
static void a_link_is_judged_by_both_its_ends(void **state)
{
    (void)state;
    char *path = memory_format("%s/talkative.so", folder);
    unlink(path);
    assert_int_equal(symlink(OVRMND_BROKEN "/talkative.so", path), 0);
    struct error err = {0};
    struct plugin *plugin = plugin_load_file(path, "scheduler", NULL, "--scheduler", &err);
    assert_non_null(plugin);
    assert_non_null(strstr(plugin->path, "broken")); /* the real file */
    plugin_free(plugin);
    assert_int_equal(chmod(folder, 0777), 0);
    assert_copy_refused(path, "can be written by others");
    assert_int_equal(chmod(folder, 0700), 0);
    path = memory_format("%s/talkative.so", folder);
    unlink(path);
    assert_int_equal(symlink("/nowhere/at/all.so", path), 0);
    assert_copy_refused(path, "No such file or directory");
    unlink(path = memory_format("%s/talkative.so", folder));
    free(path);
}

static void another_users_file_is_refused(void **state)
{
    (void)state;
    char *path = copy_plugin(WHOLE, 0);
    if (chown(path, 12345, (gid_t)-1)) { /* only root can give a file away */
        free(path);
        skip();
    }
    assert_copy_refused(path, "belongs to user 12345");
}

static void a_file_that_is_not_whole_is_refused_without_a_crash(void **state)
{
    (void)state;
    assert_copy_refused(copy_plugin(0, 0), "is empty");
    assert_copy_refused(copy_plugin(40, 0), "is not a shared object");
    size_t mapped = mapped_bytes();
    for (size_t kept = sizeof(ElfW(Ehdr)); kept < mapped; kept += mapped / 100)
        assert_copy_refused(copy_plugin(kept, 0), "is cut off");
    assert_copy_refused(copy_plugin(mapped - 1, 0), "is cut off");
}

static void another_machines_file_is_refused(void **state)
{
    (void)state;
    assert_copy_refused(copy_plugin(WHOLE, 243), /* RISC-V */
                        "was built for another kind of machine");
    assert_copy_refused(copy_plugin(WHOLE, sizeof(void *) == 8 ? -ELFCLASS32 : -ELFCLASS64),
                        "was built for another kind of machine");
}

static void what_is_not_a_shared_object_is_refused(void **state)
{
    (void)state;
    char *path = copy_plugin(0, 0);
    FILE *file = fopen(path, "w");
    fputs("#!/bin/sh\necho not a plugin, and long enough to look like something at least\n",
          file);
    fclose(file);
    assert_copy_refused(path, "is not a shared object");
    assert_copy_refused(memory_copy(folder), "is not a file, so it is no plugin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_library_that_is_no_plugin_is_refused),
        cmocka_unit_test(a_descriptor_that_cannot_be_read_is_refused),
        cmocka_unit_test(a_missing_function_is_named),
        cmocka_unit_test(a_broken_option_table_is_the_plugins_fault),
        cmocka_unit_test(what_the_loader_says_is_put_plainly),
        cmocka_unit_test(another_kind_is_named),
        cmocka_unit_test(an_older_plugin_reads_as_one_that_leaves_fields_out),
        cmocka_unit_test(a_newer_plugin_is_read_as_far_as_it_is_known),
        cmocka_unit_test(a_file_may_be_loaded_without_saying_what_it_is),
        cmocka_unit_test(a_copy_of_our_own_is_trusted),
        cmocka_unit_test(a_file_that_others_can_write_is_refused),
        cmocka_unit_test(a_folder_that_others_can_write_is_refused),
        cmocka_unit_test(the_folder_that_a_link_leads_to_counts),
        cmocka_unit_test(a_link_is_judged_by_both_its_ends),
        cmocka_unit_test(another_users_file_is_refused),
        cmocka_unit_test(a_file_that_is_not_whole_is_refused_without_a_crash),
        cmocka_unit_test(another_machines_file_is_refused),
        cmocka_unit_test(what_is_not_a_shared_object_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
