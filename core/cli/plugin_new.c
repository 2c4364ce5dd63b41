/* SPDX-License-Identifier: MIT */

/*
 * `ovrmnd plugin new`: a folder with a plugin that builds and passes its tests as it is. It is
 * written beside its place and then renamed, so that there is the whole of it or nothing.
 */

#include "base/memory.h"
#include "base/names.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "cli/plugin.h"
#include "cli/plugin_template.h"
#include "cli/print.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MOST 64

struct new_options {
    const char *output;
    bool help;
};

static const struct option rows[] = {
    {.group = "Options",
     .name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .field = offsetof(struct new_options, output),
     .argument = "DIR",
     .help = "make this folder instead of ./NAME"},
    OPTION_ROW_HELP(offsetof(struct new_options, help)),
    {0},
};

const struct option_table plugin_new_option_table = {
    .command = "plugin new",
    .usage = "plugin new scheduler|retry|progress NAME [OPTIONS]",
    .summary = "Makes the folder NAME with a small plugin in C that works, a test of its "
               "functions, and\na CMakeLists.txt that builds it against the installed headers. "
               "It passes 'plugin check'\nas it is.",
    .examples =
        "  ovrmnd plugin new scheduler drip\n"
        "  cd drip && cmake -B build && cmake --build build && ctest --test-dir build\n",
    .options = rows,
};

/* ---- words ---- */

static int check_kind(const char *kind, struct error *err)
{
    static const char *const kinds[] = {"scheduler", "retry", "progress"};
    const char *nearest = suggest_nearest(kind, kinds, 3);
    for (size_t i = 0; i < 3; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return 0;
    error_set(err, ERROR_USAGE,
              "plugin new: '%s' is no kind of plugin; expected scheduler, retry or progress",
              kind);
    return nearest ? error_help(err, "did you mean '%s'?", nearest) : -1;
}

/* What the user may have meant: "My_Plugin" -> "my-plugin". */
static void make_name(const char *text, char out[NAME_MOST + 1])
{
    size_t length = 0;
    for (; *text && length < NAME_MOST; text++) {
        char c = (char)tolower((unsigned char)*text);
        if (strchr(NAMES_LOWER NAMES_DIGITS, c))
            out[length++] = c;
        else if (length && out[length - 1] != '-')
            out[length++] = '-';
    }
    while (length && out[length - 1] == '-')
        length--;
    out[length] = '\0';
}

static bool is_name(const char *text)
{
    return name_is_plugin(text) && islower((unsigned char)*text) && strlen(text) <= NAME_MOST;
}

static int check_name(const char *name, struct error *err)
{
    char meant[NAME_MOST + 1];
    if (is_name(name))
        return 0;
    error_set(err, ERROR_USAGE,
              "plugin new: '%s' is no name for a plugin; expected a lowercase letter and then "
              "lowercase letters, numbers and hyphens, at most %d",
              name, NAME_MOST);
    make_name(name, meant);
    return is_name(meant) ? error_help(err, "such as '%s'", meant) : -1;
}

static int check_words(char **words, int count, struct error *err)
{
    if (count != 2)
        return error_set(err, ERROR_USAGE,
                         "plugin new takes a kind and a name, as in 'ovrmnd plugin new "
                         "scheduler drip'");
    return check_kind(words[0], err) || check_name(words[1], err) ? -1 : 0;
}

/* ---- files ---- */

/* What is to be made. */
struct new_plugin {
    const char *kind, *name;
    char *folder;    /* where it is to be */
    char *temporary; /* where it is until it is whole */
};

/* The text with the plugin's name and kind in their places, which are words of one length; the
 * caller frees. */
static char *fill_in(const struct new_plugin *p, const char *text)
{
    static const char name[] = "plugin-name", kind[] = "plugin-kind";
    struct buffer out = {0};
    while (*text) {
        const char *value = strncmp(text, name, strlen(name)) == 0   ? p->name
                            : strncmp(text, kind, strlen(kind)) == 0 ? p->kind
                                                                     : NULL;
        if (value)
            buffer_append_text(&out, value);
        else
            buffer_append_char(&out, *text);
        text += value ? strlen(name) : 1;
    }
    char *filled = memory_copy(buffer_text(&out));
    buffer_free(&out);
    return filled;
}

static bool belongs(const struct new_plugin *p, const struct plugin_template *t)
{
    return strcmp(t->kind, "any") == 0 || strcmp(t->kind, p->kind) == 0;
}

/* Where the file goes, until the folder is whole. The caller frees. */
static char *path_of(const struct new_plugin *p, const struct plugin_template *t)
{
    char *file = fill_in(p, t->path);
    char *path = memory_format("%s/%s", p->temporary, file);
    free(file);
    return path;
}

static int fail(const char *what, const char *path, struct error *err)
{
    return error_set(err, ERROR_OUTPUT_FAILED, "plugin new: cannot %s '%s': %s", what, path,
                     strerror(errno));
}

static int write_text(const char *path, const char *text, struct error *err)
{
    FILE *file = fopen(path, "wx");
    if (!file)
        return fail("write", path, err);
    bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written ? 0 : fail("write", path, err);
}

static int write_files(const struct new_plugin *p, struct error *err)
{
    char *tests = memory_format("%s/tests", p->temporary);
    int status = chmod(p->temporary, 0755) || mkdir(tests, 0755) ? fail("make", tests, err) : 0;
    for (const struct plugin_template *t = plugin_templates; !status && t->path; t++) {
        if (!belongs(p, t))
            continue;
        char *path = path_of(p, t), *text = fill_in(p, t->text);
        status = write_text(path, text, err);
        free(path);
        free(text);
    }
    free(tests);
    return status;
}

static void remove_files(const struct new_plugin *p)
{
    char *tests = memory_format("%s/tests", p->temporary);
    for (const struct plugin_template *t = plugin_templates; t->path; t++) {
        char *path = path_of(p, t);
        if (belongs(p, t))
            unlink(path);
        free(path);
    }
    rmdir(tests);
    rmdir(p->temporary);
    free(tests);
}

static int make_folder(struct new_plugin *p, struct error *err)
{
    struct stat status;
    if (lstat(p->folder, &status) == 0) {
        error_set(err, ERROR_USAGE, "plugin new: '%s' is there already, and is left as it is",
                  p->folder);
        return error_help(err, "take another name, or --output DIR");
    }
    if (!mkdtemp(p->temporary)) {
        bool no_parent = errno == ENOENT;
        fail("make", p->folder, err);
        return no_parent ? error_help(err, "the folder around it has to be there") : -1;
    }
    if (write_files(p, err) == 0) {
        if (rename(p->temporary, p->folder) == 0)
            return 0;
        fail("make", p->folder, err);
    }
    remove_files(p);
    return -1;
}

/* ---- the command ---- */

static int tell(const struct new_plugin *p, struct error *err)
{
    struct buffer out = {0};
    plugin_text(&out, p->folder);
    buffer_append_format(&out, ": a %s plugin that works as it is", p->kind);
    for (const struct plugin_template *t = plugin_templates; t->path; t++) {
        char *file = fill_in(p, t->path);
        if (belongs(p, t))
            buffer_append_format(&out, "\n  %s", file);
        free(file);
    }
    buffer_append_text(&out, "\nin that folder: cmake -B build && cmake --build build && "
                             "ctest --test-dir build\n");
    return print_buffer(&out, err);
}

/* Without slashes at its end. The caller frees. */
static char *folder_of(const struct new_options *o, const char *name)
{
    char *folder = memory_copy(o->output ? o->output : name);
    for (size_t length = strlen(folder); length > 1 && folder[length - 1] == '/'; length--)
        folder[length - 1] = '\0';
    return folder;
}

static int make(void *values, char **words, int count, struct error *err)
{
    if (check_words(words, count, err))
        return -1;
    struct new_plugin p = {words[0], words[1], folder_of(values, words[1]), NULL};
    p.temporary = memory_format("%s.XXXXXX", p.folder);
    int status = make_folder(&p, err) || tell(&p, err) ? -1 : 0;
    free(p.folder);
    free(p.temporary);
    return status;
}

int plugin_new(int argc, char **argv)
{
    struct new_options options = {0};
    return command_do(&plugin_new_option_table, argc, argv, &options, make);
}
